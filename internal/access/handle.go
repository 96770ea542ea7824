package access

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// Handle makes an ID that says what kind it is of and hides the rest: it leads to an
// object for the same scope only. [form seen: "dXNlcl9jb250ZAXh0Og" begins that of a
// user context]
func (k *Keys) Handle(kind, scope string, id int64) string {
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(id))
	return zEscaper.Replace(base64.StdEncoding.EncodeToString(append([]byte(kind+":"), k.Seal("handle "+kind+" "+scope, string(at[:]))...)))
}

// IsHandle reports whether text has the form of a Handle of that kind.
func IsHandle(kind, text string) bool {
	_, ok := handleOf(kind, text)
	return ok
}

// OpenHandle reads what Handle made for the same kind and scope.
func (k *Keys) OpenHandle(kind, scope, text string) (id int64, ok bool) {
	sealed, ok := handleOf(kind, text)
	if !ok {
		return 0, false
	}
	at, err := k.Open("handle "+kind+" "+scope, []byte(sealed))
	if err != nil || len(at) != 8 {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64([]byte(at))), true
}

func handleOf(kind, text string) (sealed string, ok bool) {
	const longest = 256
	if len(text) > longest {
		return "", false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(zUnescaper.Replace(text))
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(string(raw), kind+":")
}
