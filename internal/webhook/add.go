package webhook

import (
	"context"
	"fmt"
	"strconv"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// Add keeps that an app is to be told of something, in the transaction that makes
// it so. Nothing is kept for an app that names no address. It returns the lane
// that Wake wants once the transaction is through, zero for none.
func (o *Outbox) Add(ctx context.Context, tx *store.Tx, e Event) (store.ID, error) {
	if e.What.address(e.App) == "" {
		return 0, nil
	}
	l, err := findLane(ctx, tx, e.App.ID, e.What)
	if err != nil {
		return 0, fmt.Errorf("find lane: %w", err)
	}
	if err := o.room(ctx, tx, l); err != nil {
		return 0, err
	}
	now := o.opt.Now().UnixMicro()
	number := -tx.NewID()
	d := &Delivery{What: e.What, State: Waiting, Lane: l.id, Payload: e.payload(),
		Person: e.Person, Thread: e.thread(), Made: now, Queued: now}
	links := []store.Assoc{
		{From: e.App.ID, Kind: store.AssocDelivery, To: number, Time: store.TimeVersion, Data: d.Encode()},
		{From: l.id, Kind: store.AssocQueued, To: number, Time: store.TimeVersion},
	}
	if e.Person != 0 {
		links = append(links, store.Assoc{From: e.Person, Kind: store.AssocTold, To: number, Data: encodeTold(e.App.ID)})
	}
	if err := tx.Link(ctx, links...); err != nil {
		return 0, fmt.Errorf("link delivery: %w", err)
	}
	return l.has(ctx, tx, now)
}

// has lets a lane wait that has something now.
func (l *lane) has(ctx context.Context, tx *store.Tx, now int64) (store.ID, error) {
	if l.state == failing {
		return 0, nil // its time will come
	}
	if l.state == waiting {
		return l.id, nil
	}
	l.state, l.due = waiting, now
	return l.id, l.put(ctx, tx)
}

// payload is what a signed_request of the event says. The members are in their
// recorded order. [seen RESTFB v2_1/deauth; the order guess]
func (e *Event) payload() []byte {
	if e.What.update() {
		return e.Body
	}
	b := append([]byte(nil), `{"algorithm":"HMAC-SHA256","issued_at":`...)
	b = strconv.AppendInt(b, e.At.Unix(), 10)
	b = append(b, `,"user_id":`...)
	return append(graph.AppendString(b, e.UserID), '}')
}

// thread is the number of the event's thread: two that share one only wait for
// each other.
func (e *Event) thread() int64 {
	text := e.Thread
	if text == "" {
		text = e.UserID
	}
	return int64(xxh3.HashString(text) | 1)
}

// room drops the oldest delivery of a lane that does not get any through, when
// too many wait there.
func (o *Outbox) room(ctx context.Context, tx *store.Tx, l *lane) error {
	if l.state != failing {
		return nil
	}
	var rs store.ReadSet
	n := rs.Count(store.Count{From: l.id, Kind: store.AssocQueued})
	first := rs.Range(store.Range{From: l.id, Kind: store.AssocQueued, Reverse: true, Limit: 1})
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	oldest := rs.GotRange(first)
	if rs.GotCount(n) < int64(o.opt.Queue) || len(oldest) == 0 {
		return nil
	}
	number := oldest[0].ID
	if err := tx.Unlink(ctx, store.Pair{From: l.id, Kind: store.AssocQueued, To: number}); err != nil {
		return err
	}
	rec, err := tx.Pair(ctx, l.app, store.AssocDelivery, number)
	if err != nil {
		return err
	}
	d, ok := value[*Delivery](rec)
	if !ok {
		return nil
	}
	c := *d
	c.State, c.Error = Dropped, "too many were waiting"
	o.drops(l.id, number)
	return tx.Link(ctx, c.link(l.app, number, rec.Time))
}

// mostDrops bounds how many lanes drops remembers.
const mostDrops = 4096

// drops counts what is dropped of a lane, once: a transaction that runs again drops the
// same one again.
func (o *Outbox) drops(lane, number store.ID) {
	o.dropped.Lock()
	defer o.dropped.Unlock()
	if o.dropped.last[lane] == number {
		return
	}
	if o.dropped.last == nil || len(o.dropped.last) == mostDrops {
		o.dropped.last = map[store.ID]store.ID{}
	}
	o.dropped.last[lane] = number
	o.Stats.Dropped.Add(1)
}

func (d *Delivery) link(app, number store.ID, time int64) store.Assoc {
	return store.Assoc{From: app, Kind: store.AssocDelivery, To: number, Time: time, Data: d.Encode()}
}
