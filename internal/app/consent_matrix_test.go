package app

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/world"
)

// What led to each state, before the event in question.
var ledTo = []struct {
	state  string
	events []string
}{
	{"NONE", nil}, {"GRANTED", []string{"message"}}, {"REVOKED", []string{"message", "revoke"}},
	{"BLOCKED", []string{"message", "block"}}, {"ERASED", []string{"message", "erase"}},
}

// versionOf asks in each edition; Instagram is the same in all.
var versionOf = map[string]string{"2016": "v2.8", "2018": "v3.0", "2026": "v25.0", "instagram": "v25.0"}

// A consentCase is one cell of the table, with a person of its own.
type consentCase struct {
	person, state, event string
	before               []string
	instagram            bool
}

func consentCases() (all []consentCase, yaml string) {
	var b strings.Builder
	b.WriteString("pages: {shop: {instagram: shop_ig}}\ninstagram: {shop_ig: {}}\npeople:\n")
	events := strings.Fields(everywhereEvents + " " + messengerEvents + " " + instagramEvents)
	for _, instagram := range []bool{false, true} {
		for _, s := range ledTo {
			for _, e := range events {
				c := consentCase{fmt.Sprintf("p%d", len(all)), s.state, e, s.events, instagram}
				all = append(all, c)
				fmt.Fprintf(&b, "  %s: {first_name: Pat, instagram: true}\n", c.person)
			}
		}
	}
	return all, b.String()
}

// T-CON-01: every event in every state, read in every edition through the whole
// Graph, against the second reading and against the checked-in truth table.
func TestConsentTable(t *testing.T) {
	cases, yaml := consentCases()
	l := openLab(t, Settings{}, yaml)
	table := verdicts(t)
	n := 0
	for _, c := range cases {
		ids, ok := l.play(t, c)
		if !ok {
			continue
		}
		s := newStanding(c.instagram)
		for _, e := range append(append([]string{}, c.before...), c.event) {
			s.happens(e)
		}
		for _, ed := range s.editionsOf() {
			got := l.outcome(t, versionOf[ed], ids[len(ids)-1])
			n++
			key := ed + " " + c.state + " " + c.event
			if want := s.answers(ed); got != want && !(s.erased && got == "unknown") {
				t.Errorf("%s: %s, want %s", key, got, want)
			}
			if want := table[key]; got != want && !(s.erased && got == "unknown") {
				t.Errorf("%s: %s, the truth table says %q", key, got, want)
			}
			for _, id := range ids[:len(ids)-1] { // those that died
				if got := l.outcome(t, versionOf[ed], id); s.erased && got != "unknown" {
					t.Errorf("%s, dead id: %s, want unknown", key, got)
				}
			}
		}
	}
	if t.Logf("%d cells", n); n < 225 {
		t.Errorf("%d cells, want at least 225", n)
	}
}

// play lets the events of a case happen and returns the ids the person had, the
// latest last; false if the last event does not happen there.
func (l *lab) play(t *testing.T, c consentCase) (ids []string, ok bool) {
	t.Helper()
	for i, e := range append(append([]string{}, c.before...), c.event) {
		a := world.Action{Person: c.person, Event: e, Page: "shop", Payload: "P"}
		if c.instagram {
			a.Page, a.Instagram = "", "shop_ig"
		}
		ch, err := l.World.Act(l.ctx(), a)
		if !happensOn(c.instagram, e) {
			if _, bad := errors.AsType[*world.BadAction](err); !bad || i != len(c.before) {
				t.Errorf("%+v: %v, want a bad action", a, err)
			}
			return nil, false
		}
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		// Who was erased there gets no other id by what comes after.
		if ch.ScopedID != "" && (len(ids) == 0 || ids[len(ids)-1] != ch.ScopedID) {
			ids = append(ids, ch.ScopedID)
		}
	}
	return ids, true
}

// outcome names the answer to a profile call of the Page.
func (l *lab) outcome(t *testing.T, version, id string) string {
	t.Helper()
	return l.outcomeFor(t, version, id, l.ids.Pages["shop"].Token)
}

func (l *lab) outcomeFor(t *testing.T, version, id, token string) string {
	t.Helper()
	a := l.read(version, id, "profile_pic", token)
	switch {
	case a.status == 200 && a.body == "{}":
		return "empty"
	case a.status == 200 && pictureLink(a.body) != "":
		return "profile"
	case a.status == 403 && a.is(230, 0):
		return "consent"
	case a.status == 400 && a.is(100, 33):
		return "unknown"
	case a.status == 400 && a.is(100, 2018218):
		return "no profile"
	}
	return a.String()
}

// verdicts reads the truth table of the consent package as outcomes.
func verdicts(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../consent/testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]string{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) < 7 || f[5] != "profile" {
			continue
		}
		outcome := "empty"
		switch {
		case f[6] == "allowed":
			outcome = "profile"
		case f[6] == "deactivated":
			outcome = "unknown"
		case f[0] == "instagram":
			outcome = "consent"
		}
		table[strings.Join(f[:3], " ")] = outcome
	}
	return table
}
