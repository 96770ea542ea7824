package world

import (
	"context"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Newcomer makes a person whom no world file names, with the first free handle
// that begins with prefix and a number from n on. ID, handle and seed of p are set.
func (b *Builder) Newcomer(ctx context.Context, tx *store.Tx, p *people.Person, prefix string, n int) error {
	const attempts = 10_000
	p.ID = tx.NewID()
	for range attempts {
		p.Handle = prefix + strconv.Itoa(n)
		key := store.Key{Space: store.SpaceHandle, Key: personKind + "/" + p.Handle}
		got, err := tx.Bind(ctx, store.Binding{Key: key, ID: p.ID})
		if err != nil {
			return fmt.Errorf("bind handle: %w", err)
		}
		if got[0] == p.ID {
			p.Seed = b.seed(p.Handle)
			if err := b.rebirth(ctx, &tx.Reader, p); err != nil {
				return err
			}
			return tx.Put(ctx, personObject(p))
		}
		n++
	}
	return fmt.Errorf("make a person: no handle %q is free in %d attempts", prefix, attempts)
}
