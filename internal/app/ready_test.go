package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/bench"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/world"
)

// elsewhere is a store on a machine whose clock is off.
type elsewhere struct {
	driver.Store
	off time.Duration
}

func (e *elsewhere) Clock(context.Context) (time.Time, error) { return time.Now().Add(e.off), nil }

// A node whose clock is more than a second off from its database is not ready.
func TestReadyMindsTheClock(t *testing.T) {
	f := openFixture(t, Settings{}, bench.Size{People: 4, Pages: 1})
	e := &elsewhere{Store: f.memory}
	f.DB = store.Open(e, store.Options{Decode: world.Decoders(f.Keys)})
	for _, tt := range []struct {
		off   time.Duration
		ready bool
	}{{0, true}, {900 * time.Millisecond, true}, {-900 * time.Millisecond, true}, {5 * time.Second, false}, {-5 * time.Second, false}} {
		e.off = tt.off
		err := f.Ready(t.Context())
		if (err == nil) != tt.ready || err != nil && !strings.Contains(err.Error(), "clock of the database") {
			t.Errorf("%v off: %v", tt.off, err)
		}
	}
}
