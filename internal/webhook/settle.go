package webhook

import (
	"context"
	"errors"
	"time"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// settleAgain is how long a store that failed is left alone, when something was
// told and is not written down.
const settleAgain = 200 * time.Millisecond

// How long a process that is told to stop waits for an answer, and goes on writing
// down.
const (
	answerWithin = 500 * time.Millisecond
	settleWithin = 5 * time.Second
)

// lasting is a context that goes on for a while when ctx ends.
func lasting(ctx context.Context, d time.Duration) (context.Context, func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(d, cancel) })
	return longer, func() { stop(); cancel() }
}

// settle writes down what became of a batch, and tries until the store takes it:
// what is not written down is told again. more says that the lane has more.
func (r *running) settle(ctx context.Context, b *batch) (more bool, err error) {
	longer, cancel := lasting(ctx, settleWithin)
	defer cancel()
	for {
		var sum tally
		err := r.to.Update(longer, func(tx *store.Tx) (err error) {
			sum = tally{}
			more, err = r.write(longer, tx, b, &sum)
			return err
		})
		if err == nil {
			sum.add(&r.d.box.Stats)
			if sum.takenOff > 0 {
				r.d.opt.Log.Warn("an app was taken off a Page or an account: its address fails for webhooks.unsubscribe_after", "times", sum.takenOff)
			}
			return more, nil
		}
		if errors.Is(err, store.ErrDutyLost) || errors.Is(err, driver.ErrClosed) || ctx.Err() != nil {
			return false, err
		}
		r.d.opt.Log.Warn("what was delivered is not written down yet", "again_in", settleAgain, "err", err)
		select {
		case <-time.After(settleAgain):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// A tally is what one settle adds to the Stats.
type tally struct{ delivered, failed, givenUp, takenOff uint64 }

func (t tally) add(s *Stats) {
	s.Delivered.Add(t.delivered)
	s.Failed.Add(t.failed)
	s.GivenUp.Add(t.givenUp)
	s.TakenOff.Add(t.takenOff)
}

// write is settle in its transaction. Everything is read again: a delivery may
// be gone, or say less than it did.
func (r *running) write(ctx context.Context, tx *store.Tx, b *batch, sum *tally) (more bool, err error) {
	now := r.d.box.opt.Now().UnixMicro()
	rs, l, err := b.reread(ctx, tx)
	if err != nil || l == nil {
		return false, err
	}
	var gone []store.Pair
	var links []store.Assoc
	for i := range b.items {
		it := &b.items[i]
		rec := rs.GotPair(2*i + 1)
		d, ok := value[*Delivery](rec)
		if !it.done && !it.aside || rs.GotPair(2*i) == nil {
			continue // not told, or not waiting any more
		}
		if ok {
			c := *d
			if it.done {
				c.note(it, now, sum)
				if err := r.d.box.unsubscribe(ctx, tx, l.app, &c, now, sum); err != nil {
					return false, err
				}
			}
			if it.aside {
				moved, err := r.d.box.aside(ctx, tx, l, it, &c, rs.GotPair(2*i), rec.Time, now)
				if err != nil {
					return false, err
				}
				b.look = b.look || moved
				continue
			}
			links = append(links, c.link(l.app, it.number, rec.Time))
			ok = c.State == Waiting
		}
		if !ok {
			gone = append(gone, store.Pair{From: l.id, Kind: store.AssocQueued, To: it.number})
		}
	}
	if len(links) > 0 {
		if err := tx.Link(ctx, links...); err != nil {
			return false, err
		}
	}
	if len(gone) > 0 {
		if err := tx.Unlink(ctx, gone...); err != nil {
			return false, err
		}
	}
	// What was told long ago goes, a little more than came in.
	if _, err := r.d.box.trim(ctx, tx, l.app, len(gone)+2); err != nil {
		return false, err
	}
	return b.turn(ctx, tx, l, now)
}

// reread reads the lane and, for each item, whether it waits and its record.
func (b *batch) reread(ctx context.Context, tx *store.Tx) (*store.ReadSet, *lane, error) {
	var rs store.ReadSet
	rs.Object(b.lane.id)
	for i := range b.items {
		rs.Pair(b.lane.id, store.AssocQueued, b.items[i].number)
		rs.Pair(b.lane.app, store.AssocDelivery, b.items[i].number)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return nil, nil, err
	}
	l, ok := value[*lane](rs.GotObject(0))
	if !ok {
		return &rs, nil, nil
	}
	c := *l
	return &rs, &c, nil
}

// note writes an outcome into the record.
func (d *Delivery) note(it *item, now int64, sum *tally) {
	if d.State != Waiting {
		return // it was dropped meanwhile
	}
	if it.url != "" {
		d.Tries++
		d.Tried, d.URL, d.Status, d.Error, d.Post = now, it.url, it.out.status, it.out.wrong, it.name
	}
	switch {
	case it.over:
		d.State = GivenUp
		sum.givenUp++
	case it.url == "":
		d.State, d.Error = GivenUp, "the app has no address for it"
		sum.givenUp++
	case it.out.wrong != "":
		sum.failed++
		if d.First == 0 {
			d.First = now
		}
	default:
		d.State = Delivered
		sum.delivered++
		d.answered(it.out.answer)
	}
}

// answered keeps what an app said about a deletion; of somebody who was erased
// nothing is kept.
func (d *Delivery) answered(answer []byte) {
	if d.What != DataDeletion || d.Person == 0 {
		return
	}
	var ok bool
	if d.AnswerURL, d.AnswerCode, ok = deletionAnswer(answer); !ok {
		d.Error = "its answer has no url and no confirmation_code"
	}
}

// turn says when it is the lane's turn again.
func (b *batch) turn(ctx context.Context, tx *store.Tx, l *lane, now int64) (more bool, err error) {
	if b.arrived() && (l.thread != 0 || l.state == failing) {
		look, err := l.answers(ctx, tx, now)
		if err != nil {
			return false, err
		}
		b.look = b.look || look
	}
	was := l.tries
	l.tries = b.tries
	if b.broke {
		l.state, l.due = failing, now+pause(l.strikes()).Microseconds()
		return false, l.put(ctx, tx)
	}
	rest, err := tx.Range(ctx, store.Range{From: l.id, Kind: store.AssocQueued, Reverse: true, Limit: 1})
	if err != nil {
		return false, err
	}
	switch {
	case len(rest) == 0 && l.thread != 0:
		return false, l.close(ctx, tx)
	case len(rest) == 0:
		l.state = idle
	case l.state == failing && b.arrived():
		l.state, l.due = waiting, now
	case was == l.tries:
		return true, nil
	}
	return len(rest) > 0, l.put(ctx, tx)
}

// arrived reports whether something of a batch did.
func (b *batch) arrived() bool {
	for i := range b.items {
		if it := &b.items[i]; it.done && it.out.status != 0 && it.out.wrong == "" {
			return true
		}
	}
	return false
}
