package consent

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

var update = flag.Bool("update", false, "rewrite testdata")

const (
	bakery store.ID = 7 // the one app of most tests
	t0              = 1772366400 * int64(1e6)
	hour            = dayMicros / 24
)

// starts are the states of the catalogue and the events that lead there.
var starts = []struct {
	state  State
	events []Event
}{
	{None, nil},
	{Granted, []Event{Message}},
	{Revoked, []Event{Message, Revoke}},
	{Blocked, []Event{Message, Block}},
	{Erased, []Event{Message, Erase}},
}

// happen applies events to a stranger, an hour apart.
func happen(instagram bool, k Knobs, evs ...Event) Contact {
	var c Contact
	for i, e := range evs {
		c, _ = Apply(c, Input{Event: e, Instagram: instagram, Apps: []store.ID{bakery}, At: t0 + int64(i)*hour}, k)
	}
	return c
}

// verdictLine is one line of the truth table: the event happens two days after what
// led to the state, when the window of that is over.
func verdictLine(ed Edition, evs []Event, state State, e Event) string {
	head := fmt.Sprintf("%-9s  %-7s  %-23s", ed, state, e)
	in := Input{Event: e, Instagram: ed == Instagram, Apps: []store.ID{bakery}, At: t0 + 2*dayMicros}
	c, ch := Apply(happen(in.Instagram, DefaultKnobs(), evs...), in, DefaultKnobs())
	if ch.Result == Foreign {
		return head + "  does not happen here"
	}
	v := Decide(&c, bakery, people.Facebook, ed, DefaultKnobs(), in.At)
	profile, psid, window := "allowed", "unknown", "shut"
	if !v.Allowed {
		profile = v.Detail.String()
	}
	if c.PSIDKnown {
		psid = "known"
	}
	if v.Window {
		window = fmt.Sprintf("%dh", (c.WindowUntil-in.At)/hour)
	}
	return fmt.Sprintf("%s  id %-7s  profile %-16s  window %-4s  -> %s", head, psid, profile, window, v.State)
}

// TestVerdicts compares every event x edition x state with the checked-in
// truth table (T-CON-01). Run with -update and read the diff.
func TestVerdicts(t *testing.T) {
	var lines []string
	for ed := range editions {
		for _, s := range starts {
			for _, e := range Events() {
				lines = append(lines, verdictLine(ed, s.events, s.state, e))
			}
		}
	}
	if want := int(editions) * len(starts) * len(Events()); len(lines) != want || len(Events()) < 15 {
		t.Fatalf("%d lines, want %d", len(lines), want)
	}
	golden(t, "testdata/verdicts.txt", strings.Join(lines, "\n")+"\n")
}

// TestOracle holds the same combinations against the second reading.
func TestOracle(t *testing.T) {
	for ed := range editions {
		for _, s := range starts {
			for _, e := range Events() {
				evs := append(append([]Event{}, s.events...), e)
				var o oracle
				for _, e := range evs {
					if e.On(ed == Instagram) {
						o.apply(ed == Instagram, e.String())
					}
				}
				c := happen(ed == Instagram, DefaultKnobs(), evs...)
				v := Decide(&c, bakery, people.Facebook, ed, DefaultKnobs(), t0)
				if allowed, state := o.verdict(ed); allowed != v.Allowed || state != v.State || o.known != c.PSIDKnown {
					t.Errorf("%s %s %s: allowed %v, %s, known %v, want %v, %s, %v", ed, s.state, e, v.Allowed, v.State, c.PSIDKnown, allowed, state, o.known)
				}
			}
		}
	}
}

// TestEventNumbers keeps the numbers of events, which databases hold.
func TestEventNumbers(t *testing.T) {
	var b strings.Builder
	for _, e := range Events() {
		fmt.Fprintf(&b, "%d %s\n", e, e)
	}
	old, err := os.ReadFile("testdata/events.txt")
	if err == nil && !strings.HasPrefix(b.String(), string(old)) {
		t.Fatalf("events may only be appended (-want +got)\n%s", cmp.Diff(string(old), b.String()))
	}
	golden(t, "testdata/events.txt", b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}

func TestEveryEventIsDescribed(t *testing.T) {
	names := map[string]bool{}
	for _, e := range Events() {
		r := table[e]
		if r.name == "" || len(r.grants) != int(editions) || names[r.name] {
			t.Errorf("event %d: bad row %+v", e, r)
		}
		names[r.name] = true
		if strings.Trim(r.grants, "ynrtk-") != "" || !strings.ContainsAny(r.mark, "[o") || r.mark == "" {
			t.Errorf("event %s: letters %q, mark %q", e, r.grants, r.mark)
		}
		if m := r.grants[:3]; strings.Contains(m, "-") && m != "---" {
			t.Errorf("event %s happens in some Messenger editions only: %q", e, m)
		}
		if got, err := ParseEvent(r.name); err != nil || got != e {
			t.Errorf("ParseEvent(%q) = %v, %v", r.name, got, err)
		}
	}
}
