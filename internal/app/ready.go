package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/store"
)

var (
	errDraining = errors.New("the server is about to stop")
	errFailing  = errors.New("the store took no write a moment ago")
)

// probeEvery bounds how often readiness tries to write.
const probeEvery = time.Second

// A prober tries the writes of Ready, one at a time and not too many.
type prober struct {
	mu   sync.Mutex
	last time.Time
}

// maxSkew is how far the database's clock may be off: expiry and windows go by
// the clock of whoever answers, which stays ahead once it was.
const maxSkew = time.Second

// Ready reports whether the store answers, by nearly the same clock, and takes
// writes. It writes itself only while the latest write has failed, so that a
// disk which has room again is noticed although nobody sends writes to a server
// that is not ready.
func (g *Graph) Ready(ctx context.Context) error {
	skew, err := g.DB.Skew(ctx, g.Clock.Machine)
	if err != nil {
		return err
	}
	if skew.Abs() > maxSkew {
		return fmt.Errorf("the clock of the database is %v off from this node's: keep both set, with NTP for instance, and restart the node if its clock was set back", skew.Round(time.Millisecond))
	}
	err = g.DB.View(ctx, func(r *store.Reader) error {
		_, err := r.Get(ctx, 1)
		return err
	})
	if err != nil || !g.DB.Failing() {
		return err
	}
	return g.probe(ctx)
}

// probe writes a record as it is.
func (g *Graph) probe(ctx context.Context) error {
	p := &g.prober
	p.mu.Lock()
	defer p.mu.Unlock()
	now := g.set.Now()
	if since := now.Sub(p.last); g.DB.Failing() && since >= 0 && since < probeEvery {
		return errFailing
	}
	p.last = now
	return g.DB.Update(ctx, func(tx *store.Tx) error {
		rec, err := tx.Get(ctx, ownerID)
		if err != nil || rec == nil {
			return err
		}
		data, _ := rec.Value.([]byte)
		return tx.Put(ctx, store.Object{ID: ownerID, Kind: store.KindMeta, Data: data})
	})
}

// ready is Ready, unless the server is about to stop.
func (s *Server) ready(ctx context.Context) error {
	if s.draining.Load() {
		return errDraining
	}
	return s.Graph.Ready(ctx)
}

// Shutdown ends the server. It is not ready from the first moment on, which
// load balancers may see for as long as DrainDelay says; then no connection is
// taken any more, calls under way finish until ctx ends, and the store is
// closed. Where the control plane has a listener of its own, that one goes on
// to tell of it until the last.
func (s *Server) Shutdown(ctx context.Context) error {
	s.draining.Store(true)
	if d := s.cfg.DrainDelay; d > 0 {
		timer := time.NewTimer(d)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	errs := make([]error, len(s.ports)) // the Graph first
	var all sync.WaitGroup
	for i, p := range s.ports {
		all.Go(func() { errs[i] = p.Shutdown(ctx) })
	}
	all.Wait()
	if s.control != nil {
		errs = append(errs, s.control.Shutdown(ctx))
	}
	return errors.Join(append(errs, s.Graph.Close())...)
}
