package webhook

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Bounds of what is told before it is written down: a process that dies tells it
// once more.
const (
	atOnce     = 128
	writeDown  = 50 * time.Millisecond
	formedType = "application/x-www-form-urlencoded"
)

// A batch is the oldest deliveries of a lane.
type batch struct {
	lane  *lane
	app   *people.App // nil: it is gone
	items []item
	// held are threads of which something failed: they stand in sidings.
	held map[int64]bool
	// tries failed one after the other; broke: too many.
	tries int64
	broke bool
	// apart: several went in one POST that failed.
	apart bool
	// look: other lanes have something now.
	look bool
}

type item struct {
	number store.ID
	d      *Delivery // nil: its record is gone
	done   bool      // it has an outcome
	over   bool      // which is that nobody tries any more
	aside  bool      // it goes to, or stays in, a siding
	out    outcome
	url    string
	name   string // of the POST, if several went in it
}

// lane serves a lane until nothing waits there or something does not arrive. look
// says that it is to be served again, at its time.
func (r *running) lane(ctx context.Context, s *service) (look bool, err error) {
	for ctx.Err() == nil {
		b, err := r.load(ctx, s.lane, max(atOnce, r.d.opt.Batch))
		if err != nil || b == nil {
			return false, ended(ctx, err)
		}
		if s.most == 0 {
			s.most = r.d.opt.Batch
			if b.lane.state == failing {
				s.most = 1
			}
		}
		r.tell(ctx, s, b)
		more, err := r.settle(ctx, b)
		if err != nil || !more {
			return b.broke || look || b.look, ended(ctx, err)
		}
		look = look || b.look
	}
	return false, nil
}

// ended is the error, unless it is only that nobody delivers any more.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// load reads what waits in a lane, the oldest of it, nil if it is not its turn.
func (r *running) load(ctx context.Context, id store.ID, limit int) (b *batch, err error) {
	err = r.d.box.opt.DB.View(ctx, func(v *store.Reader) error {
		b = nil
		var rs store.ReadSet
		at := rs.Object(id)
		queue := rs.Range(store.Range{From: id, Kind: store.AssocQueued, Reverse: true, Limit: limit})
		sidings := rs.Range(store.Range{From: id, Kind: store.AssocWaiting, All: true, Limit: 1})
		if err := v.Load(ctx, &rs); err != nil {
			return err
		}
		l, ok := value[*lane](rs.GotObject(at))
		if !ok || l.state == idle || l.state == failing && !due(l.due, r.d.box.opt.Now().UnixMicro()) {
			return nil
		}
		b = &batch{lane: l, tries: l.tries, held: map[int64]bool{}}
		for _, rec := range rs.GotRange(queue) {
			b.items = append(b.items, item{number: rec.ID})
		}
		if err := b.read(ctx, v); err != nil || len(rs.GotRange(sidings)) == 0 {
			return err
		}
		return b.readHeld(ctx, v)
	})
	return b, err
}

// read reads the app and the deliveries of a batch.
func (b *batch) read(ctx context.Context, v *store.Reader) error {
	var rs store.ReadSet
	rs.Object(b.lane.app)
	for i := range b.items {
		rs.Pair(b.lane.app, store.AssocDelivery, b.items[i].number)
	}
	if err := v.Load(ctx, &rs); err != nil {
		return err
	}
	b.app, _ = value[*people.App](rs.GotObject(0))
	for i := range b.items {
		b.items[i].d, _ = value[*Delivery](rs.GotPair(i))
	}
	return nil
}

// tell sends a batch, one after the other, until too many do not arrive or it is
// time to write down what did. What belongs to a thread of which something failed
// is passed over.
func (r *running) tell(ctx context.Context, s *service, b *batch) {
	now := r.d.box.opt.Now().UnixMicro()
	late := time.NewTimer(writeDown)
	defer late.Stop()
	for i := range b.items {
		it := &b.items[i]
		switch {
		case it.done: // it went with one before it
		case it.d == nil, it.d.State != Waiting:
			it.done = true
		case b.held[it.thread()]:
			it.aside = true
		case it.d.over(now):
			it.done, it.over = true, true
		default:
			r.try(ctx, s, b, b.mailing(i, s.most, now))
		}
		if b.broke || b.apart || ctx.Err() != nil {
			return
		}
		select {
		case <-late.C:
			return
		default:
		}
	}
}

// try sends one mailing. What was cut off by the end of ctx has no outcome.
func (r *running) try(ctx context.Context, s *service, b *batch, p mailing) {
	url, what := "", b.lane.what
	if b.app != nil && !b.app.Deleted {
		url = what.address(b.app)
	}
	if url == "" {
		p.each(func(it *item) { it.done = true })
		return
	}
	mail := r.d.parcel(b.app, what, url, p.body)
	slow := time.AfterFunc(slowAfter, func() { r.say(ctx, news{of: s, slow: true}) })
	defer slow.Stop()
	longer, cancel := lasting(ctx, answerWithin)
	defer cancel()
	mail.id = r.d.box.opt.Names.of(b.lane.app, p.numbers()...)
	out := r.send.post(longer, mail)
	if ctx.Err() != nil && out.wrong != "" {
		return
	}
	p.each(func(it *item) {
		it.done, it.out, it.url = true, out, url
		if p.several() {
			it.name = mail.id
		}
	})
	b.heard(&p)
	s.heard(&p, r.d.opt.Batch)
}

// heard counts an outcome. A lane is done with a thread of which something failed,
// and with all of them if too many did; a siding is with its first. Of several that
// failed together nobody knows which it was: a lane tries each by itself.
func (b *batch) heard(p *mailing) {
	it := p.items[0]
	switch {
	case it.out.wrong == "":
		b.tries = 0
		return
	case p.several() && b.lane.thread == 0:
		b.apart = true
		return
	}
	b.tries++
	if b.lane.thread == 0 {
		it.aside = true
		b.held[it.thread()] = true
	}
	b.broke = b.lane.thread != 0 || b.tries >= patience
}
