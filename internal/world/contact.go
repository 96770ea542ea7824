package world

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// A place is where events happen: a Page or an Instagram account, with the
// apps that take part.
type place struct {
	id        store.ID
	handle    string
	public    string
	instagram bool
	apps      []store.ID
	routing   people.Routing
}

func (p *place) space() store.Space {
	if p.instagram {
		return store.SpaceIGSID
	}
	return store.SpacePSID
}

// contactOf reads a contact; a stranger's is zero.
func contactOf(ctx context.Context, tx *store.Tx, place, person store.ID) (consent.Contact, error) {
	c, _, err := contactAt(ctx, tx, place, person)
	return c, err
}

// contactAt is contactOf with the version of the record, zero if there is none.
func contactAt(ctx context.Context, tx *store.Tx, place, person store.ID) (consent.Contact, int64, error) {
	rec, err := tx.Pair(ctx, place, store.AssocContact, person)
	if err != nil {
		return consent.Contact{}, 0, err
	}
	if c, ok := record[*consent.Contact](rec); ok {
		return *c, rec.Version, nil
	}
	return consent.Contact{}, 0, nil
}

// happened applies an event to the contact of a person and appends it to the
// history. What changes nothing is not written.
func (b *Builder) happened(ctx context.Context, tx *store.Tx, at *place, person store.ID, in consent.Input, text string) (consent.Contact, consent.Change, error) {
	before, version, err := contactAt(ctx, tx, at.id, person)
	if err != nil {
		return before, consent.Change{}, err
	}
	in.Instagram, in.Apps = at.instagram, at.apps
	after, change := consent.Apply(before, in, b.opt.Knobs)
	if change.Result != consent.Applied {
		return before, change, nil
	}
	h := happen(at.id, in, change, text)
	link := contactLink(at.id, person, &after, in.At)
	link.Version = version
	if err := tx.Link(ctx, link); err != nil {
		return after, change, fmt.Errorf("link contact: %w", err)
	}
	return after, change, appendHistory(ctx, tx, person, []*happening{h})
}

func happen(place store.ID, in consent.Input, change consent.Change, text string) *happening {
	return &happening{Place: place, App: in.App, Event: in.Event, At: in.At, Seq: change.Seq, Mid: in.Mid,
		Text: cut(text, maxKept), Gained: change.Gained, Lost: change.Lost}
}

// contactLink is a contact as it is stored. Its place in lists is the moment of
// the first event, so that a page of contacts does not move under a cursor.
func contactLink(place, person store.ID, c *consent.Contact, at int64) store.Assoc {
	if c.Origin.At != 0 {
		at = c.Origin.At
	}
	return store.Assoc{From: place, Kind: store.AssocContact, To: person, Time: max(at, 1), Data: c.Encode()}
}

// appendHistory writes what happened to a person in one transaction, oldest
// first. They share a version, so the newest gets the lowest ID to stay first.
func appendHistory(ctx context.Context, tx *store.Tx, person store.ID, hs []*happening) error {
	objs, links := historyRows(tx, person, hs)
	if len(objs) == 0 {
		return nil
	}
	if err := tx.Put(ctx, objs...); err != nil {
		return fmt.Errorf("put event: %w", err)
	}
	return tx.Link(ctx, links...)
}

func historyRows(tx *store.Tx, person store.ID, hs []*happening) ([]store.Object, []store.Assoc) {
	objs, links := make([]store.Object, 0, len(hs)), make([]store.Assoc, 0, len(hs))
	for i := len(hs) - 1; i >= 0; i-- {
		id := tx.NewID()
		objs = append(objs, store.Object{ID: id, Kind: store.KindEvent, Data: hs[i].encode()})
		links = append(links, store.Assoc{From: person, Kind: store.AssocHistory, To: id, Time: store.TimeVersion})
	}
	return objs, links
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// ownerOf is the owner in the key of a scoped ID, zero for none.
func ownerOf(key string) store.ID {
	if len(key) < 8 {
		return 0
	}
	return store.ID(binary.BigEndian.Uint64([]byte(key[:8])))
}

// digitsOf is the ID among the keys of a person that an owner knows.
func digitsOf(keys []string, owner store.ID) string {
	for _, k := range keys {
		if d, ok := scopedid.Digits(k, owner); ok {
			return d
		}
	}
	return ""
}
