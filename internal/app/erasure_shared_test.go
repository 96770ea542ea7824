package app

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// On a shared database no row is left that has the person's name, address or
// internal id; dead rows are the database's to vacuum.
func TestErasureOnASharedDatabase(t *testing.T) {
	ctx := context.Background()
	l := openLab(t, Settings{DSN: pgtest.DB(t)}, longStory(700))
	shop := l.ids.Pages["shop"]
	var id store.ID
	if err := l.DB.View(ctx, func(r *store.Reader) (err error) {
		id, err = r.Resolve(ctx, store.SpaceHandle, "person/eve")
		return err
	}); err != nil || id == 0 {
		t.Fatalf("the person: %d, %v", id, err)
	}
	if n := len(rowsWith(t, l.drv, id)); n < 1400 {
		t.Errorf("before the erasure only %d rows have the person: the search misses some", n)
	}
	if _, err := l.World.Act(ctx, world.Action{Person: "eve", Event: "erase"}); err != nil {
		t.Fatal(err)
	}
	if got := l.read("v25.0", shop.PSIDs["eve"], "first_name", shop.Token); strings.Contains(got.body, "Canary") {
		t.Errorf("after the acknowledgement: %s", got.body)
	}
	for end := time.Now().Add(time.Minute); ; {
		list, err := l.World.Jobs(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("jobs after a minute: %v", list)
		}
	}
	for _, row := range rowsWith(t, l.drv, id) {
		t.Errorf("left: %s", row)
	}
	report, err := verify(ctx, l.drv, l.Keys, nil)
	if err != nil || !report.OK() {
		t.Errorf("after the erasure the database does not verify: %+v, %v", report, err)
	}
}

// rowsWith lists the rows that have a person's words or internal id.
func rowsWith(t *testing.T, drv driver.Store, id store.ID) (found []string) {
	t.Helper()
	needles := []string{"Canary", "canary", string(binary.AppendVarint(nil, int64(id))), fmt.Sprint(id),
		string(binary.BigEndian.AppendUint64(nil, uint64(id)))}
	if err := drv.View(context.Background(), func(r driver.Reader) error {
		for _, table := range []driver.Table{driver.Objects, driver.Assocs, driver.Keys, driver.Counts} {
			if err := r.Scan(context.Background(), table, func(row *driver.Row) bool {
				text := fmt.Sprintf("%d %d %d %d %d %s %s %s", row.Object.ID, row.Assoc.From, row.Assoc.To, row.Key.ID, row.Count.From,
					row.Object.Data, row.Assoc.Data, row.Key.Key.Key)
				for _, n := range needles {
					if strings.Contains(text, n) {
						found = append(found, fmt.Sprintf("table %d: %q", table, text))
						break
					}
				}
				return true
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}
