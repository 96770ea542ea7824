package world

import (
	"context"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// conversations removes those of the person, with every message: all of them, or
// those of one place. They belong to the Pages and accounts that had them.
func (e *erasure) conversations(ctx context.Context) (done bool, err error) {
	for _, kind := range []store.Kind{store.Edge("conversations"), store.Edge("threads")} {
		q := store.Range{From: e.j.person, Kind: kind, All: true, Limit: 100}
		for {
			list, err := e.tx.Range(ctx, q)
			if err != nil {
				return false, err
			}
			for i := range list {
				if done, err := e.conversation(ctx, list[i].ID); err != nil || !done {
					return false, err
				}
				q.After = &store.Pos{To: list[i].ID}
			}
			if len(list) < q.Limit {
				break
			}
		}
	}
	return true, nil
}

func (e *erasure) conversation(ctx context.Context, id store.ID) (done bool, err error) {
	rec, err := e.tx.Get(ctx, id)
	if err != nil {
		return false, err
	}
	t, ok := record[*people.Thing](rec)
	if !ok || t.Type != "Conversation" || e.j.kind == forgetJob && t.Owner != e.j.place {
		return true, nil
	}
	if done, err := e.messages(ctx, id); err != nil || !done || e.left <= 0 {
		return false, err
	}
	// What leads here from the person goes with the conversation itself: a job that
	// goes on later would not find the rest.
	whole := erasure{b: e.b, tx: e.tx, j: e.j, left: e.left + mostLinks}
	done, err = whole.thing(ctx, id)
	e.left -= e.left + mostLinks - whole.left
	return done && e.left > 0, err
}

// mostLinks is more than lead to one conversation.
const mostLinks = 64

// messages removes the messages of a conversation, which nothing else leads to but, of
// those that older servers or world files made, the list of what their owner has.
func (e *erasure) messages(ctx context.Context, conversation store.ID) (done bool, err error) {
	if e.left <= 0 {
		return false, nil
	}
	limit := e.left
	list, err := e.tx.Range(ctx, store.Range{From: conversation, Kind: store.Edge("conversation.messages"), All: true, Limit: limit})
	if err != nil || len(list) == 0 {
		return err == nil, err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := e.tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	var ps []store.Pair
	whole := true
	for i := range list {
		if m, ok := record[*people.Thing](rs.GotObject(i)); ok {
			if done, err := e.files(ctx, m); err != nil {
				return false, err
			} else if !done {
				list, whole = list[:i], false
				break
			}
		}
		ps = append(ps, store.Pair{From: conversation, Kind: store.Edge("conversation.messages"), To: list[i].ID})
		if m, ok := record[*people.Thing](rs.GotObject(i)); ok && m.Owner != 0 {
			ps = append(ps, store.Pair{From: m.Owner, Kind: store.AssocOwn, To: m.ID})
		}
	}
	if err := e.tx.Unlink(ctx, ps...); err != nil {
		return false, err
	}
	e.left -= len(list)
	return whole && len(list) < limit, e.purge(ctx, list)
}

// pieceRows is how many rows of an erasure a piece of a file counts as.
const pieceRows = 8

// files removes the files that were sent along with a message, but for those that its
// place can send again.
func (e *erasure) files(ctx context.Context, m *people.Thing) (done bool, err error) {
	for _, number := range messaging.FilesOf(m) {
		f, err := attachment.Find(ctx, &e.tx.Reader, number)
		switch {
		case err != nil:
			return false, err
		case f == nil || f.Person == 0:
			continue
		case e.left <= 0:
			return false, nil
		}
		e.left -= 1 + len(f.Pieces)*pieceRows
		if err := f.Forget(ctx, e.tx); err != nil {
			return false, err
		}
	}
	return true, nil
}
