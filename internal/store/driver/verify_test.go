package driver

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// rows is a Reader of exactly these rows, which may contradict each other.
type rows struct {
	Reader
	tables [4][]Row
}

func (r *rows) Scan(_ context.Context, t Table, f func(*Row) bool) error {
	for i := range r.tables[t] {
		if row := r.tables[t][i]; !f(&row) {
			return nil
		}
	}
	return nil
}

func (r *rows) assoc(a Assoc) { r.tables[Assocs] = append(r.tables[Assocs], Row{Assoc: a}) }

func (r *rows) count(from ID, kind Kind, slot int, n int64) {
	var row Row
	row.Count.From, row.Count.Kind, row.Count.Slot, row.Count.N = from, kind, slot, n
	r.tables[Counts] = append(r.tables[Counts], row)
}

func TestVerify(t *testing.T) {
	reg := &Registry{
		Kinds: []KindInfo{
			{Kind: 1, Name: "thing"},
			{Kind: 2, Name: "likes", Assoc: true, Inverse: 3, Counted: true},
			{Kind: 3, Name: "liked_by", Assoc: true, Inverse: 2},
			{Kind: 4, Name: "friend", Assoc: true, Inverse: 4, Counted: true},
			{Kind: 5, Name: "holds", Assoc: true, Inverse: 6},
			{Kind: 6, Name: "held_by", Assoc: true, Inverse: 5, Once: true},
		},
		Spaces: []SpaceInfo{{Space: 1, Name: "name"}},
	}
	tests := []struct {
		name  string
		spoil func(r *rows)
		want  string
	}{
		{"a whole database", func(*rows) {}, ""},
		{"no inverse", func(r *rows) { r.tables[Assocs] = slices.Delete(r.tables[Assocs], 5, 6) }, "(8, 4, 7) has no inverse"},
		{"only an inverse", func(r *rows) { r.assoc(Assoc{From: 6, Kind: 3, To: 7}) }, "(6, 3, 7) has no inverse"},
		{"only one written once", func(r *rows) { r.assoc(Assoc{From: 6, Kind: 6, To: 7}) }, "(6, 6, 7) has no inverse"},
		{"none written once", func(r *rows) { r.assoc(Assoc{From: 7, Kind: 5, To: 6}) }, "(7, 5, 6) has no inverse"},
		{"another version", func(r *rows) { r.tables[Assocs][0].Assoc.Version = 9 }, "different times"},
		{"another time", func(r *rows) { r.tables[Assocs][3].Assoc.Time = 9 }, "different times"},
		{"count too low", func(r *rows) { r.tables[Counts] = r.tables[Counts][1:] }, "(7, 2) is wrong by -1"},
		{"count too high", func(r *rows) { r.count(7, 2, 40, 2) }, "(7, 2) is wrong by 2"},
		{"count of nothing", func(r *rows) { r.count(99, 4, 0, 1) }, "(99, 4) is wrong by 1"},
		{"foreign object", func(r *rows) { r.tables[Objects] = []Row{{Object: Object{ID: 5, Kind: 2}}} }, "unknown kind 2"},
		{"foreign association", func(r *rows) { r.assoc(Assoc{From: 5, Kind: 50, To: 6}) }, "unknown kind"},
		{"foreign key", func(r *rows) { r.tables[Keys] = []Row{{Key: Binding{Key{9, "x"}, 7}}} }, "in space 9"},
	}
	for _, tt := range tests {
		r := &rows{}
		for _, a := range []Assoc{{From: 7, Kind: 2, To: 8, Time: 5, Version: 1}, {From: 7, Kind: 2, To: 9},
			{From: 9, Kind: 3, To: 7}, {From: 8, Kind: 3, To: 7, Time: 5, Version: 1},
			{From: 8, Kind: 4, To: 7}, {From: 7, Kind: 4, To: 8}, {From: 6, Kind: 4, To: 6},
			{From: 7, Kind: 5, To: 8, Time: 5, Version: 3}, {From: 8, Kind: 6, To: 7, Version: 1}} {
			r.assoc(a)
		}
		r.count(7, 2, 1, 1)
		r.count(7, 2, 7, 1)
		for from := ID(6); from <= 8; from++ {
			r.count(from, 4, 0, 1)
		}
		tt.spoil(r)
		var got []string
		if err := Verify(t.Context(), r, reg, func(what string) { got = append(got, what) }); err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, tt.want) })
		if (tt.want == "") != (len(got) == 0) || !found && tt.want != "" {
			t.Errorf("%s: reports %q, want %q", tt.name, got, tt.want)
		}
	}
}
