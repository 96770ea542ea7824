package sqlite

import (
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A row of a Counted kind that is written again with the time it had, or without one,
// writes its page and that of the version sequence, none of the index by time. Whatever
// moves does, and the list is right.
func TestARowThatKeepsItsTimeLeavesTheIndexAlone(t *testing.T) {
	const has, n = driver.Kind(28), 3000
	s := openTemp(t)
	row := func(to, time int64, data string) driver.Assoc {
		return driver.Assoc{From: 1, Kind: has, To: driver.ID(to), Time: time, Data: []byte(data)}
	}
	link := func(as ...driver.Assoc) (pages int64) {
		before := logSize(s.path)
		must(t, s.Update(bg, func(w driver.Writer) error { return w.Link(bg, as) }))
		return (logSize(s.path) - before) / (pageSize + 24)
	}
	var all []driver.Assoc
	for i := range int64(n) {
		all = append(all, row(i+10, i+1, "first"))
	}
	link(all...)
	same := link(row(1500, 1491, "again"))
	moved := link(row(1500, 2*n, "moved"))
	none := link(row(1500, 0, "hidden"))
	still := link(row(1500, 0, "hidden again"))
	if same != 2 || moved < 3 || none < 3 || still != 2 {
		t.Errorf("pages written: %d with the same time, %d with another, %d without one, %d without one again; want 2, more, more, 2", same, moved, none, still)
	}
	for _, a := range []driver.Assoc{row(1500, 77, "back"), row(1500, 77, "back again")} {
		link(a)
		must(t, s.View(bg, func(r driver.Reader) error {
			rs := driver.ReadSet{
				Ranges: []driver.Range{{From: 1, Kind: has, Since: 77, Until: 77, Limit: 5}},
				Counts: []driver.Count{{From: 1, Kind: has}},
			}
			if err := r.Read(bg, &rs); err != nil {
				return err
			}
			got := rs.GotRanges[0]
			if len(got) != 2 || got[1].To != 1500 || string(got[1].Data) != string(a.Data) || rs.GotCounts[0] != n {
				t.Errorf("rows of that time: %v, of %d; want another and %v", got, rs.GotCounts[0], a)
			}
			return nil
		}))
	}
}
