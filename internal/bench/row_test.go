package bench

import (
	"errors"
	"strings"
	"testing"
)

func TestVerdicts(t *testing.T) {
	tests := []struct {
		limit, near bound
		rounds      []float64
		want        Verdict
		measured    string
	}{
		{atMost(1.5), bound{}, []float64{9, 1.5, 1}, OK, "1.50x"},
		{atMost(1.5), bound{}, []float64{1.51}, Over, "1.51x"},
		{atMost(4), atMost(6), []float64{4, 6}, Near, "5.00x"},
		{atMost(4), atMost(6), []float64{7}, Over, "7.00x"},
		{atLeast(3000), bound{}, []float64{2999, 3001}, OK, "3000.00x"},
		{atLeast(3000), bound{}, []float64{2999}, Over, "2999.00x"},
		{bound{}, bound{}, []float64{1}, Figure, "1.00x"},
		{atMost(1), bound{}, nil, Failed, ""},
	}
	for _, tt := range tests {
		r := Row{Unit: "x", limit: tt.limit, near: tt.near}
		if r.set(tt.rounds); r.Verdict != tt.want || r.Measured != tt.measured {
			t.Errorf("rounds %v under %+v\n got %s %s\nwant %s %s", tt.rounds, tt.limit, r.Verdict, r.Measured, tt.want, tt.measured)
		}
	}
}

// Every row of the design is in the table, with a limit or a reason for none,
// and every row that is not absent is measured by exactly one group.
func TestEveryRowIsMeasuredOrAbsent(t *testing.T) {
	for name, tt := range map[string]struct {
		rows   []*Row
		groups []group
	}{"all": {table(), groups()}, "vast": {vastTable(), vastGroups()}} {
		measured := map[string]int{}
		for _, g := range tt.groups {
			for _, key := range g.rows {
				measured[key]++
			}
		}
		seen := map[string]bool{}
		for _, r := range tt.rows {
			want := 1
			if r.Verdict == Absent {
				want = 0
			}
			if seen[r.Key] || measured[r.Key] != want {
				t.Errorf("%s: row %s is measured %d times, want %d", name, r.Key, measured[r.Key], want)
			}
			if r.Verdict == Absent && r.Limit == "" {
				t.Errorf("%s: row %s is absent and has no limit", name, r.Key)
			}
			seen[r.Key] = true
			delete(measured, r.Key)
		}
		if len(measured) > 0 {
			t.Errorf("%s: groups measure rows that are not in the table: %v", name, measured)
		}
	}
}

func TestPrint(t *testing.T) {
	var rows []Row
	for _, r := range table() {
		switch r.Key {
		case warmHTTP:
			r.set([]float64{1.2, 1.4, 1.3})
		case startEmpty:
			r.set([]float64{120})
		case importSpeed:
			r.fail(errors.New("disk is full"))
		case zipped:
			r.Verdict = Absent
		default:
			continue
		}
		rows = append(rows, *r)
	}
	var text, lines strings.Builder
	if err := Print(&text, rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1.30x     1.20..1.40  <= 1.50x                  ok",
		"<= 1.50x                  not there yet",
		"120 ms                <= 100 ms, now <= 150 ms  near",
		">= 15000 people/s         failed         disk is full",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("table has no %q:\n%s", want, text.String())
		}
	}
	if err := PrintJSON(&lines, rows); err != nil {
		t.Fatal(err)
	}
	want := `{"row":"warm-http","name":"warm read, net/http: CPU","value":1.3,"low":1.2,"high":1.4,"unit":"x","limit":"<= 1.50x","verdict":"ok","measured":"1.30x"}`
	if !strings.Contains(lines.String(), want+"\n") {
		t.Errorf("JSON has no %s:\n%s", want, lines.String())
	}
}

func TestRunRefusesUnknownRows(t *testing.T) {
	if _, err := Run(t.Context(), Options{Rows: []string{"warm", "hot"}}); err == nil || err.Error() != `no row "hot"` {
		t.Errorf("error is %v", err)
	}
}
