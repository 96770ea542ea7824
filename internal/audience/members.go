package audience

import (
	"context"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// mostAlike bounds how many people share one value that is looked at.
const mostAlike = 10

// Members finds the people here whom the next rows of an audience mean, up to
// limit rows behind after (zero: from the start); account is the one of the
// audience. next is where to go on, zero at the end. It is four Reads, whoever
// exists.
func Members(ctx context.Context, r *store.Reader, audience, account, after store.ID, limit int) (list []*people.Person, next store.ID, err error) {
	q := store.Range{From: audience, Kind: store.AssocAudience, All: true, Limit: limit}
	if after != 0 {
		q.After = &store.Pos{To: after}
	}
	rows, err := r.Range(ctx, q)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	all, err := completed(ctx, r, account, rows)
	if err != nil {
		return nil, 0, err
	}
	found, err := candidates(ctx, r, all)
	if err != nil {
		return nil, 0, err
	}
	var rs store.ReadSet
	for _, f := range found {
		rs.Object(f.person)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, 0, err
	}
	// A row may lead to a person by several of its values.
	type meant struct {
		row    *stored
		person store.ID
	}
	seen := map[meant]bool{}
	for i, f := range found {
		rec := rs.GotObject(i)
		if rec == nil || seen[meant{f.row, f.person}] {
			continue
		}
		p, ok := rec.Value.(*people.Person)
		if ok && (f.sure || f.row.matches(p)) {
			list = append(list, p)
			seen[meant{f.row, f.person}] = true
		}
	}
	if len(rows) == limit {
		next = rows[len(rows)-1].ID
	}
	return list, next, nil
}

// completed are the rows with what the account said about their EXTERN_ID.
func completed(ctx context.Context, r *store.Reader, account store.ID, rows []store.Record) ([]*stored, error) {
	var rs store.ReadSet
	var list []*stored
	var at []int
	for i := range rows {
		row, ok := rows[i].Value.(*stored)
		if !ok {
			continue
		}
		q := -1
		if id, ok := row.extern(); ok && len(row.cells) == 1 {
			q = rs.Pair(account, store.AssocExtern, id)
		}
		list, at = append(list, row), append(at, q)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i, q := range at {
		if q < 0 {
			continue
		}
		if rec := rs.GotPair(q); rec != nil {
			if more, ok := rec.Value.(*stored); ok {
				list[i] = more
			}
		}
	}
	return list, nil
}

// A candidate is a person who may be meant; sure, where an ID says so.
type candidate struct {
	row    *stored
	person store.ID
	sure   bool
}

// candidates asks by every value of every row at once.
func candidates(ctx context.Context, r *store.Reader, rows []*stored) ([]candidate, error) {
	type question struct {
		row *stored
		at  int
		key bool
	}
	var rs store.ReadSet
	var asked []question
	for _, row := range rows {
		if c := row.known(UID); c != nil {
			for _, scope := range row.scopes {
				for _, space := range [...]store.Space{store.SpaceASID, store.SpacePSID} {
					asked = append(asked, question{row, rs.Key(space, scopedid.Key(space, scope, c.Text).Key), true})
				}
			}
		}
		for _, t := range row.traces() {
			asked = append(asked, question{row, rs.Range(store.Range{From: t, Kind: store.AssocTrace, All: true, Limit: mostAlike}), false})
		}
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var found []candidate
	for _, q := range asked {
		if q.key {
			if id := rs.GotID(q.at); id != 0 {
				found = append(found, candidate{q.row, id, true})
			}
			continue
		}
		for _, rec := range rs.GotRange(q.at) {
			found = append(found, candidate{q.row, rec.ID, false})
		}
	}
	return found, nil
}
