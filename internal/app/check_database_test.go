package app

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// The database dies and comes back in the middle of the load: it keeps its word,
// and the account says what was refused meanwhile. Nothing of ours is left.
func TestCheckDatabaseThroughACrash(t *testing.T) {
	ctx := t.Context()
	c, err := pgtest.Open(ctx, pgtest.Options{Durable: true})
	if errors.Is(err, pgtest.ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	dsn, err := c.CreateDB(ctx, "trial")
	if err != nil {
		t.Fatal(err)
	}
	var acked atomic.Int64
	var crashed atomic.Bool
	load, enough := context.WithCancel(ctx)
	defer enough()
	crash := make(chan error, 1)
	got, err := CheckDatabase(ctx, load, dsn, 4, 30*time.Second, func(_ time.Duration, good, bad int64) {
		switch acked.Store(good); {
		case good >= 100 && crashed.CompareAndSwap(false, true):
			go func() { crash <- errors.Join(c.Kill(), c.Start(ctx)) }()
		case bad > 0 && good >= 400:
			enough()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-crash; err != nil {
		t.Fatalf("kill and start the database: %v", err)
	}
	if !got.OK() || got.Load.Acknowledged < 400 || got.Load.Refused+got.Load.Ambiguous == 0 {
		t.Errorf("the checkup is %+v, load %+v", got, got.Load)
	}
	g, err := Open(ctx, Settings{DSN: dsn})
	if err != nil {
		t.Fatalf("the database is not empty again: %v", err)
	}
	defer g.Close()
	if empty, err := g.World.Empty(ctx); err != nil || !empty {
		t.Errorf("empty: %t, %v", empty, err)
	}
}
