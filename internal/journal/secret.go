package journal

import "strings"

// secrets are pieces of the names of parameters whose values never reach a
// log: access_token, appsecret_proof, client_secret, input_token,
// fb_exchange_token, verify_token, password, signed_request and their kin, in
// any case. The code of a login is one by its whole name.
var secrets = [...]string{"token", "secret", "password", "proof", "signed_request", "code_verifier"}

const (
	shortest = 5  // of the secrets
	tokenLen = 20 // of the shortest text taken for a token
)

// begins marks the lower-case letters that secrets begin with.
var begins = func() (t [256]bool) {
	for _, s := range secrets {
		t[s[0]] = true
	}
	return t
}()

// rounds is how often a value may be percent-encoded and still be read; one
// encoded more often than that is hidden whole.
const rounds = 4

// plain says that nothing in s can separate a name from a value.
func plain(s string) bool { return strings.IndexAny(s, "%=:") < 0 }

// isSecret decides on a parameter's name, of which access_token[0] is one more
// spelling.
func isSecret(name string) bool {
	if name == "access_token" { // nearly every request has it
		return true
	}
	if strings.IndexByte(name, '%') >= 0 {
		var buf [128]byte
		d, clear := decoded(buf[:0], name)
		if !clear {
			return true
		}
		name = string(d)
	}
	if i := strings.IndexByte(name, '['); i >= 0 {
		name = name[:i]
	}
	for name != "" && !isWord(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	if strings.EqualFold(name[max(0, len(name)-4):], "code") && (len(name) == 4 || !isWord(name[len(name)-5])) {
		return true
	}
	for i := 0; i+shortest <= len(name); i++ {
		if begins[name[i]|0x20] && startsSecret(name[i:]) {
			return true
		}
	}
	return false
}

func startsSecret(name string) bool {
	for _, s := range secrets {
		if s[0] == name[0]|0x20 && len(name) >= len(s) && strings.EqualFold(name[:len(s)], s) {
			return true
		}
	}
	return false
}

// holdsSecret looks for `name=` or `"name":` at any depth of percent-encoding,
// and for what looks like a token. Names spelled with JSON escapes are not
// read but taken for secrets.
func holdsSecret(v string) bool {
	if plain(v) {
		return hasToken(v)
	}
	if strings.IndexByte(v, '%') < 0 {
		return hasToken(v) || namesSecret(v)
	}
	var buf [512]byte
	d, clear := decoded(buf[:0], v)
	return !clear || hasToken(string(d)) || namesSecret(string(d))
}

// namesSecret walks the words of s that are followed by "=" or ":".
func namesSecret(s string) bool {
	if strings.Contains(s, `\u`) {
		return true
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' {
			continue
		}
		end := i
		for end > 0 && !isWord(s[end-1]) && i-end < 16 {
			end--
		}
		from := end
		for from > 0 && isWord(s[from-1]) && end-from < 64 {
			from--
		}
		if isSecret(s[from:end]) {
			return true
		}
	}
	return false
}

// decoded undoes percent-encoding until nothing changes; clear is false when
// it still would after the last round. A stray % stays as it is.
func decoded(b []byte, s string) (d []byte, clear bool) {
	b = append(b, s...)
	for range rounds {
		n := decodeOnce(b)
		if n == len(b) {
			return b, true
		}
		b = b[:n]
	}
	return b, decodeOnce(b) == len(b)
}

// decodeOnce decodes in place and returns the new length.
func decodeOnce(b []byte) int {
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '%' && i+2 < len(b) {
			hi, lo := unhex(b[i+1]), unhex(b[i+2])
			if hi < 16 && lo < 16 {
				c = hi<<4 | lo
				i += 2
			}
		}
		b[n] = c
		n++
	}
	return n
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

// hasToken finds a word that begins like an access token of Meta's and is as
// long as one.
func hasToken(s string) bool {
	for i := 0; i+tokenLen <= len(s); {
		from := i
		for i < len(s) && isWord(s[i]) {
			i++
		}
		if w := s[from:i]; len(w) >= tokenLen && (strings.HasPrefix(w, "EAA") || strings.HasPrefix(w, "IGA")) {
			return true
		}
		i++
	}
	return false
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
