package world

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A grave remembers that somebody of a handle was erased, without the handle:
// its key is a keyed hash. Who comes back under that handle is a new person, with
// other scoped IDs, tokens and anonymous ids than before.
//
//	key  handle/"graves"            -> the first tombstone, if anybody was ever erased
//	key  handle/"grave/"<hash>      -> the tombstone

const gravesKey = "graves"

func (b *Builder) graveKey(handle string, n int) store.Key {
	block := b.opt.Keys.Label("grave", handle, strconv.Itoa(n))
	return store.Key{Space: store.SpaceHandle, Key: "grave/" + hex.EncodeToString(block[:])}
}

// nextGrave is the key of the grave that a person of this handle will have.
func (b *Builder) nextGrave(ctx context.Context, r *store.Reader, handle string) (key store.Key, n int, err error) {
	for ; ; n++ {
		key = b.graveKey(handle, n)
		id, err := r.Resolve(ctx, key.Space, key.Key)
		if err != nil || id == 0 {
			return key, n, err
		}
	}
}

// anyGraves spares a world in which nobody was erased the look-ups.
func anyGraves(ctx context.Context, r *store.Reader) (bool, error) {
	id, err := r.Resolve(ctx, store.SpaceHandle, gravesKey)
	return id != 0, err
}

// rebirth gives a person whose handle has graves the seed of another person.
func (b *Builder) rebirth(ctx context.Context, r *store.Reader, p *people.Person) error {
	_, n, err := b.nextGrave(ctx, r, p.Handle)
	if err == nil && n > 0 {
		block := b.opt.Keys.Label("person", p.Handle, strconv.Itoa(n))
		p.Seed = binary.BigEndian.Uint64(block[:])
	}
	return err
}
