package picture

import (
	"crypto/aes"
	"crypto/subtle"
	"encoding/binary"
)

// decimals bounds each half of a block in the old form, so that it prints with
// at most 19 digits, as real ones do.
const decimals = 10_000_000_000_000_000_000

// maxWalk bounds a cycle walk. Each step stays inside with probability 0.29, so
// a block that needs this many steps does not occur.
const maxWalk = 512

// seal returns the enciphered owner and the signature of a claim. The cipher
// works in the free space behind b, because what is handed to an interface
// would otherwise move to the heap.
//
// The block is AES(owner, app), each with the scoped ID added, so that the URLs
// of two people share nothing; in the old form it is enciphered again until
// both halves are short decimals (cycle walking), which is a permutation of such
// blocks. The tag is a CBC-MAC of three blocks: what the URL shows, the scoped
// ID, and the enciphered owner and app.
func (s *Signer) seal(b []byte, form byte, c *Claim, scoped uint64) (rest []byte, block, tag [aes.BlockSize]byte) {
	n := len(b)
	b = append(b, make([]byte, 2*aes.BlockSize)...)
	e, m := b[n:n+aes.BlockSize], b[n+aes.BlockSize:n+2*aes.BlockSize]

	binary.BigEndian.PutUint64(e, (uint64(c.Owner)+scoped)%decimals)
	binary.BigEndian.PutUint64(e[8:], (uint64(c.App)+scoped)%decimals)
	s.owner.Encrypt(e, e)
	for i := 0; form == legacy && !short(e) && i < maxWalk; i++ {
		s.owner.Encrypt(e, e)
	}

	m[0], m[1] = form, c.Space
	binary.BigEndian.PutUint32(m[4:], uint32(c.Width))
	binary.BigEndian.PutUint64(m[8:], uint64(c.Expires))
	s.mac.Encrypt(m, m)
	binary.BigEndian.PutUint64(m, binary.BigEndian.Uint64(m)^scoped)
	s.mac.Encrypt(m, m)
	subtle.XORBytes(m, m, e)
	s.mac.Encrypt(m, m)

	copy(block[:], e)
	copy(tag[:], m)
	return b[:n], block, tag
}

// openOwner deciphers owner and app of a link; that alone does not make the
// link authentic.
func (s *Signer) openOwner(l *Link) (owner, app int64, ok bool) {
	e := make([]byte, aes.BlockSize)
	copy(e, l.block[:])
	if l.form == legacy && !short(e) {
		return 0, 0, false
	}
	s.owner.Decrypt(e, e)
	for i := 0; l.form == legacy && !short(e) && i < maxWalk; i++ {
		s.owner.Decrypt(e, e)
	}
	scoped, ok := positive(l.claim.Scoped)
	owner, app = take(e, scoped), take(e[8:], scoped)
	return owner, app, ok && owner >= 0 && app >= 0
}

// take undoes the addition of the scoped ID; what was never added comes out as
// a number that is refused or does not fit the tag.
func take(e []byte, scoped uint64) int64 {
	n := binary.BigEndian.Uint64(e)
	switch {
	case n >= decimals:
		return -1
	case n >= scoped:
		return int64(n - scoped)
	}
	return int64(n + (decimals - scoped))
}

func short(e []byte) bool {
	return binary.BigEndian.Uint64(e) < decimals && binary.BigEndian.Uint64(e[8:]) < decimals
}
