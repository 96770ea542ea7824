package world

import (
	"context"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// State is an overview of a world.
type State struct {
	// Counts are how many there are by kind; More says that counting stopped.
	Counts map[string]int `json:"counts"`
	More   bool           `json:"more,omitempty"`
	// Pages and Instagram have the contacts of each place, by handle.
	Pages     map[string]PlaceState `json:"pages"`
	Instagram map[string]PlaceState `json:"instagram"`
}

// PlaceState is who has to do with a Page or Instagram account.
type PlaceState struct {
	ID string `json:"id"`
	// Contacts counts all of them, People names the latest.
	Contacts int64                   `json:"contacts"`
	People   map[string]ContactState `json:"people"`
}

// ContactState is where one person stands with a place.
type ContactState struct {
	ID    string            `json:"id,omitempty"`
	State map[string]string `json:"state"`
}

const (
	// maxCounted bounds how many objects are counted for an overview.
	maxCounted = 200_000
	// maxStanding bounds the people an overview names, over all places.
	maxStanding = 500
)

// State describes the world: how many of each kind there are, and for each Page
// and Instagram account where people stand, 500 of them at most.
func (b *Builder) State(ctx context.Context) (*State, error) {
	var out *State
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		out = &State{Counts: map[string]int{}, Pages: map[string]PlaceState{}, Instagram: map[string]PlaceState{}}
		if err := out.count(ctx, r); err != nil {
			return err
		}
		list, err := handles(ctx, r, maxListed, pageKind, instagramKind)
		if err != nil {
			return err
		}
		left := maxStanding
		for _, h := range list {
			if err := b.placeState(ctx, r, h, out, &left); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (s *State) count(ctx context.Context, r *store.Reader) error {
	kinds := map[store.Kind]string{store.KindPerson: personKind, store.KindApp: appKind, store.KindPage: pageKind,
		store.KindInstagram: instagramKind, store.KindBusiness: businessKind, store.KindToken: "token",
		store.KindEvent: "event", store.KindTombstone: "tombstone", store.KindPicture: "picture"}
	for _, name := range kinds {
		s.Counts[name] = 0
	}
	n := 0
	return r.Scan(ctx, store.Objects, func(row *store.Row) bool {
		if name, ok := kinds[row.Object.Kind]; ok {
			s.Counts[name]++
		}
		n++
		s.More = n > maxCounted
		return !s.More
	})
}

func (b *Builder) placeState(ctx context.Context, r *store.Reader, h handled, out *State, left *int) error {
	at, err := placeByID(ctx, r, h.id)
	if err != nil || at == nil {
		return err
	}
	var rs store.ReadSet
	rs.Count(store.Count{From: at.id, Kind: store.AssocContact})
	latest := rs.Range(store.Range{From: at.id, Kind: store.AssocContact, Limit: max(*left, 1)})
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	s := PlaceState{ID: at.public, Contacts: rs.GotCount(0), People: map[string]ContactState{}}
	contacts := rs.GotRange(latest)
	if *left == 0 {
		contacts = nil
	}
	*left -= len(contacts)
	if err := b.stand(ctx, r, at, contacts, s.People); err != nil {
		return err
	}
	if at.instagram {
		out.Instagram[at.handle] = s
	} else {
		out.Pages[at.handle] = s
	}
	return nil
}

// stand says where people stand with a place.
func (b *Builder) stand(ctx context.Context, r *store.Reader, at *place, contacts []store.Record, to map[string]ContactState) error {
	var rs store.ReadSet
	for i := range contacts {
		rs.Object(contacts[i].ID)
		rs.Owned(store.Owned{ID: contacts[i].ID, Space: at.space()})
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for i := range contacts {
		p, ok := record[*people.Person](rs.GotObject(i))
		c, known := record[*consent.Contact](&contacts[i])
		if !ok || !known {
			continue
		}
		state, err := b.standing(ctx, r, at, p, c, b.opt.Now())
		if err != nil {
			return err
		}
		to[p.Handle] = ContactState{ID: digitsOf(rs.GotOwned(i), at.id), State: state}
	}
	return nil
}
