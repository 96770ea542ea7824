package webhook

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/kithgraph/kith/internal/store"
)

// patience is how many deliveries of a destination fail one after the other, each
// of another thread, until the destination as a whole is left alone for a while. [own]
const patience = 4

// strikes is how many tries failed beyond those that are let pass.
func (l *lane) strikes() int64 {
	if l.thread != 0 {
		return l.tries
	}
	return l.tries - patience + 1
}

func sidingKey(app store.ID, what What, thread int64) store.Key {
	k := laneKey(app, what)
	k.Key = string(binary.BigEndian.AppendUint64([]byte(k.Key), uint64(thread)))
	return k
}

func (it *item) thread() int64 { return it.d.thread(it.number) }

// thread is what a delivery stays in order with. One that was kept before there
// were threads has its own.
func (d *Delivery) thread(number store.ID) int64 {
	if d.Thread != 0 {
		return d.Thread
	}
	return int64(number)
}

// readHeld finds out which threads of a batch have a siding.
func (b *batch) readHeld(ctx context.Context, v *store.Reader) error {
	var rs store.ReadSet
	var of []int64
	for i := range b.items {
		if it := &b.items[i]; it.d != nil {
			k := sidingKey(b.lane.app, b.lane.what, it.thread())
			rs.Key(k.Space, k.Key)
			of = append(of, it.thread())
		}
	}
	if err := v.Load(ctx, &rs); err != nil {
		return err
	}
	for i, thread := range of {
		if rs.GotID(i) != 0 {
			b.held[thread] = true
		}
	}
	return nil
}

// aside moves a delivery of a lane into the siding of its thread, behind what
// stands there. One that failed opens the siding; one that only follows stays where
// it is if the siding is gone. Only who serves the lane calls it, oldest first, so
// that a siding is in order.
func (o *Outbox) aside(ctx context.Context, tx *store.Tx, l *lane, it *item, d *Delivery, queued *store.Record, at, now int64) (moved bool, err error) {
	key := sidingKey(l.app, l.what, it.thread())
	side, err := laneOf(ctx, &tx.Reader, key)
	if err != nil {
		return false, err
	}
	if side == nil {
		if !it.done {
			return false, nil
		}
		side = &lane{id: tx.NewID(), app: l.app, what: l.what, thread: it.thread(), state: failing, tries: 1, due: now + pause(1).Microseconds()}
		if _, err := tx.Bind(ctx, store.Binding{Key: key, ID: side.id}); err != nil {
			return false, fmt.Errorf("bind siding: %w", err)
		}
		if err := side.put(ctx, tx); err != nil {
			return false, err
		}
		if err := tx.Link(ctx, store.Assoc{From: l.id, Kind: store.AssocWaiting, To: side.id}); err != nil {
			return false, err
		}
	}
	if err := o.room(ctx, tx, side); err != nil {
		return false, err
	}
	d.Lane = side.id
	if err := tx.Link(ctx, d.link(l.app, it.number, at),
		store.Assoc{From: side.id, Kind: store.AssocQueued, To: it.number, Time: queued.Time}); err != nil {
		return false, fmt.Errorf("link aside: %w", err)
	}
	return true, tx.Unlink(ctx, store.Pair{From: l.id, Kind: store.AssocQueued, To: it.number})
}

// close removes a siding in which nothing stands any more.
func (l *lane) close(ctx context.Context, tx *store.Tx) error {
	main, err := laneOf(ctx, &tx.Reader, laneKey(l.app, l.what))
	if err != nil {
		return err
	}
	places := []store.Pair{{From: l.bucket(false), Kind: store.AssocWaiting, To: l.id}, {From: l.bucket(true), Kind: store.AssocWaiting, To: l.id}}
	if main != nil {
		places = append(places, store.Pair{From: main.id, Kind: store.AssocWaiting, To: l.id})
	}
	if err := tx.Unlink(ctx, places...); err != nil {
		return err
	}
	if err := tx.Unbind(ctx, sidingKey(l.app, l.what, l.thread)); err != nil {
		return err
	}
	return tx.Delete(ctx, l.id)
}

// answers tells the rest of a destination that it answers again: what arrived in a
// siding the lane, and what arrived in the lane its sidings. It reports whether
// somebody is to be served for that.
func (l *lane) answers(ctx context.Context, tx *store.Tx, now int64) (bool, error) {
	if l.thread != 0 {
		main, err := laneOf(ctx, &tx.Reader, laneKey(l.app, l.what))
		if err != nil || main == nil || main.tries == 0 {
			return false, err
		}
		main.tries = 0
		if main.state != failing {
			return false, main.put(ctx, tx)
		}
		main.state, main.due = waiting, now
		return true, main.put(ctx, tx)
	}
	const most = 256
	list, err := tx.Range(ctx, store.Range{From: l.id, Kind: store.AssocWaiting, All: true, Limit: most})
	if err != nil {
		return false, err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	for i := range list {
		if side, ok := value[*lane](rs.GotObject(i)); ok && side.state == failing {
			c := *side
			if err := c.hurry(ctx, tx, now); err != nil {
				return false, err
			}
		}
	}
	return len(list) > 0, nil
}
