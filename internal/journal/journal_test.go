package journal

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEveryRungHasWords(t *testing.T) {
	seen := map[string]bool{}
	for r := NoRung + 1; r < rungs; r++ {
		row := rungTable[r]
		if row.key == "" || row.passed == "" || row.failed == "" || row.reference == "" {
			t.Errorf("rung %d %q lacks words: %+v", r, row.key, row)
		}
		if seen[row.key] {
			t.Errorf("rung %d repeats the key %q", r, row.key)
		}
		seen[row.key] = true
		for _, s := range []string{row.passed, row.failed} {
			if strings.Count(s, "{") > 1 || strings.Count(s, "{") != strings.Count(s, "}") || !strings.HasSuffix(s, ".") {
				t.Errorf("rung %q: odd sentence %q", row.key, s)
			}
		}
	}
	for d := NoDetail + 1; d < details; d++ {
		if row := detailTable[d]; row.key == "" || row.sentence == "" {
			t.Errorf("detail %d lacks words: %+v", d, row)
		}
	}
	if rungs.String() != "unknown" || Rung(255).Reference() != "" || Detail(255).String() != "unknown" || Outcome(9).String() != "unknown" {
		t.Error("codes that do not exist have words")
	}
}

func TestWhy(t *testing.T) {
	var e Entry
	e.Ladder.Pass(Token, "")
	e.Ladder.Pass(Feature, "Business Asset User Profile Access")
	e.Ladder.Fail(Consent, Revoked, "revoke on 2026-03-01")
	e.Ladder.Fail(UnapprovedField, NoDetail, "")
	e.Ladder.Skip(Project)
	e.Ladder.Add(Step{Rung: 255, Outcome: Failed})
	want := []string{
		"token passed: The access token is genuine.",
		"feature passed: The app has Business Asset User Profile Access.",
		"consent failed revoked: The person does not allow it now: revoke on 2026-03-01. The person has revoked the permission; the next event that grants it brings it back.",
		"unapproved_field failed: The field asked for is not approved for this app and Page.",
		"project skipped: Not asked.",
		"unknown failed: ",
	}
	var got []string
	for _, l := range e.Why() {
		head := strings.TrimSpace(fmt.Sprintf("%v %v %v", l.Rung, l.Outcome, l.Detail))
		got = append(got, head+": "+l.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("why (-want +got)\n%s", diff)
	}
	if f, ok := e.Ladder.Failed(); !ok || f.Rung != Consent {
		t.Errorf("Failed() = %v, %v, want the consent rung", f.Rung, ok)
	}
	b, err := json.Marshal(e.Why()[2])
	if err != nil || !strings.HasPrefix(string(b), `{"rung":"consent","outcome":"failed","detail":"revoked","text":"The person`) {
		t.Errorf("as JSON: %s, %v", b, err)
	}
}

func TestFullLadderKeepsTheNewestStep(t *testing.T) {
	var l Ladder
	for range 30 {
		l.Pass(Token, "")
	}
	l.Fail(Consent, NeverGranted, "")
	if n := len(l.Steps()); n != steps || l.Steps()[n-1].Rung != Consent {
		t.Errorf("%d steps, the last %v", n, l.Steps()[n-1].Rung)
	}
	if l.Reset(); len(l.Steps()) != 0 {
		t.Error("Reset leaves steps")
	}
}

func sample(i int) *Entry {
	e := &Entry{
		At: time.Unix(int64(i), 0).UTC(), Method: "GET", Path: fmt.Sprintf("/v25.0/%d", i), Node: "MessengerUser",
		App: "11", Page: "22", Status: 200, Code: 100, Subcode: 33, DurationMicros: 321,
	}
	for range i % 4 {
		e.Ladder.Pass(Token, "")
		e.Ladder.Fail(Consent, NeverGranted, fmt.Sprint("arg", i))
	}
	return e
}

func TestRing(t *testing.T) {
	r := NewRing(4)
	if _, ok := r.Last(); ok {
		t.Error("an empty ring has a last entry")
	}
	for i := 1; i <= 10; i++ {
		if id := r.Add(sample(i)); id != uint64(i) {
			t.Fatalf("Add gives ID %d, want %d", id, i)
		}
	}
	for id := uint64(7); id <= 10; id++ {
		want := *sample(int(id))
		want.ID = id
		got, ok := r.Get(id)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Ladder{})); !ok || diff != "" {
			t.Errorf("Get(%d) %v (-want +got)\n%s", id, ok, diff)
		}
	}
	for _, id := range []uint64{0, 6, 11} {
		if _, ok := r.Get(id); ok {
			t.Errorf("Get(%d) finds an entry that is not there", id)
		}
	}
	even := func(e *Entry) bool { return e.ID%2 == 0 }
	lists := []struct {
		since uint64
		limit int
		keep  func(*Entry) bool
		want  string
	}{
		{0, 10, nil, "[10 9 8 7]"}, {0, 2, nil, "[10 9]"}, {8, 10, nil, "[10 9]"}, {10, 10, nil, "[]"}, {0, 10, even, "[10 8]"}, {0, 0, nil, "[]"},
	}
	for _, tt := range lists {
		ids := []uint64{}
		for _, e := range r.List(tt.since, tt.limit, tt.keep) {
			ids = append(ids, e.ID)
		}
		if got := fmt.Sprint(ids); got != tt.want {
			t.Errorf("List(%d, %d) = %s, want %s", tt.since, tt.limit, got, tt.want)
		}
	}
	r.Clear()
	if got := r.List(0, 10, nil); len(got) != 0 {
		t.Errorf("after Clear %d entries", len(got))
	}
	if id := r.Add(sample(1)); id != 11 {
		t.Errorf("after Clear the ID is %d, want 11", id)
	}
	if e, ok := r.Last(); !ok || e.ID != 11 {
		t.Errorf("Last is %d, %v, want 11", e.ID, ok)
	}
}

func TestRingKeepsNoSecretAndNoBuffer(t *testing.T) {
	r := NewRing(0)
	path := []byte("/me?access_token=" + canary)
	e := Entry{Path: string(path), Node: strings.Repeat("n", 500), App: "EAACEdEose0cBA" + canary}
	e.Ladder.Fail(Token, TokenMalformed, "token EAACEdEose0cBA"+canary)
	r.Add(&e)
	if e.Path != string(path) {
		t.Error("Add changes the caller's entry")
	}
	got, _ := r.Last()
	if s := fmt.Sprintf("%+v", got); strings.Contains(s, canary) {
		t.Errorf("the ring keeps a secret: %s", s)
	}
	if got.Path != "/me?access_token=***" || len(got.Node) != maxText {
		t.Errorf("path %q, node of %d bytes", got.Path, len(got.Node))
	}
	r.Add(&Entry{Path: "/" + strings.Repeat("x", 5000)})
	if got, _ := r.Last(); len(got.Path) != maxPath || !strings.HasSuffix(got.Path, "...") {
		t.Errorf("a long path has %d bytes", len(got.Path))
	}
}

func TestConcurrentRing(t *testing.T) {
	r := NewRing(8)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 500 {
				r.Add(sample(i))
				for _, e := range r.List(0, 3, nil) {
					if e.Path != fmt.Sprintf("/v25.0/%d", e.At.Unix()) {
						t.Errorf("entry %d mixes two requests: %s at %v", e.ID, e.Path, e.At)
					}
				}
			}
		})
	}
	wg.Wait()
	if e, _ := r.Last(); e.ID != 2000 {
		t.Errorf("last ID %d, want 2000", e.ID)
	}
}

func benchEntry() *Entry {
	e := &Entry{Method: "GET", Path: benchPath, Node: "MessengerUser", App: "1234567890", Page: "2345678901", Status: 200, DurationMicros: 12}
	for r := Version; r < Version+12; r++ {
		e.Ladder.Pass(r, "")
	}
	return e
}

func TestAddAllocatesNothing(t *testing.T) {
	r, e := NewRing(4), benchEntry()
	for range 8 {
		r.Add(e)
	}
	if n := testing.AllocsPerRun(100, func() { r.Add(e) }); n != 0 {
		t.Errorf("Add makes %v allocations", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	r, e := NewRing(1000), benchEntry()
	for b.Loop() {
		r.Add(e)
	}
}
