package pgproxy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

func TestMain(m *testing.M) {
	code := pgtest.Main(m)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Println(err)
			code = 1
		}
	}
	os.Exit(code)
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// A lab is a table behind a proxy, with a way to it that the proxy is not in.
type lab struct {
	*testing.T
	proxy *Proxy
	dsn   string
	aside *pgx.Conn
}

func open(t *testing.T) *lab {
	t.Helper()
	direct := pgtest.DB(t)
	p, dsn, err := OpenDSN(direct)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{T: t, proxy: p, dsn: dsn, aside: connect(t, direct)}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := l.aside.Exec(within(t), "CREATE TABLE x (i int)"); err != nil {
		t.Fatal(err)
	}
	return l
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(within(t), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(within(t)) })
	return c
}

// rows are counted past the proxy.
func (l *lab) rows() int {
	l.Helper()
	n := -1
	if err := l.aside.QueryRow(within(l.T), "SELECT count(*) FROM x").Scan(&n); err != nil {
		l.Fatal(err)
	}
	return n
}

// pipeline is a transaction in one round trip.
func pipeline(ctx context.Context, c *pgx.Conn) error {
	b := &pgx.Batch{}
	b.Queue("BEGIN ISOLATION LEVEL SERIALIZABLE")
	b.Queue("INSERT INTO x VALUES ($1)", 1)
	b.Queue("INSERT INTO x VALUES ($1)", 2)
	b.Queue("COMMIT")
	return c.SendBatch(ctx, b).Close()
}

// steps is the same, one statement at a time, by the simple protocol.
func steps(ctx context.Context, c *pgx.Conn) error {
	for _, sql := range []string{"BEGIN", "INSERT INTO x VALUES (1)", "INSERT INTO x VALUES (2)", "COMMIT"} {
		if _, err := c.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	return nil
}

// whole is the same as one simple query.
func whole(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "BEGIN; INSERT INTO x VALUES (1); INSERT INTO x VALUES (2); COMMIT", pgx.QueryExecModeSimpleProtocol)
	return err
}

func code(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	if err != nil {
		return "lost"
	}
	return ""
}

func TestFaultsLeaveTheServerInTheRightState(t *testing.T) {
	l := open(t)
	tests := []struct {
		name  string
		rule  Rule
		want  string // SQLSTATE, "lost" for a connection that is gone, or nothing
		rows  int
		alive bool // the connection can go on
	}{
		{"nothing", Rule{}, "", 2, true},
		{"error at a statement", Rule{Fault: Fault{At: Statement, Do: Error, Code: "40001"}, Match: "insert", Times: 1}, "40001", 0, true},
		{"error at the second statement", Rule{Fault: Fault{At: Statement, Do: Error, Code: "25006"}, Match: "(2)", Times: 1}, "25006", 0, true},
		{"error at COMMIT", Rule{Fault: Fault{At: Commit, Do: Error, Code: "40001"}, Times: 1}, "40001", 0, true},
		{"shut down at a statement", Rule{Fault: Fault{At: Statement, Do: Fatal, Code: "57P01"}, Match: "insert"}, "57P01", 0, false},
		{"shut down before COMMIT", Rule{Fault: Fault{At: Commit, Do: Fatal, Code: "57P01"}}, "57P01", 0, false},
		{"shut down behind COMMIT", Rule{Fault: Fault{At: Committed, Do: Fatal, Code: "57P01"}}, "57P01", 2, false},
		{"cut at a statement", Rule{Fault: Fault{At: Statement, Do: Cut}, Match: "insert"}, "lost", 0, false},
		{"cut before COMMIT", Rule{Fault: Fault{At: Commit, Do: Cut}}, "lost", 0, false},
		{"cut behind COMMIT", Rule{Fault: Fault{At: Committed, Do: Cut}}, "lost", 2, false},
		{"COMMIT that arrives late", Rule{Fault: Fault{At: Commit, Do: Late, For: 100 * time.Millisecond}}, "lost", 2, false},
		{"COMMIT of unknown outcome", Rule{Fault: Fault{At: Committed, Do: Error, Code: "40003"}, Times: 1}, "40003", 2, true},
		{"COMMIT without a standby", Rule{Fault: Fault{At: Committed, Do: Warn}}, "", 2, true},
		{"a pause", Rule{Fault: Fault{At: Committed, Do: Stall, For: 20 * time.Millisecond}}, "", 2, true},
	}
	ways := map[string]func(context.Context, *pgx.Conn) error{"pipeline": pipeline, "steps": steps, "whole": whole}
	for _, tt := range tests {
		for way, do := range ways {
			if way == "pipeline" && tt.rule.Match == "(2)" || way == "whole" && tt.rule.At == Statement && tt.rule.Do != Pass {
				continue // its statements have no such text, or are all one with COMMIT
			}
			t.Run(tt.name+"/"+way, func(t *testing.T) {
				l := *l
				l.T = t
				if _, err := l.aside.Exec(within(t), "DELETE FROM x"); err != nil {
					t.Fatal(err)
				}
				l.check(do, tt.rule, tt.want, tt.rows, tt.alive)
			})
		}
	}
}

// check runs a transaction under one rule.
func (l *lab) check(do func(context.Context, *pgx.Conn) error, r Rule, want string, rows int, alive bool) {
	c := connect(l.T, l.dsn)
	before := l.proxy.Counts().Faults
	l.proxy.Use(Rules(1, r))
	err := do(within(l.T), c)
	l.proxy.Use(nil)
	if got := code(err); got != want {
		l.Errorf("the client got %q (%v), want %q", got, err, want)
	}
	if n := l.proxy.Counts().Faults - before; (n == 0) != (r == Rule{}) {
		l.Errorf("%d faults took place", n)
	}
	if r.Do == Late {
		for deadline := time.Now().Add(10 * time.Second); l.rows() != rows && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	}
	if got := l.rows(); got != rows {
		l.Errorf("%d rows in the table, want %d", got, rows)
	}
	if !alive {
		if err := c.Ping(within(l.T)); err == nil {
			l.Error("the connection still answers")
		}
		return
	}
	_, _ = c.Exec(within(l.T), "ROLLBACK", pgx.QueryExecModeSimpleProtocol)
	if err := pipeline(within(l.T), c); err != nil {
		l.Errorf("the next transaction: %v", err)
	}
	if got := l.rows(); got != rows+2 {
		l.Errorf("%d rows after the next transaction, want %d", got, rows+2)
	}
}

func TestErrorAtPrepareLeavesTheConnectionUsable(t *testing.T) {
	l := open(t)
	c := connect(t, l.dsn)
	l.proxy.Use(Rules(1, Rule{Fault: Fault{At: Prepare, Do: Error, Code: "57014"}, Match: "select 7", Times: 1}))
	for _, want := range []string{"57014", ""} {
		var n int
		if got := code(c.QueryRow(within(t), "SELECT 7").Scan(&n)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestConnectFaults(t *testing.T) {
	l := open(t)
	tests := []struct {
		fault Fault
		want  string
	}{
		{Fault{At: Connect, Do: Fatal, Code: "53300"}, "53300"},
		{Fault{At: Connect, Do: Error, Code: "57P03"}, "57P03"},
		{Fault{At: Connect, Do: Cut}, "lost"},
		{Fault{At: Connect, Do: Stall, For: time.Millisecond}, ""},
	}
	for _, tt := range tests {
		l.proxy.Use(Rules(1, Rule{Fault: tt.fault}))
		c, err := pgx.Connect(within(t), l.dsn)
		if got := code(err); got != tt.want {
			t.Errorf("%+v: got %q (%v), want %q", tt.fault, got, err, tt.want)
		}
		if err == nil {
			_ = c.Close(within(t))
		}
	}
}

func TestDownRefusesAndUpHeals(t *testing.T) {
	l := open(t)
	c := connect(t, l.dsn)
	if err := l.proxy.Down(); err != nil {
		t.Fatal(err)
	}
	if err := c.Ping(within(t)); err == nil {
		t.Error("a connection outlived Down")
	}
	if _, err := pgx.Connect(within(t), l.dsn); err == nil {
		t.Error("connected while down")
	}
	if err := l.proxy.Up(); err != nil {
		t.Fatal(err)
	}
	if err := connect(t, l.dsn).Ping(within(t)); err != nil {
		t.Errorf("after Up: %v", err)
	}
}

func TestFrozenIsSilentThenGoesOn(t *testing.T) {
	l := open(t)
	c := connect(t, l.dsn)
	l.proxy.Freeze()
	short, cancel := context.WithTimeout(within(t), 100*time.Millisecond)
	defer cancel()
	if _, err := pgx.Connect(short, l.dsn); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("connect while frozen: %v", err)
	}
	done := make(chan error)
	go func() { done <- pipeline(within(t), c) }()
	select {
	case err := <-done:
		t.Errorf("a transaction ended while frozen: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	l.proxy.Thaw()
	if err := <-done; err != nil {
		t.Errorf("after Thaw: %v", err)
	}
	if got := l.rows(); got != 2 {
		t.Errorf("%d rows, want 2", got)
	}
}

func TestCounts(t *testing.T) {
	l := open(t)
	c := connect(t, l.dsn)
	if err := pipeline(within(t), c); err != nil { // prepares
		t.Fatal(err)
	}
	start := l.proxy.Counts()
	if err := pipeline(within(t), c); err != nil {
		t.Fatal(err)
	}
	warm := l.proxy.Counts()
	if err := steps(within(t), c); err != nil {
		t.Fatal(err)
	}
	end := l.proxy.Counts()
	want := start
	want.Syncs, want.Statements, want.Commits = start.Syncs+1, start.Statements+4, start.Commits+1
	if warm != want {
		t.Errorf("a warm pipeline\n got %+v\nwant %+v", warm, want)
	}
	want.Queries, want.Statements, want.Commits = want.Queries+4, want.Statements+4, want.Commits+1
	if end != want {
		t.Errorf("four simple queries\n got %+v\nwant %+v", end, want)
	}
	if got := end.Trips() - start.Trips(); got != 5 {
		t.Errorf("%d round trips, want 5", got)
	}
}

// TestManyConnectionsUnderRandomFaults asks for an acknowledged transaction to
// be there, and a refused one not to be, whatever else happens around it.
func TestManyConnectionsUnderRandomFaults(t *testing.T) {
	l := open(t)
	l.proxy.Use(Rules(7,
		Rule{Fault: Fault{At: Statement, Do: Error, Code: "40001"}, Rate: 0.05},
		Rule{Fault: Fault{At: Statement, Do: Cut}, Rate: 0.02},
		Rule{Fault: Fault{At: Commit, Do: Error, Code: "40001"}, Rate: 0.1},
		Rule{Fault: Fault{At: Commit, Do: Fatal, Code: "57P01"}, Rate: 0.05},
		Rule{Fault: Fault{At: Committed, Do: Error, Code: "40003"}, Rate: 0.05},
	))
	type tally struct{ done, unknown int }
	results := make(chan tally)
	for range 4 {
		go func() {
			var sum tally
			for range 40 {
				c, err := pgx.Connect(within(t), l.dsn)
				for err == nil {
					switch err = pipeline(within(t), c); code(err) {
					case "":
						sum.done++
					case "40003":
						sum.unknown++
					}
				}
				if c != nil {
					_ = c.Close(within(t))
				}
			}
			results <- sum
		}()
	}
	var sum tally
	for range 4 {
		r := <-results
		sum.done, sum.unknown = sum.done+r.done, sum.unknown+r.unknown
	}
	if got := l.rows(); got != 2*(sum.done+sum.unknown) || sum.done == 0 || sum.unknown == 0 {
		t.Errorf("%d rows after %d transactions acknowledged and %d committed unknown", got, sum.done, sum.unknown)
	}
	if c := l.proxy.Counts(); c.Commits != int64(sum.done+sum.unknown) {
		t.Errorf("the proxy saw %d commits, want %d", c.Commits, sum.done+sum.unknown)
	}
}
