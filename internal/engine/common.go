package engine

import (
	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// What two lists have in common is found by reading both: mostCommon of each at
// most, the newest, and fewer where a level has many such lists. Then a list that is
// longer is too much data. [own]
const (
	mostCommon   = 5000
	mostInCommon = 100_000
)

// common is what the lists of a level share that show what two have in common.
type common struct {
	bound int // how many of each list are asked for
	lists []mine
}

// mine is a list of the Viewer's person that is asked for, at place at.
type mine struct {
	kind store.Kind
	at   int
}

// share says how much each of the lists of a level may ask for.
func (s *state) share(level []*leaf) {
	n := 0
	for _, l := range level {
		if l.plan == nil {
			continue
		}
		for i := range l.plan.items {
			if e := l.plan.items[i].edge; e != nil && e.Common {
				n++
			}
		}
	}
	s.common = common{bound: min(mostCommon, mostInCommon/max(n, 1)), lists: s.common.lists[:0]}
}

// askCommon asks for the list of the person and, once for each level, for that of the
// Viewer.
func (s *state) askCommon(li *list) (err error) {
	if li.page, err = s.rangeOf(li); err != nil || s.viewer.Person == 0 {
		return err
	}
	kind := li.edge.Assoc
	li.bound = s.common.bound
	li.at = s.rs.Range(store.Range{From: li.from, Kind: kind, Limit: li.bound})
	for _, m := range s.common.lists {
		if m.kind == kind {
			li.mine = m.at + 1
			return nil
		}
	}
	at := s.rs.Range(store.Range{From: s.viewer.Person, Kind: kind, Limit: mostCommon})
	s.common.lists = append(s.common.lists, mine{kind, at})
	li.mine = at + 1
	return nil
}

// meet makes the page of what is on both lists, as the store would have answered it.
func (s *state) meet(li *list) {
	if len(li.got) == li.bound && li.bound < mostCommon {
		s.flooded = true
		return
	}
	mine := make(map[store.ID]bool)
	for _, rec := range s.rs.GotRange(li.mine - 1) {
		mine[rec.ID] = true
	}
	both := make([]store.Record, 0, min(len(li.got), len(mine)))
	for _, rec := range li.got {
		if mine[rec.ID] {
			both = append(both, rec)
		}
	}
	li.total, li.both, li.got = int64(len(both)), both, pageOf(both, &li.page)
}

// pageOf is the part of a list, newest first, that a range asks for.
func pageOf(all []store.Record, q *store.Range) (page []store.Record) {
	for i := range all {
		rec := &all[i]
		if q.Reverse {
			rec = &all[len(all)-1-i]
		}
		in := (q.After == nil || behind(rec, q.After)) && (q.Before == nil || before(rec, q.Before)) &&
			(q.Since == 0 || rec.Time >= q.Since) && (q.Until == 0 || rec.Time <= q.Until)
		if in {
			page = append(page, *rec)
		}
		if len(page) == q.Limit {
			break
		}
	}
	return page
}

func behind(rec *store.Record, p *store.Pos) bool {
	return rec.Time < p.Time || rec.Time == p.Time && rec.ID > p.To
}

func before(rec *store.Record, p *store.Pos) bool {
	return rec.Time > p.Time || rec.Time == p.Time && rec.ID < p.To
}

// inCommon reports whether the Viewer may see who or what they have in common with a
// person: both granted the permission, and the two are friends or the call comes from
// the server of the app. [doc user-context all_mutual_friends]
func (s *state) inCommon(row *schema.Row, n *schema.Need) bool {
	need := row.Env.Standing(n.Permissions(row.Version), row.When())
	if s.viewer.Kind != access.UserToken || !need.Intersects(s.viewer.Granted) {
		return false
	}
	return row.Self || row.Install != nil && need.Intersects(row.Install.Granted) && (row.Friend || s.viewer.Proved)
}
