package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// mostSources bounds how many nodes an edge is gathered from, on each way; the
// newest count. [own]
const mostSources = 1000

// sources is how many nodes a page is gathered from on each way: fewer where the
// page is long, so that one page never asks for more than a level may.
func sources(ways, limit int) int { return min(mostSources, mostAsked/(ways*limit)) }

// A source is a node and the kind under which it has what is gathered.
type source struct {
	id   store.ID
	kind store.Kind
}

// askSources asks for the nodes that an edge is gathered from.
func (s *state) askSources(li *list, limit int) (asked int) {
	for _, w := range li.edge.Gather {
		n := sources(len(li.edge.Gather), limit)
		li.ways = append(li.ways, s.rs.Range(store.Range{From: li.from, Kind: w.By, Limit: n}))
		asked += n
	}
	return asked
}

// gather reads what is on the nodes that the edges of a level are gathered from,
// all of it at once, and puts it where one association would have been.
func (s *state) gather(ctx context.Context, r *store.Reader, level []*leaf) error {
	type pending struct {
		li *list
		q  store.Range
		at []int
	}
	var rs store.ReadSet
	var all []pending
	asked := 0
	for _, l := range level {
		for _, li := range l.lists {
			if len(li.sources) == 0 || l.dead || !s.walks(&l.row, li.edge) {
				continue
			}
			q, err := s.rangeOf(li)
			if err != nil {
				return err
			}
			if asked += len(li.sources) * q.Limit; asked > mostAsked {
				return graph.ErrTooMuchData
			}
			p := pending{li: li, q: q}
			for _, from := range li.sources {
				q.From, q.Kind = from.id, from.kind
				p.at = append(p.at, rs.Range(q))
			}
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return nil
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for _, p := range all {
		got := slices.Clone(p.li.got)
		for _, at := range p.at {
			got = append(got, rs.GotRange(at)...)
		}
		p.li.got = inOrder(got, p.q)
	}
	return nil
}

// inOrder is what one range over all would have answered; what is on several
// lists comes once.
func inOrder(got []store.Record, q store.Range) []store.Record {
	slices.SortFunc(got, func(a, b store.Record) int {
		if q.Reverse {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.ID, b.ID))
	})
	seen := make(map[store.ID]bool, min(len(got), q.Limit))
	kept := got[:0]
	for i := range got {
		if len(kept) == q.Limit {
			break
		}
		if !seen[got[i].ID] {
			seen[got[i].ID] = true
			kept = append(kept, got[i])
		}
	}
	return kept
}
