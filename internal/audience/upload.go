package audience

import (
	"context"
	"encoding/binary"

	"github.com/kithgraph/kith/internal/store"
)

// RowsPerUpdate is how many rows one transaction writes. [doc design]
const RowsPerUpdate = 500

// An Upload is one request to add people to an audience or take them off.
type Upload struct {
	Audience store.ID
	// Account is the ad account in which the number of a session is unique.
	Account store.ID
	Remove  bool
	Payload *Payload
	Session *Session
	// Scopes are the apps and Pages whose IDs the rows have.
	Scopes []store.ID
	// Sum stands for the payload as it came: a request that is sent again has the
	// same.
	Sum uint64
	Now int64 // seconds since 1970
	// Known is set by Step where the batch was whole before.
	Known bool
}

// Steps is how many transactions the upload takes at most.
func (u *Upload) Steps() int { return len(u.Payload.Rows)/RowsPerUpdate + 1 }

// A Clash is a session or batch number that was used for something else.
type Clash struct{ Param string }

// Error says it.
func (c *Clash) Error() string { return "param " + c.Param + " was used before" }

// Step writes the n-th part of the upload in its own transaction. done says that
// nothing is left, which may come early: a batch that was whole before is not
// written again.
func (u *Upload) Step(ctx context.Context, tx *store.Tx, n int) (done bool, err error) {
	from := n * RowsPerUpdate
	if u.Session == nil {
		return u.write(ctx, tx, from)
	}
	log, b, err := u.log(ctx, tx)
	switch {
	case err != nil:
		return false, err
	case b == nil:
		b = &Batch{Seq: u.Session.Seq, Sum: u.Sum, Received: int64(u.Payload.Received), Invalid: int64(u.Payload.Invalid)}
	case b.Sum != u.Sum:
		return false, &Clash{"batch_seq"}
	case b.Whole:
		u.Known = true
		if !u.Session.Last || log.Ended != 0 {
			return true, nil
		}
		log.Ended = u.Now // it is said to be the last one only now
		return true, tx.Put(ctx, store.Object{ID: log.ID, Kind: store.KindUpload, Data: log.Encode()})
	}
	if done, err = u.write(ctx, tx, int(b.Done)); err != nil {
		return false, err
	}
	if u.Payload.Source.Given() {
		log.Source = u.Payload.Source
	}
	b.Done = min(b.Done+RowsPerUpdate, int64(len(u.Payload.Rows)))
	if b.Whole = done; done {
		log.Received, log.Invalid = log.Received+b.Received, log.Invalid+b.Invalid
		if u.Session.Last {
			log.Ended = u.Now
		}
	}
	if err := tx.Link(ctx, b.Link(log.ID)); err != nil {
		return false, err
	}
	return done, tx.Put(ctx, store.Object{ID: log.ID, Kind: store.KindUpload, Data: log.Encode()})
}

// write puts up to RowsPerUpdate rows on the audience, or takes them off.
func (u *Upload) write(ctx context.Context, tx *store.Tx, from int) (done bool, err error) {
	rows := u.Payload.Rows[min(from, len(u.Payload.Rows)):]
	done = len(rows) <= RowsPerUpdate
	rows = rows[:min(len(rows), RowsPerUpdate)]
	if u.Remove {
		var gone []store.Pair
		for i := range rows {
			gone = append(gone, store.Pair{From: u.Audience, Kind: store.AssocAudience, To: place(rows[i].ID)})
		}
		return done, tx.Unlink(ctx, gone...)
	}
	links := make([]store.Assoc, 0, len(rows))
	for i := range rows {
		s := stored{cells: rows[i].Cells, scopes: u.Scopes}
		links = append(links, store.Assoc{From: u.Audience, Kind: store.AssocAudience, To: place(rows[i].ID), Data: s.encode()})
		if at, ok := s.extern(); ok && len(s.cells) > 1 {
			// Who is meant by the number is known from now on. [doc user v2.10, namespace]
			links = append(links, store.Assoc{From: u.Account, Kind: store.AssocExtern, To: at, Data: s.encode()})
		}
	}
	return done, tx.Link(ctx, links...)
}

// log finds the session, or begins it, and what came of its request before, nil for
// nothing.
func (u *Upload) log(ctx context.Context, tx *store.Tx) (*Log, *Batch, error) {
	key := sessionKey(u.Account, u.Session.ID)
	fresh := tx.NewID()
	got, err := tx.Bind(ctx, store.Binding{Key: key, ID: fresh})
	if err != nil {
		return nil, nil, err
	}
	if got[0] == fresh {
		l := &Log{ID: fresh, Session: u.Session.ID, Audience: u.Audience, Began: u.Now, Estimated: u.Session.Estimated}
		return l, nil, tx.Link(ctx, store.Assoc{From: u.Audience, Kind: store.Edge("audience.sessions"), To: fresh, Time: u.Now * 1e6})
	}
	var rs store.ReadSet
	object := rs.Object(got[0])
	pair := rs.Pair(got[0], store.AssocBatch, BatchAt(u.Session.Seq))
	if err := tx.Load(ctx, &rs); err != nil {
		return nil, nil, err
	}
	rec := rs.GotObject(object)
	if rec == nil {
		return nil, nil, &Clash{"session_id"}
	}
	l, ok := rec.Value.(*Log)
	if !ok || l.Audience != u.Audience {
		return nil, nil, &Clash{"session_id"}
	}
	log := *l
	if rec := rs.GotPair(pair); rec != nil {
		if b, ok := rec.Value.(*Batch); ok {
			batch := *b
			return &log, &batch, nil
		}
	}
	return &log, nil, nil
}

func sessionKey(account store.ID, session int64) store.Key {
	b := binary.BigEndian.AppendUint64(nil, uint64(account))
	return store.Key{Space: store.SpaceSession, Key: string(binary.BigEndian.AppendUint64(b, uint64(session)))}
}
