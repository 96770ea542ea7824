package postgres

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

func TestJudge(t *testing.T) {
	tests := []struct {
		code               string
		before, committing verdict
	}{
		{"40001", replay, replay}, {"40P01", replay, replay}, {"23505", replay, replay}, {"40003", replay, unknown},
		{"57P01", moved, moved}, {"25006", moved, moved}, {"53300", moved, moved}, {"08006", moved, moved},
		{"57014", short, short}, {"53100", short, short}, {"53200", short, short}, {"53000", short, short},
		{"26000", pooled, pooled}, {"42601", final, final}, {"22P02", final, final},
	}
	for _, tt := range tests {
		err := error(&pgconn.PgError{Code: tt.code, Severity: "ERROR", SeverityUnlocalized: "ERROR"})
		if before, committing := judge(err, false), judge(err, true); before != tt.before || committing != tt.committing {
			t.Errorf("%s\n got %d, with COMMIT %d\nwant %d, with COMMIT %d", tt.code, before, committing, tt.before, tt.committing)
		}
	}
	if got := judge(&pgconn.PgError{Code: "53200", Severity: "FATAL", SeverityUnlocalized: "FATAL"}, false); got != moved {
		t.Errorf("a session that ended for want of memory: %d", got)
	}
}

// What the server cannot do now, for want of memory, room or time, did not
// happen and may be asked again: unavailable, at once, and not a mistake.
func TestShortOfSomething(t *testing.T) {
	s, p := through(t, Options{})
	put := func() error {
		return s.Update(bg, func(w driver.Writer) error {
			if err := w.Read(bg, &driver.ReadSet{Objects: []driver.ID{1}}); err != nil {
				return err
			}
			return w.Put(bg, []driver.Object{{ID: 1, Kind: thing}})
		})
	}
	view := func() error {
		return s.View(bg, func(r driver.Reader) error { return r.Read(bg, &driver.ReadSet{Objects: []driver.ID{1}}) })
	}
	last := func() error {
		return s.View(bg, func(r driver.Reader) error { return r.Read(bg, &driver.ReadSet{Objects: []driver.ID{1}, Last: true}) })
	}
	for _, code := range []string{"57014", "53100", "53200"} {
		for name, call := range map[string]func() error{"update": put, "view": view, "one read": last} {
			p.Use(pgproxy.Rules(1, pgproxy.Rule{Fault: pgproxy.Fault{At: pgproxy.Statement, Do: pgproxy.Error, Code: code}, Times: 1}))
			if err := call(); !errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrAmbiguous) {
				t.Errorf("%s at %s: %v, want unavailable", code, name, err)
			}
			p.Use(nil)
			if err := call(); err != nil {
				t.Errorf("%s after %s: %v", name, code, err)
			}
		}
		// An error of COMMIT itself is looked into.
		p.Use(pgproxy.Rules(1, pgproxy.Rule{Fault: pgproxy.Fault{At: pgproxy.Committed, Do: pgproxy.Error, Code: code}, Times: 1}))
		before := s.Stats().Settled
		if err := put(); err != nil || s.Stats().Settled != before+1 {
			t.Errorf("%s as the answer to a COMMIT that happened: %v, %+v", code, err, s.Stats())
		}
		p.Use(nil)
	}
}

// Open and Clock end by themselves on a server that takes connections and says
// nothing.
func TestOpenAndClockEnd(t *testing.T) {
	s, p := through(t, Options{ReadWait: 300 * time.Millisecond})
	if _, err := s.Clock(bg); err != nil {
		t.Fatal(err)
	}
	silent := map[string]func(){
		"frozen": p.Freeze,
		"silent from the first statement on": func() {
			p.Use(pgproxy.Rules(1, pgproxy.Rule{Fault: pgproxy.Fault{At: pgproxy.Statement, Do: pgproxy.Stall}}))
		},
	}
	for name, silence := range silent {
		silence()
		begin := time.Now()
		if _, err := s.Clock(bg); !errors.Is(err, driver.ErrUnavailable) {
			t.Errorf("%s: the clock of a silent server: %v", name, err)
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%s: Clock took %v", name, took)
		}
		begin = time.Now()
		_, err := Open(bg, Options{DSN: s.opt.DSN + "&connect_timeout=1", ReadWait: 300 * time.Millisecond, Patience: time.Second,
			Registry: drivertest.Registry(), Now: time.Now, Rand: rand.Reader})
		if !errors.Is(err, driver.ErrUnavailable) {
			t.Errorf("%s: open: %v", name, err)
		}
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s: Open took %v", name, took)
		}
		p.Thaw()
		p.Use(nil)
		p.Cut() // or what was asked to be cancelled is waited for
	}
}

// A View inside another ends as unavailable when there is no connection for it,
// and Reads that share a round trip need none of theirs.
func TestViewsInsideViews(t *testing.T) {
	s := openAt(t, Options{DSN: pgtest.DB(t), ReadConns: 1, ReadWait: 300 * time.Millisecond})
	set := func(last bool) *driver.ReadSet { return &driver.ReadSet{Objects: []driver.ID{1}, Last: last} }
	for _, last := range []bool{false, true} {
		err := s.View(bg, func(r driver.Reader) error {
			if err := r.Read(bg, set(false)); err != nil {
				return err
			}
			return s.View(bg, func(inner driver.Reader) error { return inner.Read(bg, set(last)) })
		})
		switch {
		case last && err != nil:
			t.Errorf("one Read inside a View: %v", err)
		case !last && (!errors.Is(err, errCrowded) || !errors.Is(err, driver.ErrUnavailable)):
			t.Errorf("a View inside a View on one connection: %v", err)
		}
	}
}

// Who meets a fence gets another connection the next time: the host that is
// fenced is left.
func TestFencedConnectionsAreGivenUp(t *testing.T) {
	s, p := through(t, Options{})
	read := func(then error) error {
		return s.View(bg, func(r driver.Reader) error {
			if err := r.Read(bg, &driver.ReadSet{Objects: []driver.ID{1}}); err != nil {
				return err
			}
			return then
		})
	}
	connections := func(then error) int64 {
		t.Helper()
		before := p.Counts().Connections
		_ = read(then)
		if err := read(nil); err != nil {
			t.Fatal(err)
		}
		return p.Counts().Connections - before
	}
	if err := read(nil); err != nil {
		t.Fatal(err)
	}
	if n := connections(errors.New("something else")); n != 0 {
		t.Errorf("%d new connections after another error", n)
	}
	if n := connections(driver.ErrFenced); n != 1 {
		t.Errorf("%d new connections after a fence, want 1", n)
	}
	s.shunned.Store(time.Now().Add(time.Hour).Unix()) // any second but this
	if n := connections(driver.ErrFenced); n != 1 {
		t.Errorf("%d new connections after the next, want 1", n)
	}
	many := 0
	for range 50 {
		many += int(connections(driver.ErrFenced))
	}
	if many > 5 {
		t.Errorf("%d new connections for a crowd that met a fence", many)
	}
}

// A database that forgets is refused with what to do, and taken only when told.
func TestForgetfulDatabase(t *testing.T) {
	tests := []struct {
		name string
		set  map[string]string
		want string
	}{
		{"all is on", map[string]string{"synchronous_commit": "on", "fsync": "on"}, ""},
		{"nothing can be read", nil, ""},
		{"remote_write", map[string]string{"synchronous_commit": "remote_write", "fsync": "on"}, ""},
		{"off", map[string]string{"synchronous_commit": "off", "fsync": "on"}, "synchronous_commit is off"},
		{"local and alone", map[string]string{"synchronous_commit": "local", "synchronous_standby_names": ""}, ""},
		{"local with standbys", map[string]string{"synchronous_commit": "local", "synchronous_standby_names": "*"}, "synchronous_commit is local"},
		{"fsync", map[string]string{"synchronous_commit": "on", "fsync": "off", "version": "PostgreSQL 15.4"}, "fsync is off"},
		{"rows elsewhere", map[string]string{"fsync": "off", "version": "PostgreSQL 11.2-YB-2.18 on x86_64"}, ""},
	}
	for _, tt := range tests {
		reason, remedy := forgetful(tt.set)
		if !strings.HasPrefix(reason, tt.want) || (reason == "") != (tt.want == "") || (reason == "") != (remedy == "") {
			t.Errorf("%s: %q, %q, want %q", tt.name, reason, remedy, tt.want)
		}
	}
	dsn := pgtest.DB(t) // fsync is off there
	strict := strings.Replace(dsn, "&kith.unsafe=allow", "", 1)
	if strict == dsn {
		t.Fatal("the cluster says that it keeps what it acknowledges")
	}
	for _, with := range []string{strict, strict + "&options=-c%20synchronous_commit%3Doff"} {
		_, err := Open(bg, Options{DSN: with, Registry: drivertest.Registry(), Now: time.Now, Rand: rand.Reader})
		refused, ok := errors.AsType[*RefusedError](err)
		if !ok || !strings.Contains(refused.Remedy, "set it to on") || !strings.Contains(refused.Remedy, "kith.unsafe=allow") {
			t.Errorf("%s: %v", with, err)
		}
	}
	s := openAt(t, Options{DSN: dsn + "&options=-c%20synchronous_commit%3Doff"})
	if reason, err := s.Forgets(bg); err != nil || !strings.Contains(reason, "synchronous_commit is off") {
		t.Errorf("Forgets = %q, %v", reason, err)
	}
}
