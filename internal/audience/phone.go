package audience

import (
	"context"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// ByPhone finds the person who has a telephone number and, as far as it is given, the
// name; nil if nobody has, or several have. Letters of any case and marks between digits
// are the same.
func ByPhone(ctx context.Context, r *store.Reader, phone, first, last string) (*people.Person, error) {
	var asked facts
	asked.set(Phone, phone)
	asked.set(FirstName, first)
	asked.set(LastName, last)
	number := asked.known(Phone)
	if number == nil {
		return nil, nil
	}
	list, err := r.Range(ctx, store.Range{From: number.trace(), Kind: store.AssocTrace, All: true, Limit: mostAlike})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var found *people.Person
	for i := range list {
		rec := rs.GotObject(i)
		if rec == nil {
			continue
		}
		if p, ok := rec.Value.(*people.Person); ok && asked.agree(p) {
			if found != nil {
				return nil, nil
			}
			found = p
		}
	}
	return found, nil
}

// agree reports whether everything that is asked is so of a person.
func (f *facts) agree(p *people.Person) bool {
	of := factsOf(p)
	for _, k := range [...]Key{Phone, FirstName, LastName} {
		if c := f.known(k); c != nil && (of.known(k) == nil || of.known(k).Hash != c.Hash) {
			return false
		}
	}
	return true
}
