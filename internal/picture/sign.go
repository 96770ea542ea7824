package picture

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
)

// MasterSize is the length of the master key that NewSigner takes.
const MasterSize = 32

// The two shapes of a URL. The shape is part of what is signed, so that the
// numbers of one cannot be carried over to the other.
const (
	modern byte = 1 + iota
	legacy
)

const (
	modernPath = "/platform/profilepic/"
	legacyPath = "/v/t1.0-1/p"
)

// A Signer writes picture URLs and recognises its own. It is immutable and safe
// for concurrent use.
type Signer struct {
	owner cipher.Block // enciphers the owner
	mac   cipher.Block // authenticates everything
}

// NewSigner derives a Signer from the master key of the installation. The same
// key gives the same URLs on every node. It panics unless the key has
// MasterSize bytes: the settings are checked before the server is built.
func NewSigner(master []byte) *Signer {
	if len(master) != MasterSize {
		panic(fmt.Sprintf("picture: master key of %d bytes, want %d", len(master), MasterSize))
	}
	keys, err := hkdf.Key(sha256.New, master, nil, "picture", 32)
	if err != nil {
		panic(fmt.Sprintf("picture: derive keys: %v", err))
	}
	return &Signer{owner: newBlock(keys[:16]), mac: newBlock(keys[16:])}
}

func newBlock(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(fmt.Sprintf("picture: %v", err))
	}
	return b
}

// AppendModern appends the form used from October 2018 on [seen]:
//
//	base/platform/profilepic/?psid=<id>&width=<px>&ext=<unix>&hash=<opaque>
//
// Nothing is appended for a claim that breaks the rules of Claim. The text is
// plain: escaping it for JSON is left to the caller. It does not allocate when b
// has room for the whole URL.
func (s *Signer) AppendModern(b []byte, base string, c *Claim) []byte {
	scoped, ok := c.number()
	if !ok {
		return b
	}
	b, block, tag := s.seal(b, modern, c, scoped)
	b = append(b, base...)
	b = append(b, modernPath+"?"...)
	b = append(b, param(c.Space)...)
	b = append(b, '=')
	b = append(b, c.Scoped...)
	b = append(b, "&width="...)
	b = strconv.AppendInt(b, int64(c.Width), 10)
	b = append(b, "&ext="...)
	b = strconv.AppendInt(b, c.Expires, 10)
	b = append(b, "&hash="...)
	var hash [2 * aes.BlockSize]byte
	copy(hash[:], block[:])
	copy(hash[aes.BlockSize:], tag[:])
	return base64.RawURLEncoding.AppendEncode(b, hash[:])
}

// AppendLegacy appends the form of 2016 to 2018 [seen]:
//
//	base/v/t1.0-1/p200x200/<a>_<b>_<c>_n.jpg?oh=<32 hex>&oe=<8 HEX>
//
// where b is the scoped ID, a and c are the enciphered owner, oh is the
// signature and oe the expiry. Otherwise it behaves as AppendModern does.
func (s *Signer) AppendLegacy(b []byte, base string, c *Claim) []byte {
	scoped, ok := c.number()
	if !ok {
		return b
	}
	b, block, tag := s.seal(b, legacy, c, scoped)
	b = append(b, base...)
	b = append(b, legacyPath...)
	b = strconv.AppendInt(b, int64(c.Width), 10)
	b = append(b, 'x')
	b = strconv.AppendInt(b, int64(c.Width), 10)
	b = append(b, '/')
	b = strconv.AppendUint(b, binary.BigEndian.Uint64(block[:8]), 10)
	b = append(b, '_')
	b = append(b, c.Scoped...)
	b = append(b, '_')
	b = strconv.AppendUint(b, binary.BigEndian.Uint64(block[8:]), 10)
	b = append(b, "_n.jpg?oh="...)
	b = hex.AppendEncode(b, tag[:])
	b = append(b, "&oe="...)
	return appendHex(b, uint64(c.Expires))
}

// appendHex appends at least eight upper-case hex digits.
func appendHex(b []byte, n uint64) []byte {
	const digits = "0123456789ABCDEF"
	shift := 28
	for shift < 60 && n>>(shift+4) != 0 {
		shift += 4
	}
	for ; shift >= 0; shift -= 4 {
		b = append(b, digits[n>>shift&15])
	}
	return b
}

// Verify tells whether this Signer wrote exactly this URL, character by
// character, and returns the claim with the owner filled in. It says authentic,
// not current: the caller compares Expires with its clock.
func (s *Signer) Verify(l *Link) (Claim, bool) {
	owner, app, ok := s.openOwner(l)
	if !ok {
		return Claim{}, false
	}
	c := l.claim
	c.Owner, c.App = owner, app
	want := []byte(l.path + "?" + l.query)
	got := make([]byte, 0, maxURL)
	if l.form == modern {
		got = s.AppendModern(got, "", &c)
		return c, subtle.ConstantTimeCompare(want, got) == 1
	}
	// The old form does not show its space: it is the one whose signature fits.
	for space := PSID; space <= Page; space++ {
		c.Space = space
		if subtle.ConstantTimeCompare(want, s.AppendLegacy(got, "", &c)) == 1 {
			return c, true
		}
	}
	return Claim{}, false
}
