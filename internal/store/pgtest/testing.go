package pgtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// shared is the one cluster of a test process, started by the first test that
// asks. It is package-level state because nothing else lives as long as a test
// process does; nobody but DB and Main touches it.
var shared struct {
	sync.Mutex
	open    bool // Main is running
	cluster *Cluster
	err     error
	count   int
}

// Main runs the tests of a package that uses DB and stops the shared cluster
// afterwards:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
func Main(m interface{ Run() int }) int {
	shared.Lock()
	shared.open = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	shared.open = false
	if shared.cluster == nil {
		return code
	}
	if err := shared.cluster.Close(); err != nil {
		fmt.Println("pgtest:", err)
		code = max(code, 1)
	}
	return code
}

// DB returns the DSN of a fresh, empty database on the shared cluster of this
// test process. It is dropped when the test ends. Where PostgreSQL cannot be
// had the test is skipped.
func DB(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, name, err := take(ctx)
	if errors.Is(err, ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := c.CreateDB(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := c.DropDB(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// take returns the shared cluster and a name no database on it has.
func take(ctx context.Context) (*Cluster, string, error) {
	shared.Lock()
	defer shared.Unlock()
	if !shared.open {
		return nil, "", errors.New("pgtest.DB needs a TestMain that calls pgtest.Main")
	}
	if shared.cluster == nil && shared.err == nil {
		shared.cluster, shared.err = Open(ctx, Options{})
	}
	shared.count++
	return shared.cluster, fmt.Sprintf("test_%d", shared.count), shared.err
}
