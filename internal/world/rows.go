package world

import (
	"cmp"
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// rows collects what a transaction will write, so that many people take a few
// calls.
type rows struct {
	objs   []store.Object
	links  []store.Assoc
	claims []claim
	scoped []scopedWant
	// threads are conversations among what is written.
	threads []*people.Thing
}

// A claim is a key that must be free.
type claim struct {
	store.Binding
	taken func() Problem // what to say if it is not
}

// A scopedWant asks for a scoped ID of a person.
type scopedWant struct {
	space       store.Space
	owner       store.ID
	ownerPublic string
	person      store.ID
	seed        uint64
	given       string
	candidate   string         // the first try at an ID, empty where it was not worked out yet
	taken       func() Problem // for a given ID
}

func (r *rows) put(o store.Object) { r.objs = append(r.objs, o) }

// person collects the record of a new person, and what they are found by.
func (r *rows) person(p *people.Person) {
	r.put(personObject(p))
	r.links = append(r.links, audience.Traces(p)...)
}
func (r *rows) link(a store.Assoc) { r.links = append(r.links, a) }

func (r *rows) claim(space store.Space, key string, id store.ID, taken func() Problem) {
	r.claims = append(r.claims, claim{store.Binding{Key: store.Key{Space: space, Key: key}, ID: id}, taken})
}

// write writes everything. A claim that fails gives Problems, and the caller
// lets the transaction fail with them.
func (r *rows) write(ctx context.Context, tx *store.Tx, keys *access.Keys) error {
	var ps Problems
	bs := make([]store.Binding, 0, len(r.claims)+2*len(r.scoped))
	var found []store.Binding // taken ones are as good
	for i := range r.claims {
		bs = append(bs, r.claims[i].Binding)
	}
	for i := range r.scoped {
		s := &r.scoped[i]
		digits := cmp.Or(s.given, s.candidate)
		if digits == "" {
			digits = scopedid.Candidate(keys, s.space, s.ownerPublic, s.seed, 0)
		}
		bs = append(bs, store.Binding{Key: scopedid.Key(s.space, s.owner, digits), ID: s.person})
		if s.space == store.SpaceASID {
			found = append(found, store.Binding{Key: scopedid.AnyASID(digits), ID: s.person})
		}
	}
	bs = append(bs, found...)
	got, err := tx.Bind(ctx, bs...)
	if err != nil {
		return fmt.Errorf("bind keys: %w", err)
	}
	for i := range r.claims {
		if got[i] != bs[i].ID {
			ps = append(ps, r.claims[i].taken())
		}
	}
	for i := range r.scoped {
		s := &r.scoped[i]
		switch at := len(r.claims) + i; {
		case got[at] == s.person:
		case s.given != "":
			ps = append(ps, s.taken())
		default:
			if _, err := scopedid.Mint(ctx, tx, keys, s.space, s.owner, s.ownerPublic, s.person, s.seed, ""); err != nil {
				return err
			}
		}
	}
	if len(ps) > 0 {
		return ps
	}
	if err := tx.Put(ctx, r.objs...); err != nil {
		return fmt.Errorf("put records: %w", err)
	}
	if err := tx.Link(ctx, r.links...); err != nil {
		return fmt.Errorf("link records: %w", err)
	}
	return r.bindThreads(ctx, tx, keys)
}

// tokenHash collects a token of which only the hash is known.
func (r *rows) tokenHash(tx *store.Tx, hash string, t *access.Token, taken func() Problem) {
	t.ID = tx.NewID()
	r.put(tokenObject(t))
	r.claim(store.SpaceToken, hash, t.ID, taken)
	r.link(store.Assoc{From: t.Subject, Kind: store.AssocToken, To: t.ID, Time: max(t.Issued, 1)})
}
