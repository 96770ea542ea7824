package attachment

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// A Signer writes the addresses of files and recognises its own. The same key gives
// the same addresses on every node.
type Signer struct{ key []byte }

// NewSigner derives a Signer from the master key of the installation.
func NewSigner(master []byte) *Signer {
	key, err := hkdf.Key(sha256.New, master, nil, "attachment", 32)
	if err != nil {
		panic(fmt.Sprintf("attachment: derive key: %v", err))
	}
	return &Signer{key: key}
}

// folder is where addresses of files begin. [guess]
const folder = "/v/t59.2708-21/"

// IsPath reports whether a target can only be the address of a file.
func IsPath(target string) bool { return strings.HasPrefix(target, folder) }

// URL is where a file is until a moment, in seconds since 1970:
//
//	base/v/t59.2708-21/<number>_n<ending>?oh=<32 hex>&oe=<HEX>
func (s *Signer) URL(base string, r *Ref, until int64) string {
	path := folder + r.Number + "_n" + ending(r.Mime)
	return base + path + "?oh=" + s.sign(path, until) + "&oe=" + strings.ToUpper(strconv.FormatInt(until, 16))
}

func (s *Signer) sign(path string, until int64) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(path + "?" + strconv.FormatInt(until, 10)))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Open is the number in an address that this Signer wrote, character by character, and
// until when it is good.
func (s *Signer) Open(target string) (number string, until int64, ok bool) {
	path, query, _ := strings.Cut(target, "?")
	oh, oe, _ := strings.Cut(strings.TrimPrefix(query, "oh="), "&oe=")
	until, err := strconv.ParseInt(oe, 16, 64)
	name, isFile := strings.CutPrefix(path, folder)
	number, _, named := strings.Cut(name, "_n")
	want := path + "?oh=" + s.sign(path, until) + "&oe=" + strings.ToUpper(strconv.FormatInt(until, 16))
	if err != nil || oh == "" || !isFile || !named || !hmac.Equal([]byte(want), []byte(target)) {
		return "", 0, false
	}
	return number, until, true
}
