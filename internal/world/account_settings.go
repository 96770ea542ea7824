package world

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// InstagramSettings are settings of an Instagram account; nil leaves one as it is.
type InstagramSettings struct {
	// Profile is the whole Messenger profile.
	Profile *map[string]json.RawMessage `json:"messenger_profile,omitempty"`
	// Primary and DefaultApp are apps of the account or of its Page, by handle; empty
	// for none.
	Primary    *string `json:"primary_receiver,omitempty"`
	DefaultApp *string `json:"default_app,omitempty"`
}

// ConfigureInstagram changes settings of an account, and tells its apps of another
// primary receiver.
func (b *Builder) ConfigureInstagram(ctx context.Context, account string, s InstagramSettings) error {
	var after func()
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		i, err := findInstagram(ctx, &tx.Reader, account)
		if err != nil {
			return err
		}
		at, err := accountPlace(ctx, &tx.Reader, i)
		if err != nil {
			return err
		}
		c := *i
		if err := cmp.Or(setRouting(ctx, &tx.Reader, &c.Routing.Primary, s.Primary, at.apps), setRouting(ctx, &tx.Reader, &c.Routing.Default, s.DefaultApp, at.apps)); err != nil {
			return err
		}
		at.routing = c.Routing
		if after = nil; c.Routing.Primary != i.Routing.Primary {
			if after, err = b.tellRoles(ctx, tx, at); err != nil {
				return err
			}
		}
		if s.Profile != nil {
			if c.Profile, err = profileOf(*s.Profile, true); err != nil {
				return err
			}
		}
		return tx.Want(ctx, instagramObject(&c))
	})
	if err == nil && after != nil {
		after()
	}
	return err
}

func instagramObject(i *people.Instagram) store.Object {
	return store.Object{ID: i.ID, Kind: store.KindInstagram, Data: i.Encode()}
}
