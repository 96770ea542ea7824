package picture

import (
	"crypto/aes"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
)

// maxURL bounds path and query of a picture URL; ours are below 200 bytes.
const maxURL = 256

// A Link is a picture URL that has the right shape. Nothing in it can be
// trusted before Signer.Verify has seen it.
type Link struct {
	path, query string
	form        byte
	claim       Claim // without the owner, and in the old form without the space
	block       [aes.BlockSize]byte
}

// ParseURL recognises the path and query of a picture URL of either form. Both
// must be as received: escaped text is not decoded, because no picture URL of
// ours has an escape.
func ParseURL(path, rawQuery string) (Link, bool) {
	l := Link{path: path, query: rawQuery}
	if len(path)+len(rawQuery)+1 > maxURL {
		return Link{}, false
	}
	ok := false
	if path == modernPath {
		ok = l.parseModern()
	} else if rest, found := strings.CutPrefix(path, legacyPath); found {
		ok = l.parseLegacy(rest)
	}
	if !ok {
		return Link{}, false
	}
	return l, true
}

func (l *Link) parseModern() bool {
	l.form = modern
	name, rest, _ := strings.Cut(l.query, "=")
	switch name {
	case "psid":
		l.claim.Space = PSID
	case "igsid":
		l.claim.Space = IGSID
	case "asid":
		l.claim.Space = ASID
	case "friend_of":
		l.claim.Space = Friend
	case "page_id":
		l.claim.Space = Page
	default:
		return false
	}
	scoped, rest, _ := strings.Cut(rest, "&width=")
	width, rest, _ := strings.Cut(rest, "&ext=")
	ext, hash, _ := strings.Cut(rest, "&hash=")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(hash)
	if err != nil || len(raw) != 2*aes.BlockSize {
		return false
	}
	copy(l.block[:], raw)
	expires, ok := positive(ext)
	l.claim.Expires = int64(expires)
	return ok && l.setScoped(scoped) && l.setWidth(width)
}

func (l *Link) parseLegacy(rest string) bool {
	l.form = legacy
	width, rest, _ := strings.Cut(rest, "x")
	_, rest, _ = strings.Cut(rest, "/")
	a, rest, _ := strings.Cut(rest, "_")
	scoped, rest, _ := strings.Cut(rest, "_")
	c, _, _ := strings.Cut(rest, "_")
	_, oe, found := strings.Cut(l.query, "&oe=")
	if !found || len(oe) < 8 || len(oe) > 16 {
		return false
	}
	expires, err := strconv.ParseUint(oe, 16, 63)
	if err != nil {
		return false
	}
	l.claim.Expires = int64(expires)
	return l.setHalf(0, a) && l.setHalf(8, c) && l.setScoped(scoped) && l.setWidth(width)
}

func (l *Link) setScoped(s string) bool {
	_, ok := positive(s)
	l.claim.Scoped = s
	return ok
}

func (l *Link) setWidth(s string) bool {
	n, ok := positive(s)
	l.claim.Width = int(n)
	return ok && n <= MaxWidth
}

func (l *Link) setHalf(at int, s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	binary.BigEndian.PutUint64(l.block[at:], n)
	return err == nil
}
