package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// leavers is the handle of the app that people remove.
const leavers = "leavers"

func leaver(n int) string { return fmt.Sprintf("leaver%d", n) }

// An ear is an app's end: it counts callbacks, once it is told to listen.
type ear struct {
	url   string
	srv   http.Server
	heard atomic.Int64
	want  atomic.Int64
	gate  atomic.Pointer[chan struct{}] // holds answers back until it is closed
	all   chan struct{}                 // as many as wanted were heard
}

func newEar(ctx context.Context) (*ear, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	e := &ear{url: "http://" + l.Addr().String() + "/gone", all: make(chan struct{}, 1)}
	e.srv.Handler = e
	go func() { _ = e.srv.Serve(l) }() // until Close
	return e, nil
}

// ServeHTTP answers a callback.
func (e *ear) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	if gate := e.gate.Load(); gate != nil {
		<-*gate
	}
	if e.heard.Add(1) == e.want.Load() {
		e.all <- struct{}{}
	}
}

// expect says how many callbacks come next.
func (e *ear) expect(n int) {
	e.heard.Store(0)
	e.want.Store(int64(n))
}

// wait waits for all of them.
func (e *ear) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	select {
	case <-e.all:
		return nil
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("%d of %d callbacks came", e.heard.Load(), e.want.Load()), ctx.Err())
	}
}

// callbacks has people remove an app, which is told of each of them.
func (l *lab) callbacks(ctx context.Context) error {
	people, alone := 3000, 100
	if l.opt.Quick {
		people, alone = 500, 20
	}
	e, err := newEar(ctx)
	if err != nil {
		return err
	}
	defer e.srv.Close()
	g, err := l.opt.Open(ctx, l.path("callbacks.db"), []byte(master))
	if err != nil {
		return err
	}
	defer l.opt.Tune()()
	defer g.Close()
	var world strings.Builder
	fmt.Fprintf(&world, "apps: {%s: {deauth_callback_url: %q}}\npeople:\n", leavers, e.url)
	for n := range people {
		fmt.Fprintf(&world, "  %s: {first_name: L}\n", leaver(n))
	}
	if err := g.Load(ctx, []byte(world.String())); err != nil {
		return err
	}
	var events, told, delays []float64
	for range l.opt.Rounds {
		s, rate, err := e.round(ctx, g, people)
		if err != nil {
			return err
		}
		ms, err := e.delay(ctx, g, alone)
		if err != nil {
			return err
		}
		events, told, delays = append(events, s.throughput), append(told, rate), append(delays, ms)
	}
	l.set(eventsMany, "people remove an app, in process: install, tokens and outbox", events...)
	l.set(webhooks, "loopback, one after the other, after all events are durable", told...)
	l.set(webhookDelay, fmt.Sprintf("one client; medians of %d, the commit of the event in it", alone), delays...)
	return nil
}

// round has everybody take the app and remove it. The receiver holds the first
// callback until all are gone, so that callbacks do not share the machine with
// events; the rate is that of what follows.
func (e *ear) round(ctx context.Context, g *Graph, people int) (events sample, rate float64, err error) {
	asks := make([]ask, clients)
	for i := range asks {
		asks[i] = func(n uint64) error { return g.Install(ctx, leaver(int(n)), leavers) }
	}
	if _, err = drive(ctx, asks, 0, people); err != nil {
		return events, 0, err
	}
	for i := range asks {
		asks[i] = func(n uint64) error { return g.Leave(ctx, leaver(int(n)), leavers) }
	}
	gate := make(chan struct{})
	e.expect(people)
	e.gate.Store(&gate)
	events, err = drive(ctx, asks, 0, people)
	close(gate)
	if err != nil {
		return events, 0, err
	}
	begin := time.Now()
	err = e.wait(ctx)
	return events, float64(people) / time.Since(begin).Seconds(), err
}

// delay is the median time between the beginning of an event and its callback, in
// milliseconds.
func (e *ear) delay(ctx context.Context, g *Graph, times int) (float64, error) {
	var took []float64
	for n := range times {
		if err := g.Install(ctx, leaver(n), leavers); err != nil {
			return 0, err
		}
		e.expect(1)
		begin := time.Now()
		if err := g.Leave(ctx, leaver(n), leavers); err != nil {
			return 0, err
		}
		if err := e.wait(ctx); err != nil {
			return 0, err
		}
		took = append(took, float64(time.Since(begin).Microseconds())/1e3)
	}
	return median(took), nil
}
