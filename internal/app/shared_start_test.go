package app

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// sharing starts a server on a database, unless that is left to what more the
// environment has.
func sharing(t *testing.T, dsn string, more ...string) (*Server, error) {
	t.Helper()
	env := append([]string{"HOME=" + t.TempDir(), "KITH_LISTEN=127.0.0.1:0", "KITH_CONTROL_LISTEN=127.0.0.1:0"}, more...)
	if dsn != "" {
		env = append(env, "KITH_STORE="+dsn)
	}
	cfg, err := config.Load(config.Sources{Environ: env})
	if err != nil {
		return nil, err
	}
	s, err := Start(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err == nil {
		t.Cleanup(func() {
			if err := s.Shutdown(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	return s, err
}

// Emulators that start on one empty database at once make its tables, claim it
// and load the demo world once.
func TestEmulatorsRaceForOneStore(t *testing.T) {
	dsn := pgtest.DB(t)
	const racers = 4
	servers := make([]*Server, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			var err error
			if servers[i], err = sharing(t, dsn); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	loaded, alice := 0, ""
	for i, s := range servers {
		if s.Loaded != "" {
			loaded++
		}
		ids, err := s.Graph.World.IDs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		psid := ids.Pages["shop"].PSIDs["alice"]
		if i > 0 && psid != alice || psid == "" || len(ids.People) < 20 {
			t.Errorf("server %d: alice is %q, before %q; %d people", i, psid, alice, len(ids.People))
		}
		alice = psid
	}
	if loaded != 1 {
		t.Errorf("%d servers loaded the world, want 1", loaded)
	}
}

// A database stays with its key, and no message shows the password.
func TestStoreOfAnotherKey(t *testing.T) {
	dsn := strings.Replace(pgtest.DB(t), "postgres@", "postgres:s3cret@", 1)
	if _, err := sharing(t, dsn); err != nil {
		t.Fatal(err)
	}
	_, err := sharing(t, dsn, "KITH_MODE=server", "KITH_ADMIN_TOKEN=0123456789abcdef", "KITH_KEY="+strings.Repeat("ab", 32))
	if err == nil || !strings.Contains(err.Error(), "made in emulator mode") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("another key on the same database: %v", err)
	}
	_, err = sharing(t, strings.Replace(dsn, "127.0.0.1:", "127.0.0.1:1", 1))
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a database that is not there: %v", err)
	}
}
