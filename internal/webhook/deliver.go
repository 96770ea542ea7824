package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// DelivererOptions say what is delivered, and how much at a time.
type DelivererOptions struct {
	Outbox *Outbox
	// Sign makes a signed_request of a payload.
	Sign func(secret string, payload []byte) string
	// Version is the version that an app is told things in which says none itself;
	// nil names none.
	Version func(*people.App) string
	// Timeout bounds one try; zero means 20 seconds.
	Timeout time.Duration
	// Lanes is how many destinations are served at a time, and as many more of
	// those that failed; zero means 32.
	Lanes int
	// Batch is how many updates that wait for one destination may go in one POST, up
	// to MostJoined; zero means one.
	Batch int
	// Trim is how often what is kept for too long is looked for; zero means every
	// ten minutes.
	Trim time.Duration
	// Others says that other processes write to the store, of whose deliveries
	// no bell tells.
	Others bool
	Log    *slog.Logger
}

// Defaults of DelivererOptions.
const (
	defaultTimeout = 20 * time.Second
	defaultLanes   = 32
	defaultTrim    = 10 * time.Minute
)

// Spans of the machine's time.
const (
	lookOften = 100 * time.Millisecond // whether a lane is due, or another process left something
	lookAgain = time.Second            // after the store failed
	slowAfter = time.Second            // a target that takes so long stands in nobody's way
)

// A Deliverer delivers what is in an Outbox. Of all processes on a store one is
// to run it.
type Deliverer struct {
	opt DelivererOptions
	box *Outbox
}

// NewDeliverer makes a Deliverer.
func NewDeliverer(opt DelivererOptions) *Deliverer {
	if opt.Timeout == 0 {
		opt.Timeout = defaultTimeout
	}
	if opt.Trim == 0 {
		opt.Trim = defaultTrim
	}
	if opt.Lanes == 0 {
		opt.Lanes = defaultLanes
	}
	opt.Batch = max(1, min(opt.Batch, MostJoined))
	return &Deliverer{opt: opt, box: opt.Outbox}
}

// Run delivers until ctx ends, beginning with what an earlier process left. What
// it writes goes through to. It returns when everybody it started has.
func (d *Deliverer) Run(ctx context.Context, to Updater) {
	s := newSender(d.box.opt.Targets, d.opt.Timeout)
	r := &running{d: d, to: to, send: s, busy: map[store.ID]*service{}, news: make(chan news)}
	defer s.close()
	defer r.work.Wait()
	r.work.Go(func() { r.trimming(ctx) })
	r.run(ctx)
}

// running is one Run. Its maps belong to the goroutine of Run.
type running struct {
	d    *Deliverer
	to   Updater
	send *sender
	work sync.WaitGroup

	busy  map[store.ID]*service
	taken [2]int // places for lanes that work, and for those that fail or are slow
	news  chan news
	// look: the buckets have something that nobody serves. next is when they have
	// it at the earliest, zero for never.
	look bool
	next int64
}

// A service is a lane that is served, by one goroutine.
type service struct {
	lane   store.ID
	place  int
	called bool // for, meanwhile
	most   int  // how many may go in one POST; it belongs to the goroutine
}

// news are of a service: its target is slow, or it is over.
type news struct {
	of   *service
	slow bool
	// look: the lane is to be served again when its bucket says so.
	look bool
	err  error
}

// say tells news to whoever runs, unless nobody does any more.
func (r *running) say(ctx context.Context, n news) {
	select {
	case r.news <- n:
	case <-ctx.Done():
	}
}

func (r *running) run(ctx context.Context) {
	tick := time.NewTicker(lookOften)
	defer tick.Stop()
	var again <-chan time.Time
	for r.look = true; ; {
		if r.look && again == nil {
			r.look = false
			if err := r.around(ctx); err != nil && ctx.Err() == nil {
				again = r.failed(err)
			}
		}
		var ticks <-chan time.Time
		if r.next != 0 || r.d.opt.Others {
			ticks = tick.C
		}
		select {
		case <-ctx.Done():
			return
		case <-again:
			again, r.look = nil, true
		case <-ticks:
			r.look = r.look || r.d.opt.Others || due(r.next, r.d.box.opt.Now().UnixMicro())
		case <-r.d.box.bell.ring:
			lanes, many := r.d.box.bell.heard()
			r.look = r.look || many
			for id := range lanes {
				r.serve(ctx, id, 0)
			}
		case n := <-r.news:
			if n.slow {
				r.step(n.of)
			} else if r.free(ctx, n); n.err != nil {
				again = r.failed(n.err)
			}
		}
	}
}

// failed tells of a store that failed, and when to look again.
func (r *running) failed(err error) <-chan time.Time {
	r.d.opt.Log.Warn("deliveries wait for the store", "again_in", lookAgain, "err", err)
	r.look = true
	return time.After(lookAgain)
}

// around looks into the buckets for lanes that are due.
func (r *running) around(ctx context.Context) error {
	limit := len(r.busy) + r.d.opt.Lanes
	var rs store.ReadSet
	if err := r.d.box.opt.DB.View(ctx, func(v *store.Reader) error {
		rs.Reset()
		for n := range store.ID(2 * buckets) {
			rs.Range(store.Range{From: firstBucket + n, Kind: store.AssocWaiting, Reverse: true, Limit: limit})
		}
		return v.Load(ctx, &rs)
	}); err != nil {
		return err
	}
	now := r.d.box.opt.Now().UnixMicro()
	r.next = 0
	for n := range 2 * buckets {
		for _, rec := range rs.GotRange(n) {
			if due(rec.Time, now) {
				r.serve(ctx, rec.ID, n/buckets)
			} else if r.next == 0 || rec.Time < r.next {
				r.next = rec.Time
			}
		}
	}
	return nil
}

// serve begins to serve a lane, if there is a place for it and nobody does.
func (r *running) serve(ctx context.Context, id store.ID, place int) {
	if s := r.busy[id]; s != nil {
		s.called = true
		return
	}
	if r.taken[place] >= r.d.opt.Lanes {
		return // until a place is free
	}
	r.taken[place]++
	s := &service{lane: id, place: place}
	r.busy[id] = s
	r.work.Go(func() {
		look, err := r.lane(ctx, s)
		r.say(ctx, news{of: s, look: look, err: err})
	})
}

// step lets a slow lane give its place to another. How many are slow at a time
// is bounded by how long one may take.
func (r *running) step(s *service) {
	if r.busy[s.lane] == s && s.place == 0 {
		r.leave(s)
		s.place = 1
		r.taken[1]++
	}
}

// leave gives a place back. Whoever found none waits in a bucket.
func (r *running) leave(s *service) {
	r.look = r.look || r.taken[s.place] >= r.d.opt.Lanes
	r.taken[s.place]--
}

// free takes note that a lane is not served any more. Who called for it meanwhile
// may have come too late for those who served it.
func (r *running) free(ctx context.Context, n news) {
	r.leave(n.of)
	delete(r.busy, n.of.lane)
	r.look = r.look || n.look
	if n.of.called && n.err == nil {
		r.serve(ctx, n.of.lane, 0)
	}
}
