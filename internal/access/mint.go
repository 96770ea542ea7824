package access

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// Issue stores a token under the hash of its text. A text that is already
// known keeps its record.
func Issue(ctx context.Context, tx *store.Tx, text string, t *Token) error {
	id := tx.NewID()
	got, err := tx.Bind(ctx, driver.Binding{Key: driver.Key{Space: store.SpaceToken, Key: Hash(text)}, ID: id})
	if err != nil {
		return fmt.Errorf("bind token: %w", err)
	}
	if got[0] != id {
		id = got[0]
	}
	t.ID = id
	if err := tx.Put(ctx, driver.Object{ID: id, Kind: store.KindToken, Data: t.Encode()}); err != nil {
		return fmt.Errorf("put token: %w", err)
	}
	return tx.Link(ctx, driver.Assoc{From: t.Subject, Kind: store.AssocToken, To: id, Time: max(t.Issued, 1)})
}

// Find returns the record of a token by its text.
func Find(ctx context.Context, r *store.Reader, text string) (*Token, error) {
	id, err := r.Resolve(ctx, store.SpaceToken, Hash(text))
	if err != nil || id == 0 {
		return nil, err
	}
	rec, err := r.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	t, _ := value[*Token](rec)
	return t, nil
}

// Invalidate ends tokens of a subject for a reason: all of them, or those of
// one app. Codes that wait for their exchange go at once.
func Invalidate(ctx context.Context, tx *store.Tx, subject, app store.ID, why Reason) error {
	var after *driver.Pos
	for {
		links, err := tx.Range(ctx, driver.Range{From: subject, Kind: store.AssocToken, After: after, Limit: 200})
		if err != nil {
			return err
		}
		for _, l := range links {
			if err := invalidateOne(ctx, tx, l.ID, app, why); err != nil {
				return err
			}
			after = &driver.Pos{Time: l.Time, To: l.ID}
		}
		if len(links) < 200 {
			return nil
		}
	}
}

func invalidateOne(ctx context.Context, tx *store.Tx, id, app store.ID, why Reason) error {
	rec, err := tx.Get(ctx, id)
	if err != nil {
		return err
	}
	if c, ok := value[*Code](rec); ok && (app == 0 || c.App == app) {
		return tx.Purge(ctx, id)
	}
	t, ok := value[*Token](rec)
	if !ok || t.Reason != Valid || app != 0 && t.App != app {
		return nil
	}
	c := *t
	c.Reason = why
	return tx.Put(ctx, driver.Object{ID: id, Kind: store.KindToken, Data: c.Encode()})
}
