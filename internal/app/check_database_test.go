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
	var crashed atomic.Bool
	told := make(chan struct{}, 1)
	load, enough := context.WithCancel(ctx)
	defer enough()
	crash := make(chan error, 1)
	got, err := CheckDatabase(ctx, load, dsn, 4, 30*time.Second, func(_ time.Duration, good, bad int64) {
		if good >= 100 && crashed.CompareAndSwap(false, true) {
			go func() { crash <- killUntil(ctx, c, told) }()
		}
		if bad > 0 {
			select {
			case told <- struct{}{}:
			default:
			}
			if good >= 400 {
				enough()
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !crashed.Load() {
		t.Fatalf("not even 100 writes: %+v", got.Load)
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

// killUntil keeps a database dead until a client was told: an outage that is
// shorter than their patience is bridged.
func killUntil(ctx context.Context, c *pgtest.Cluster, told <-chan struct{}) error {
	err := c.Kill()
	select {
	case <-told:
	case <-time.After(20 * time.Second):
		err = errors.Join(err, errors.New("nobody was refused in 20 s"))
	}
	return errors.Join(err, c.Start(ctx))
}
