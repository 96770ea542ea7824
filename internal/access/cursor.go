package access

import (
	"encoding/base64"
	"encoding/binary"
)

// Cursor makes the text of a place in a list. It shows neither time nor id, and
// is good for the same scope only. The alphabet is that of tokens. [own, from recordings]
func (k *Keys) Cursor(scope string, time, to int64) string {
	var at [16]byte
	binary.BigEndian.PutUint64(at[:8], uint64(time))
	binary.BigEndian.PutUint64(at[8:], uint64(to))
	return zEscaper.Replace(base64.StdEncoding.EncodeToString(k.Seal(scope, string(at[:]))))
}

// OpenCursor reads what Cursor made for the same scope.
func (k *Keys) OpenCursor(scope, text string) (time, to int64, ok bool) {
	const longest = 256
	if len(text) > longest {
		return 0, 0, false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(zUnescaper.Replace(text))
	if err != nil {
		return 0, 0, false
	}
	at, err := k.Open(scope, raw)
	if err != nil || len(at) != 16 {
		return 0, 0, false
	}
	return int64(binary.BigEndian.Uint64([]byte(at[:8]))), int64(binary.BigEndian.Uint64([]byte(at[8:]))), true
}
