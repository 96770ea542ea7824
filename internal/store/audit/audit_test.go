package audit

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// rows is a driver.Store that hands out rows as they are, right or wrong.
type rows struct {
	driver.Store
	objects []driver.Object
	assocs  []driver.Assoc
	keys    []driver.Binding
	counts  []count
}

type count struct {
	from driver.ID
	kind driver.Kind
	n    int64
}

func (s *rows) View(_ context.Context, f func(driver.Reader) error) error { return f(reader{s}) }

type reader struct{ *rows }

func (reader) Read(context.Context, *driver.ReadSet) error { return nil }

func (r reader) Scan(_ context.Context, t driver.Table, f func(*driver.Row) bool) error {
	var row driver.Row
	switch t {
	case driver.Objects:
		for _, row.Object = range r.objects {
			f(&row)
		}
	case driver.Assocs:
		for _, row.Assoc = range r.assocs {
			f(&row)
		}
	case driver.Keys:
		for _, row.Key = range r.keys {
			f(&row)
		}
	case driver.Counts:
		for _, c := range r.counts {
			row.Count.From, row.Count.Kind, row.Count.N = c.from, c.kind, c.n
			f(&row)
		}
	}
	return nil
}

// sound is a database without a mistake.
func sound() *rows {
	return &rows{
		objects: []driver.Object{{ID: 1, Kind: store.KindPage}, {ID: 2, Kind: store.KindPerson}, {ID: 3, Kind: store.KindPerson}},
		assocs: []driver.Assoc{
			{From: 1, Kind: store.AssocContact, To: 2, Time: 5}, {From: 1, Kind: store.AssocContact, To: 3, Time: 6},
			{From: 2, Kind: store.AssocContactOf, To: 1}, {From: 2, Kind: store.AssocFriend, To: 3, Time: 1},
			{From: 3, Kind: store.AssocContactOf, To: 1}, {From: 3, Kind: store.AssocFriend, To: 2, Time: 1},
		},
		keys:   []driver.Binding{{Key: driver.Key{Space: store.SpacePSID, Key: "k"}, ID: 2}},
		counts: []count{{1, store.AssocContact, 2}, {2, store.AssocFriend, 1}, {3, store.AssocFriend, 1}},
	}
}

func TestRunFindsEveryPlantedMistake(t *testing.T) {
	tests := []struct {
		name  string
		plant func(*rows)
		want  string // of one problem; empty for none
	}{
		{"a sound database", func(*rows) {}, ""},
		{"an inverse is missing", func(s *rows) { s.assocs = slices.Delete(s.assocs, 2, 3) }, "contact 1 -> 2 has no inverse"},
		{"an owner is missing", func(s *rows) { s.assocs = slices.Delete(s.assocs, 0, 1); s.counts[0].n = 1 }, "contact 1 -> 2 is missing"},
		{"an inverse has another time", func(s *rows) { s.assocs[3].Time = 9 }, "friend 2 -> 3 has no inverse of the same time"},
		{"an inverse has a time from when such had one", func(s *rows) { s.assocs[2].Time = 4 }, ""},
		{"one side of a friendship", func(s *rows) { s.assocs = s.assocs[:5]; s.counts[2].n = 0 }, "friend 2 -> 3 has no inverse"},
		{"a count is too high", func(s *rows) { s.counts[0].n = 7 }, "object 1: the count of contact is off by 5"},
		{"a count is missing", func(s *rows) { s.counts = s.counts[1:] }, "object 1: the count of contact is off by -2"},
		{"a count of what is not counted", func(s *rows) { s.counts[0].kind = store.AssocContactOf }, "which is not counted"},
		{"a key leads nowhere", func(s *rows) { s.keys[0].ID = 44 }, "leads to object 44, which is not there"},
		{"a key of no space", func(s *rows) { s.keys[0].Space = 999 }, "in space 999"},
		{"an end is missing", func(s *rows) { s.objects = s.objects[:2] }, "there is no object 3"},
		{"an object of no kind", func(s *rows) { s.objects[2].Kind = 999 }, "object 3 is of kind 999"},
		{"an object of a kind of associations", func(s *rows) { s.objects[2].Kind = store.AssocFriend }, "no kind of objects"},
		{"an association of no kind", func(s *rows) { s.assocs[0].Kind = 999 }, "is of kind 999"},
		{"a table out of order", func(s *rows) { s.objects[0], s.objects[1] = s.objects[1], s.objects[0] }, "out of order"},
	}
	for _, tt := range tests {
		s := sound()
		tt.plant(s)
		r, err := Run(context.Background(), s, store.Registry(), Options{})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		all := strings.Join(r.Problems, "\n")
		if r.OK() != (tt.want == "") || !strings.Contains(all, tt.want) {
			t.Errorf("%s:\n got %d problems\n%s\nwant %q", tt.name, r.Found, all, tt.want)
		}
	}
}

func TestCountTellsKindsAndSpaces(t *testing.T) {
	s, err := Count(context.Background(), sound(), store.Registry(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Objects["person"].Rows != 2 || s.Assocs["contact"].Rows != 2 || s.Assocs["friend"].Rows != 2 || s.Keys["psid"] != (Tally{1, 1}) || s.Counts != 3 {
		t.Errorf("%+v", s)
	}
}
