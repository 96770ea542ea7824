package world

import (
	"context"
	"fmt"
	"io"
	"maps"
	"sync"

	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/store"
)

// Made counts what was made up.
type Made struct {
	People      int            `json:"people"`
	Pages       int            `json:"pages"`
	Apps        int            `json:"apps"`
	Businesses  int            `json:"businesses"`
	Friendships int            `json:"friendships"`
	Couples     int            `json:"couples"`
	Installs    int            `json:"installs"`
	Contacts    int            `json:"contacts"`
	Events      int            `json:"events"`   // of contacts
	Uploaded    int            `json:"uploaded"` // rows of audiences
	Things      map[string]int `json:"things"`   // by node type
	Edges       map[string]int `json:"edges"`    // items, by edge
	// Rows are objects, associations with their inverses, and keys; zero where
	// none were written.
	Rows int64 `json:"rows,omitempty"`
}

func newMade(p *population.Population) *Made {
	return &Made{Pages: p.Pages(), Apps: len(p.Apps()), Businesses: p.Businesses(), Things: map[string]int{}, Edges: map[string]int{}}
}

// life counts one life; of a profile what happened is not kept.
func (m *Made) life(l *population.Life, profile bool) {
	m.People++
	m.Friendships += len(l.Friends)
	if l.Partner > l.Person {
		m.Couples++
	}
	m.Installs += len(l.Installs)
	m.Contacts += len(l.Contacts)
	if profile {
		return
	}
	for i := range l.Contacts {
		m.Events += len(l.Contacts[i].Acts)
	}
	for i := range l.Nodes {
		m.Things[l.Nodes[i].Type]++
	}
	for i := range l.Edges {
		m.Edges[l.Edges[i].Name] += len(l.Edges[i].Items)
	}
	for i := range l.Uploads {
		m.Uploaded += len(l.Uploads[i].Rows)
	}
}

func (m *Made) add(o *Made) {
	m.People += o.People
	m.Friendships += o.Friendships
	m.Couples += o.Couples
	m.Installs += o.Installs
	m.Contacts += o.Contacts
	m.Events += o.Events
	m.Uploaded += o.Uploaded
	for k, n := range maps.All(o.Things) {
		m.Things[k] += n
	}
	for k, n := range maps.All(o.Edges) {
		m.Edges[k] += n
	}
}

// Populate fills an empty store with the people of a plan and all their lives.
// progress hears how many are written; it may be nil. While it runs, and if it
// does not end well, the store has UnfinishedID and nobody is to be served from
// it. In memory it keeps 8 bytes for each person, and a bounded part of the rest.
func (b *Builder) Populate(ctx context.Context, plan population.Plan, progress func(n int)) (*Made, error) {
	p, err := population.New(plan)
	if err != nil {
		return nil, bad("", "%s", err.Error())
	}
	if err := b.Finished(ctx); err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	empty, err := b.Empty(ctx)
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	if !empty {
		return nil, bad("write a file and import that", "people are generated into an empty database only")
	}
	return b.populate(ctx, p, 0, progress)
}

// populate writes so many people in one transaction, zero for the usual number.
func (b *Builder) populate(ctx context.Context, p *population.Population, size int, progress func(n int)) (*Made, error) {
	s := &settling{b: b, p: p, made: newMade(p), bank: bank{db: b.opt.DB}, size: size}
	if progress == nil {
		progress = func(int) {}
	}
	if err := s.run(ctx, progress); err != nil {
		return nil, fmt.Errorf("generate: after %d people: %w", s.made.People, err)
	}
	return s.made, nil
}

// WritePopulation writes the people of a plan as JSON Lines that Import takes.
// Nothing of it depends on keys: scoped IDs are made where it is imported.
func (b *Builder) WritePopulation(ctx context.Context, w io.Writer, plan population.Plan, progress func(n int)) (*Made, error) {
	p, err := population.New(plan)
	if err != nil {
		return nil, bad("", "%s", err.Error())
	}
	if progress == nil {
		progress = func(int) {}
	}
	return b.writeLives(ctx, w, p, progress)
}

// bank hands out IDs to several goroutines.
type bank struct {
	db   *store.DB
	mu   sync.Mutex
	left []store.ID
}

// take gives n IDs that ascend.
func (k *bank) take(ctx context.Context, n int) ([]store.ID, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n > len(k.left) {
		const most = 1 << 16
		size := max(n, most)
		if err := k.db.ReserveIDs(ctx, size); err != nil {
			return nil, err
		}
		if err := k.db.Update(ctx, func(tx *store.Tx) error {
			k.left = make([]store.ID, size)
			for i := range k.left {
				k.left[i] = tx.NewID()
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	ids := k.left[:n:n]
	k.left = k.left[n:]
	return ids, nil
}
