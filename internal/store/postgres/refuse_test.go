package postgres

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// A database of another program, of a newer kith or with tables missing is refused
// with the remedy, and left as it is.
func TestRefusedSchemas(t *testing.T) {
	ours := func(t *testing.T, dsn string) { _ = openAt(t, Options{DSN: dsn}).Close() }
	for _, tt := range []struct {
		name  string
		make  func(t *testing.T, dsn string)
		sql   []string
		wants []string
	}{
		{"another program's", func(*testing.T, string) {}, []string{"CREATE TABLE objects (id bigint)"},
			[]string{"has a table objects of another program", "name another database"}},
		{"a newer kith's", ours, []string{fmt.Sprintf("UPDATE kith_schema SET number = %d WHERE number = %d", sqltext.SchemaNumber(nil)+1, sqltext.SchemaNumber(nil))},
			[]string{"written by a newer kith", "use the newer kith"}},
		{"half of ours", ours, []string{"DROP TABLE assocs"},
			[]string{"damaged (1 tables are missing)", "restore the latest backup"}},
		{"another's table of our name", func(*testing.T, string) {}, []string{"CREATE TABLE kith_schema (x text)"},
			[]string{"table kith_schema cannot be read", "name another schema"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dsn := pgtest.DB(t)
			tt.make(t, dsn)
			exec := pgtest.Exec(t, dsn)
			for _, sql := range tt.sql {
				if err := exec(sql); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 { // the second look finds what the first one left
				s, err := Open(bg, Options{DSN: dsn, Registry: drivertest.Registry(), Now: time.Now, Rand: rand.Reader})
				if err == nil {
					_ = s.Close()
					t.Fatal("it was opened")
				}
				refused, ok := errors.AsType[*RefusedError](err)
				if !ok {
					t.Fatalf("it is not refused but %v", err)
				}
				for _, want := range tt.wants {
					if !strings.Contains(refused.Error(), want) {
						t.Errorf("%v does not say %q", refused, want)
					}
				}
			}
		})
	}
}

// A process that looks while another one makes the tables, and reads the number
// when that one is done, does not take what it saw first for damage.
func TestTablesMadeBetweenTwoLooks(t *testing.T) {
	dsn := pgtest.DB(t)
	exec := pgtest.Exec(t, dsn)
	for _, sql := range []string{sqltext.CreateSchema, sqltext.Migrations()[0].Steps[0]} {
		if err := exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	p, through, err := pgproxy.OpenDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	made := false
	p.Use(func(e pgproxy.Event) pgproxy.Fault {
		if e.At == pgproxy.Statement && strings.Contains(e.SQL, "SELECT") && strings.Contains(e.SQL, "kith_schema") &&
			!strings.Contains(e.SQL, "pg_") && !made {
			made = true
			_ = openAt(t, Options{DSN: dsn}).Close()
		}
		return pgproxy.Fault{}
	})
	_ = openAt(t, Options{DSN: through}).Close()
	if p.Use(nil); !made {
		t.Error("the number was never read")
	}
}
