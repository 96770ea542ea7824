package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/drivertest"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/store/sqltext"
)

// later is a schema of tomorrow: a table, a column and an index more, filled from
// the rows that are there, and rows rewritten. The name of the table that sqltext
// does not know has its namespace already.
func later(name string) []sqltext.Migration {
	return append(sqltext.Migrations(),
		sqltext.Migration{Number: 3, Steps: []string{
			`CREATE TABLE IF NOT EXISTS ` + name + `.extras (id BIGINT PRIMARY KEY, note BYTEA NOT NULL)`,
			`ALTER TABLE objects ADD COLUMN IF NOT EXISTS extra BIGINT`,
			`UPDATE objects SET extra = kind + 1 WHERE extra IS NULL`,
			`INSERT INTO ` + name + `.extras (id, note) SELECT id, data FROM objects WHERE id <> 0 ON CONFLICT (id) DO NOTHING`,
			`CREATE INDEX IF NOT EXISTS objects_by_extra ON objects (extra, id)`,
		}},
		sqltext.Migration{Number: 4, Steps: []string{`UPDATE objects SET extra = extra * 10 WHERE extra < 10`}})
}

// laterSteps is how many statements lead from today's schema to that of later:
// the table of numbers, the steps, and the two numbers.
const laterSteps = 1 + 5 + 1 + 1 + 1

const upgradeRows = 20

// A place is a namespace of a database.
type place struct{ dsn, name string }

func (p place) options(migrations []sqltext.Migration) Options {
	return Options{DSN: p.dsn, Schema: p.name, Registry: drivertest.Registry(), Now: time.Now, Rand: rand.Reader, Migrations: migrations}
}

// today makes tables of today's schema with rows.
func today(t *testing.T, dsn, name string) place {
	t.Helper()
	p := place{dsn, name}
	s := openAt(t, p.options(nil))
	if err := s.Update(bg, func(w driver.Writer) error {
		var all []driver.Object
		for id := range driver.ID(upgradeRows) {
			all = append(all, driver.Object{ID: id + 1, Kind: thing, Data: fmt.Append(nil, "row ", id+1)})
		}
		return w.Put(bg, all)
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

// checkUpgraded opens a database under the later schema: it has come there with
// all its rows, and is a database like any other.
func checkUpgraded(t *testing.T, p place, rows int64) {
	t.Helper()
	s := openAt(t, p.options(later(p.name)))
	defer s.Close()
	var got [5]int64
	for i, sql := range []string{
		`SELECT max(number) FROM kith_schema`, `SELECT count(*) FROM objects`,
		`SELECT count(*) FROM objects WHERE extra IS DISTINCT FROM (kind + 1) * 10`,
		`SELECT count(*) FROM objects AS o JOIN ` + p.name + `.extras AS e ON e.id = o.id AND e.note = o.data`,
		`SELECT count(*) FROM pg_catalog.pg_indexes AS i WHERE i.schemaname = '` + p.name + `' AND i.indexname = 'objects_by_extra'`,
	} {
		if err := s.call(bg, newStatement(sqltext.In(p.name, sql), ""), func(r *row) { got[i] = r.int(0) }); err != nil {
			t.Fatal(err)
		}
	}
	if want := [5]int64{4, rows, 0, rows, 1}; got != want {
		t.Errorf("schema, objects, rows behind, rows noted, indexes: %d, want %d", got, want)
	}
	drivertest.Verify(t, s, drivertest.Registry())
	if err := s.Update(bg, func(w driver.Writer) error {
		return w.Put(bg, []driver.Object{{ID: 1000, Kind: thing, Data: []byte("new")}})
	}); err != nil {
		t.Error(err)
	}
}

// refusedByOlder opens a database as the kith of before: what has got further is
// refused, all else has its rows.
func refusedByOlder(t *testing.T, p place) bool {
	t.Helper()
	s, err := Open(bg, p.options(nil))
	if err != nil {
		if _, ok := errors.AsType[*RefusedError](err); !ok || !strings.Contains(err.Error(), "written by a newer kith") {
			t.Errorf("the older one gives %v", err)
		}
		return true
	}
	defer s.Close()
	rs := driver.ReadSet{Objects: []driver.ID{upgradeRows}}
	if err := s.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) }); err != nil || rs.GotObjects[0] == nil {
		t.Errorf("the older one finds %v, %v", rs.GotObjects[0], err)
	}
	return false
}

// T-MIG-05 and T-MIG-06: whoever upgrades is gone before each statement of the
// upgrade. The older kith takes the database or refuses it, and the next one that
// upgrades goes on.
func TestUpgradeCutAtEachStatement(t *testing.T) {
	db := pgtest.DB(t)
	for at, refusals := 0, 0; ; at++ {
		p := today(t, db, fmt.Sprint("cut_", at))
		cut := upgradeUntil(t, p, at, true)
		if refusedByOlder(t, p) {
			refusals++
		}
		checkUpgraded(t, p, upgradeRows)
		if t.Failed() {
			t.Fatalf("cut before statement %d", at)
		}
		if !cut {
			if at <= laterSteps || refusals < 3 { // with the number 3, with all of 4, and in the end
				t.Errorf("%d statements, want more than %d; the older one refused %d times", at, laterSteps, refusals)
			}
			return
		}
	}
}

// upgradeUntil upgrades a database and is cut off before a statement; dies says
// that it is not there any more to try again.
func upgradeUntil(t *testing.T, where place, at int, dies bool) (cut bool) {
	t.Helper()
	p, through, err := pgproxy.OpenDSN(where.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	left := at
	p.Use(func(e pgproxy.Event) pgproxy.Fault {
		if e.At != pgproxy.Statement {
			return pgproxy.Fault{}
		}
		if left--; left >= 0 || cut {
			return pgproxy.Fault{}
		}
		if cut = true; dies {
			cancel()
		}
		return pgproxy.Fault{Do: pgproxy.Cut}
	})
	s, err := Open(ctx, place{through, where.name}.options(later(where.name)))
	if err == nil {
		err = s.Close()
	}
	if p.Use(nil); (err != nil) != (cut && dies) { // Use waits for the plan
		t.Fatalf("cut off before statement %d (%t): %v", at, cut, err)
	}
	return cut
}

// A connection that is cut in the middle of the upgrade does not stop it.
func TestUpgradeGoesOnAfterALostConnection(t *testing.T) {
	db := pgtest.DB(t)
	for at := 1; ; at += 3 {
		p := today(t, db, fmt.Sprint("cut_", at))
		cut := upgradeUntil(t, p, at, false)
		checkUpgraded(t, p, upgradeRows)
		if t.Failed() {
			t.Fatalf("cut before statement %d", at)
		}
		if !cut {
			return
		}
	}
}

// Several nodes that upgrade at once do it once, and a node of the older schema
// that runs meanwhile goes on.
func TestUpgradesAtOnce(t *testing.T) {
	p := today(t, pgtest.DB(t), "public")
	old := openAt(t, p.options(nil))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := Open(bg, p.options(later(p.name)))
			if err == nil {
				err = s.Close()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	checkUpgraded(t, p, upgradeRows)
	if err := old.Update(bg, func(w driver.Writer) error {
		return w.Put(bg, []driver.Object{{ID: 1, Kind: thing, Data: []byte("by the older one")}})
	}); err != nil {
		t.Error(err)
	}
	rs := driver.ReadSet{Objects: []driver.ID{1, 1000}}
	if err := old.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) }); err != nil ||
		rs.GotObjects[0] == nil || string(rs.GotObjects[0].Data) != "by the older one" || rs.GotObjects[1] == nil {
		t.Errorf("the older one reads %v, %v", rs.GotObjects, err)
	}
}
