package webhook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/kithgraph/kith/internal/store"
)

// Names make the public names of deliveries: one block over the app and the
// number, so that a name leads to its delivery without being kept, and nobody
// can count or guess them.
type Names struct{ block cipher.Block }

// NewNames derives the names from a master key.
func NewNames(master []byte) (*Names, error) {
	key, err := hkdf.Key(sha256.New, master, nil, "kith deliveries", 16)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	return &Names{block}, err
}

// of is the name of a delivery, in the form of a UUID; of several that go together,
// one that they have only together, and in that order.
func (n *Names) of(app store.ID, numbers ...store.ID) string {
	var b, next [16]byte
	for _, number := range numbers {
		binary.BigEndian.PutUint64(next[:], uint64(app))
		binary.BigEndian.PutUint64(next[8:], uint64(number))
		subtle.XORBytes(b[:], b[:], next[:])
		n.block.Encrypt(b[:], b[:])
	}
	text := hex.EncodeToString(b[:])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

// parse reads a name. What it leads to may not be there.
func (n *Names) parse(name string) (app, number store.ID, ok bool) {
	raw, err := hex.DecodeString(strings.ReplaceAll(name, "-", ""))
	if err != nil || len(raw) != aes.BlockSize {
		return 0, 0, false
	}
	var b [16]byte
	n.block.Decrypt(b[:], raw)
	app, number = store.ID(binary.BigEndian.Uint64(b[:])), store.ID(binary.BigEndian.Uint64(b[8:]))
	return app, number, app > 0 && number < 0 && n.of(app, number) == name
}
