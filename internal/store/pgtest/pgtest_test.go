package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// run executes sql on a connection of its own and returns the first value.
func run(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgconn.Connect(within(t), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(within(t))
	results, err := conn.Exec(within(t), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	last := results[len(results)-1]
	if len(last.Rows) == 0 {
		return ""
	}
	return string(last.Rows[0][0])
}

func TestDatabasesAreApart(t *testing.T) {
	a, b := DB(t), DB(t)
	run(t, a, "CREATE TABLE x (i int)")
	if got := run(t, b, "SELECT count(*) FROM pg_tables WHERE tablename = 'x'"); got != "0" {
		t.Errorf("tables x in the other database: %s, want 0", got)
	}
}

func open(t *testing.T, o Options) *Cluster {
	t.Helper()
	c, err := Open(within(t), o)
	if errors.Is(err, ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(c.dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("folder %s after Close: %v, want it gone", c.dir, err)
		}
	})
	return c
}

func TestCommittedRowsOutliveTheServer(t *testing.T) {
	c := open(t, Options{Durable: true, Settings: map[string]string{"max_connections": "20"}})
	dsn, err := c.CreateDB(within(t), "d")
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, dsn, "SHOW max_connections"); got != "20" {
		t.Errorf("max_connections %s, want 20", got)
	}
	if got := run(t, dsn, "SHOW fsync"); got != "on" {
		t.Errorf("fsync %s, want on", got)
	}
	run(t, dsn, "CREATE TABLE x (i int)")
	ends := []struct {
		name string
		end  func() error
	}{
		{"fast", func() error { return c.Stop(Fast) }},
		{"immediate", func() error { return c.Stop(Immediate) }},
		{"kill", c.Kill},
	}
	for _, e := range ends {
		run(t, dsn, "INSERT INTO x VALUES (1)")
		if err := e.end(); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		if _, err := pgconn.Connect(within(t), dsn); err == nil {
			t.Errorf("%s: the server still answers", e.name)
		}
		if err := c.Start(within(t)); err != nil {
			t.Fatalf("start after %s: %v", e.name, err)
		}
	}
	if got := run(t, dsn, "SELECT count(*) FROM x"); got != "3" {
		t.Errorf("%s rows, want 3", got)
	}
}

func TestFrozenServerIsSilent(t *testing.T) {
	c := open(t, Options{})
	if err := c.Freeze(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := pgconn.Connect(ctx, c.DSN("postgres")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("connect to a frozen server: %v, want to wait in vain", err)
	}
	if err := c.Thaw(); err != nil {
		t.Fatal(err)
	}
	run(t, c.DSN("postgres"), "SELECT 1")
}

// TestClusterDiesWithItsProcess opens a cluster in a second test process and
// kills that.
func TestClusterDiesWithItsProcess(t *testing.T) {
	if os.Getenv("PGTEST_CHILD") != "" {
		fmt.Println("DSN " + open(t, Options{}).DSN("postgres"))
		select {}
	}
	DB(t) // skips where there is no PostgreSQL
	cmd := exec.Command(os.Args[0], "-test.run=^TestClusterDiesWithItsProcess$")
	cmd.Env = append(os.Environ(), "PGTEST_CHILD=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dsn := ""
	for lines := bufio.NewScanner(out); dsn == "" && lines.Scan(); {
		dsn, _ = strings.CutPrefix(lines.Text(), "DSN ")
	}
	run(t, dsn, "SELECT 1")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed, and says so
	for ctx := within(t); ctx.Err() == nil; {
		conn, err := pgconn.Connect(ctx, dsn)
		switch {
		case err == nil:
			_ = conn.Close(ctx)
		case ctx.Err() == nil:
			return
		}
	}
	t.Fatal("the cluster outlived its process by a minute")
}
