package kithtest

import (
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/world"
)

// A Delivery is something that an app was told, or is to be told: a webhook, or that
// somebody removed it or wants their data deleted.
type Delivery struct {
	ID   string // as X-Kith-Delivery has it
	App  string // by its handle
	What string // page, instagram, user, permissions, deauthorize or data_deletion
	// State is waiting, delivered, given_up or dropped.
	State string
	// Body is what a webhook says, or the payload of a signed_request.
	Body []byte
	// Tries is how often it was tried; Status and Error are of the latest try.
	Tries  int
	Status int
	Error  string
	// Next is when one that waits is tried again, by the world's clock.
	Next time.Time
}

// How long Deliveries waits, and how often it looks.
const (
	mostDeliveries = 1000
	lookAgain      = time.Millisecond
	lookFor        = 2 * time.Minute
)

// Deliveries are what apps were told and are to be told, newest first, the latest
// thousand. It waits until everything that is due by the world's clock was tried, so that
// a test can say what has been told, and advance the clock to the next try.
func (s *Server) Deliveries() []Delivery {
	s.t.Helper()
	tick, end := time.NewTicker(lookAgain), time.After(lookFor)
	defer tick.Stop()
	for {
		list, now := s.told()
		if !slices.ContainsFunc(list, func(v webhook.View) bool { return v.State == "waiting" && !v.Next.IsZero() && !v.Next.After(now) }) {
			all := make([]Delivery, len(list))
			for i, v := range list {
				all[i] = Delivery{ID: v.ID, App: v.App, What: v.What, State: v.State, Body: v.Payload, Tries: int(v.Tries),
					Status: v.Status, Error: v.Error, Next: v.Next}
			}
			return all
		}
		select {
		case <-tick.C:
		case <-end:
			s.t.Fatalf("kithtest: what apps are to be told was not told within %v", lookFor)
		}
	}
}

// told is what the outbox has now.
func (s *Server) told() ([]webhook.View, time.Time) {
	s.t.Helper()
	s.mu.RLock()
	defer s.mu.RUnlock()
	list, err := s.graph.World.Deliveries(s.context(), world.DeliveryQuery{Limit: mostDeliveries})
	if err != nil {
		s.t.Fatalf("kithtest: list deliveries: %v", err)
	}
	return list, s.graph.Clock.Now()
}
