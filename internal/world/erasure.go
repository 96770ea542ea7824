package world

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store"
)

// An erasure is one transaction of a job: it goes on with the job's steps until
// it has removed as many rows as a transaction may.
type erasure struct {
	b    *Builder
	tx   *store.Tx
	j    *job
	left int
}

// run goes on where the last transaction stopped. Each step removes what it
// finds, so that one that is repeated finds less.
func (e *erasure) run(ctx context.Context) error {
	e.left = e.b.opt.JobRows
	steps := e.steps()
	for e.left > 0 && e.j.state == removing {
		if e.j.step >= len(steps) {
			e.j.state, e.j.at, e.j.page = sweeping, 0, 0
			if e.j.kind == forgetJob {
				e.j.state = scrubbing
			}
			break
		}
		before := e.left
		done, err := steps[e.j.step](ctx)
		if err != nil {
			return err
		}
		e.j.done += int64(before - e.left)
		if done {
			e.j.step++
			e.j.at = 0
		}
	}
	return nil
}

// steps are numbered in the records of jobs: only appended. What gives access
// goes first.
func (e *erasure) steps() []func(context.Context) (bool, error) {
	if e.j.kind == forgetJob {
		return []func(context.Context) (bool, error){e.historyAt, e.conversations, e.tickets}
	}
	return []func(context.Context) (bool, error){e.tokens, e.pages, e.history, e.keys, e.links, e.self}
}

func (e *erasure) tokens(ctx context.Context) (bool, error) {
	return e.purgeLinked(ctx, store.AssocToken)
}

func (e *erasure) history(ctx context.Context) (bool, error) {
	return e.purgeLinked(ctx, store.AssocHistory)
}

// purgeLinked removes the objects that a kind of association leads to.
func (e *erasure) purgeLinked(ctx context.Context, kind store.Kind) (done bool, err error) {
	limit := e.left
	list, err := e.tx.Range(ctx, store.Range{From: e.j.person, Kind: kind, All: true, Limit: limit})
	if err != nil || len(list) == 0 {
		return true, err
	}
	e.left -= len(list)
	return len(list) < limit, e.purge(ctx, list)
}

func (e *erasure) purge(ctx context.Context, list []store.Record) error {
	ids := make([]store.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return e.tx.Purge(ctx, ids...)
}

// pages ends the Page tokens the person asked for, Page by Page. [seen: "lost page role"]
func (e *erasure) pages(ctx context.Context) (done bool, err error) {
	if e.j.page == 0 {
		list, err := e.tx.Range(ctx, store.Range{From: e.j.person, Kind: store.AssocTaskOf, All: true, Limit: 1})
		if err != nil || len(list) == 0 {
			return true, err
		}
		e.j.page, e.j.at = list[0].ID, 0
	}
	limit := e.left
	tokens, err := e.next(ctx, e.j.page, store.AssocToken, limit)
	if err != nil {
		return false, err
	}
	e.left -= len(tokens) + 1
	for i := range tokens {
		if err := disown(ctx, e.tx, tokens[i].ID, e.j.person); err != nil {
			return false, err
		}
	}
	if len(tokens) == limit {
		return false, nil
	}
	page := e.j.page
	e.j.page, e.j.at = 0, 0
	return false, e.tx.Unlink(ctx, store.Pair{From: page, Kind: store.AssocTask, To: e.j.person})
}

// next is the next part of a long list, of which the job keeps the place.
func (e *erasure) next(ctx context.Context, from store.ID, kind store.Kind, limit int) ([]store.Record, error) {
	q := store.Range{From: from, Kind: kind, All: true, Limit: limit}
	if e.j.at != 0 {
		q.After = &store.Pos{To: e.j.at}
	}
	list, err := e.tx.Range(ctx, q)
	if len(list) > 0 {
		e.j.at = list[len(list)-1].ID
	}
	return list, err
}

// disown ends a token that a person asked for and takes their name off it.
func disown(ctx context.Context, tx *store.Tx, id, person store.ID) error {
	rec, err := tx.Get(ctx, id)
	if err != nil {
		return err
	}
	t, ok := record[*access.Token](rec)
	if !ok || t.Person != person {
		return nil
	}
	c := *t
	c.Person = 0
	if c.Reason == access.Valid {
		c.Reason = access.LostPageRole
	}
	return tx.Put(ctx, tokenObject(&c))
}

// keys moves what outlives the person to the tombstone.
func (e *erasure) keys(ctx context.Context) (done bool, err error) {
	spaces := lastingSpaces()
	var rs store.ReadSet
	for _, s := range spaces {
		rs.Owned(store.Owned{ID: e.j.person, Space: s})
	}
	if err := e.tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	var dead []store.Key
	for i, s := range spaces {
		for _, k := range rs.GotOwned(i) {
			dead = append(dead, store.Key{Space: s, Key: k})
		}
	}
	n := min(len(dead), e.left)
	e.left -= n
	return n == len(dead), moveKeys(ctx, e.tx, dead[:n], e.j.stone)
}

// lastingSpaces are the spaces whose keys must never lead to anybody else: all
// but handles, which are free again, and those whose keys are no person's.
func lastingSpaces() []store.Space {
	var list []store.Space
	for _, s := range store.Registry().Spaces {
		switch s.Space {
		case store.SpaceHandle, store.SpaceNode, store.SpaceToken, store.SpaceOperation, store.SpaceAlias, store.SpaceLane, store.SpaceThread, store.SpaceTicket, store.SpaceFile:
		default:
			list = append(list, s.Space)
		}
	}
	return list
}

func moveKeys(ctx context.Context, tx *store.Tx, keys []store.Key, to store.ID) error {
	if len(keys) == 0 {
		return nil
	}
	if err := tx.Unbind(ctx, keys...); err != nil {
		return fmt.Errorf("free keys: %w", err)
	}
	bs := make([]store.Binding, len(keys))
	for i, k := range keys {
		bs[i] = store.Binding{Key: k, ID: to}
	}
	if _, err := tx.Bind(ctx, bs...); err != nil {
		return fmt.Errorf("bind tombstone: %w", err)
	}
	return nil
}

// links removes what belongs to the person, then every other association, of
// whatever kind the registry has.
func (e *erasure) links(ctx context.Context) (done bool, err error) {
	if done, err := e.conversations(ctx); err != nil || !done || e.left <= 0 {
		return false, err
	}
	if done, err := e.things(ctx); err != nil || !done || e.left <= 0 {
		return false, err
	}
	if done, err := e.tickets(ctx); err != nil || !done || e.left <= 0 {
		return false, err
	}
	if done, err := e.told(ctx); err != nil || !done || e.left <= 0 {
		return false, err
	}
	for _, k := range store.Registry().Kinds {
		if !k.Assoc {
			continue
		}
		limit := e.left
		list, err := e.tx.Range(ctx, store.Range{From: e.j.person, Kind: k.Kind, All: true, Limit: limit})
		if err != nil {
			return false, err
		}
		if len(list) == 0 {
			continue
		}
		ps := make([]store.Pair, len(list))
		for i := range list {
			ps[i] = store.Pair{From: e.j.person, Kind: k.Kind, To: list[i].ID}
		}
		if err := e.tx.Unlink(ctx, ps...); err != nil {
			return false, err
		}
		if e.left -= len(list); len(list) == limit {
			return false, nil
		}
	}
	return true, nil
}

// self removes the placeholder under the person's own id.
func (e *erasure) self(ctx context.Context) (done bool, err error) {
	e.left--
	return true, e.tx.Purge(ctx, e.j.person)
}

// historyAt removes what happened at one place.
func (e *erasure) historyAt(ctx context.Context) (done bool, err error) {
	limit := e.left
	list, err := e.next(ctx, e.j.person, store.AssocHistory, limit)
	if err != nil || len(list) == 0 {
		return true, err
	}
	e.left -= len(list)
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := e.tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	var doomed []store.Record
	for i := range list {
		if h, ok := record[*happening](rs.GotObject(i)); ok && h.Place == e.j.place {
			doomed = append(doomed, list[i])
		}
	}
	return len(list) < limit, e.purge(ctx, doomed)
}
