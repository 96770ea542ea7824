package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/world"
)

// A jolt is something that happens to the clock of a machine: its wall clock is
// set, after which a while truly passes.
type jolt struct{ set, pass time.Duration }

// A journey is what a clock goes through while an hour that something lives for
// passes.
type journey struct {
	name   string
	begin  string // the wall clock when what lives for an hour is made
	strobe time.Duration
	jolts  []jolt
	// early says that the clock is ahead at times, so that what lives for an hour
	// may end before.
	early bool
}

// journeys are those of T-CLK-01.
func journeys() (all []journey) {
	const noon, century = "2026-03-01T12:00:00Z", 36525 * 24 * time.Hour
	for name, d := range map[string]time.Duration{"a second": time.Second, "an hour": time.Hour, "a day": 24 * time.Hour} {
		all = append(all,
			journey{"back by " + name, noon, 0, []jolt{{-d, 0}, {0, 30 * time.Minute}}, false},
			journey{"back by " + name + " again and again", noon, 0, []jolt{{-d, 20 * time.Minute}, {-d, 20 * time.Minute}, {-d, 20 * time.Minute}, {-d, 0}}, false},
			journey{"forward by " + name, noon, 0, []jolt{{d, 0}, {0, 30 * time.Minute}}, true},
			journey{"forward by " + name + " and back", noon, 0, []jolt{{d, time.Minute}, {-d, 10 * time.Minute}}, true},
			journey{"forward and back by " + name + ", several times", noon, 0, []jolt{{d, 10 * time.Minute}, {-d, 10 * time.Minute}, {d, 10 * time.Minute}, {-2 * d, 0}}, true},
			journey{"to and fro by " + name + " at each look", noon, d, []jolt{{0, 30 * time.Minute}}, false})
	}
	return append(all,
		journey{"a leap second that is said twice", "2016-12-31T23:59:59Z", 0, []jolt{{-time.Second, time.Second}, {0, time.Second}}, false},
		journey{"past January 2038", "2038-01-19T03:13:00Z", 0, []jolt{{0, 66 * time.Second}, {0, time.Second}, {0, time.Second}}, false},
		journey{"forward by a century and back", noon, 0, []jolt{{century, time.Minute}, {-century, 0}}, true},
		journey{"in the last year there is", "9999-12-31T20:00:00Z", 0, []jolt{{0, 30 * time.Minute}}, false})
}

// A traveller is a server on a machine whose clock is set, with things that live
// for an hour.
type traveller struct {
	*testing.T
	*lab
	*machine
	journey
	born                  time.Duration // what had passed when they were made
	hourly, lasting, psid string
	tag, picture          string
	cursor                string
	blocked               []string
	round                 int
}

const clocksWorld = `
pages: {shop: {blocked: [p0, p1, p2, p3]}}
people:
  eve: {first_name: Eve, contacts: {shop: message}}
  ida: {first_name: Ida, contacts: {shop: message}}
  p0: {first_name: P0, contacts: {shop: message}}
  p1: {first_name: P1, contacts: {shop: message}}
  p2: {first_name: P2, contacts: {shop: message}}
  p3: {first_name: P3, contacts: {shop: message}}
`

var profilePic = regexp.MustCompile(`"profile_pic":"https:\\/\\/graph\.example([^"]*)"`)

// depart makes what lives for an hour.
func depart(t *testing.T, j journey) *traveller {
	t.Helper()
	begin, err := time.Parse(time.RFC3339, j.begin)
	if err != nil {
		t.Fatal(err)
	}
	tr := &traveller{T: t, machine: newMachine(t, begin), journey: j}
	tr.machine.strobe = j.strobe
	g, err := Open(t.Context(), Settings{Server: true, Now: tr.machine.now, PublicURL: "https://graph.example", PictureTTL: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	tr.lab = &lab{Graph: g}
	tr.load(t, clocksWorld)
	tr.now() // an even number of looks
	mint := func(seconds int64) string {
		text, err := tr.World.MintToken(t.Context(), world.TokenSpec{Page: "shop", ExpiresIn: seconds})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	tr.hourly, tr.lasting, tr.psid = mint(3600), mint(0), tr.ids.Pages["shop"].PSIDs["eve"]
	tr.born = tr.passed
	a := tr.read("v25.0", tr.psid, "first_name,profile_pic", tr.hourly)
	m := profilePic.FindStringSubmatch(a.body)
	if tr.tag = a.head("ETag"); m == nil || tr.tag == "" {
		t.Fatalf("at the beginning: %s, ETag %q", a, tr.tag)
	}
	tr.picture = strings.ReplaceAll(m[1], `\/`, "/")
	var first page
	if a = tr.get("/v2.10/"+tr.ids.Pages["shop"].ID+"/blocked?limit=2", tr.lasting); json.Unmarshal([]byte(a.body), &first) != nil || len(first.Data) != 2 {
		t.Fatalf("the first who are blocked: %s", a)
	}
	tr.cursor = first.Paging.Cursors.After
	return tr
}

// get is a call that must not fail for a reason of the server.
func (tr *traveller) ask(q question) answer {
	tr.Helper()
	a := tr.put(q)
	if a.status >= 500 || a.is(1, 0) || a.is(2, 0) {
		tr.Errorf("%s after %v: %s", q.target, tr.passed-tr.born, a)
	}
	return a
}

// look checks everything at one moment.
func (tr *traveller) look() {
	tr.Helper()
	age := tr.passed - tr.born
	path := "/v25.0/" + tr.psid + "?fields=first_name,profile_pic"
	for _, at := range []struct {
		what string
		q    question
		dead func(answer) bool
	}{
		{"token", question{target: withToken(path, tr.hourly)}, func(a answer) bool { return a.is(190, 463) }},
		{"token with an ETag", question{target: withToken(path, tr.hourly), header: map[string]string{"If-None-Match": tr.tag}},
			func(a answer) bool { return a.is(190, 463) }},
		{"picture", question{target: tr.picture}, func(a answer) bool { return a.status == 403 }},
	} {
		a := tr.ask(at.q)
		dead := at.dead(a)
		switch {
		case !dead && a.status != 200 && a.status != 304:
			tr.Errorf("%s of %v: %s", at.what, age, a)
		case !dead && age > time.Hour+time.Second:
			tr.Errorf("%s of an hour lives after %v: %.200q", at.what, age, a.String())
		case dead && age < time.Hour-time.Second && !tr.early:
			tr.Errorf("%s of an hour is dead after %v: %s", at.what, age, a)
		}
	}
	tr.cursors()
	tr.lastWriterWins()
}

// cursors lead on, whatever time it is.
func (tr *traveller) cursors() {
	tr.Helper()
	a := tr.ask(question{target: withToken("/v2.10/"+tr.ids.Pages["shop"].ID+"/blocked?limit=2&after="+url.QueryEscape(tr.cursor), tr.lasting)})
	if names := strings.Join(regexp.MustCompile(`"id":"\d+"`).FindAllString(a.body, -1), " "); len(tr.blocked) == 0 {
		tr.blocked = []string{names}
	} else if a.status != 200 || names != tr.blocked[0] || strings.Count(names, "id") != 2 {
		tr.Errorf("the page behind a cursor is %s, was %q", a, tr.blocked[0])
	}
}

// lastWriterWins is T-CON-14: what was done last holds, by commit and not by
// time, and caches show it at once.
func (tr *traveller) lastWriterWins() {
	tr.Helper()
	tr.round++
	name := fmt.Sprintf("Ida%d", tr.round)
	if err := tr.World.SetPerson(tr.ctx(), "ida", map[string]json.RawMessage{"first_name": json.RawMessage(`"` + name + `"`)}); err != nil {
		tr.Fatal(err)
	}
	for _, event := range []string{"revoke", "message"} {
		tr.act(tr.T, world.Action{Person: "ida", Page: "shop", Event: event})
		a := tr.ask(question{target: withToken("/v25.0/"+tr.ids.Pages["shop"].PSIDs["ida"]+"?fields=first_name", tr.lasting)})
		if shown := strings.Contains(a.body, `"first_name":"`+name+`"`); a.status != 200 || shown != (event == "message") {
			tr.Errorf("after %s in round %d: %s", event, tr.round, a)
		}
	}
	v, err := tr.World.Person(tr.ctx(), "ida")
	if err != nil {
		tr.Fatal(err)
	}
	if len(v.History) < 2*tr.round || v.History[0].Event != "message" || v.History[1].Event != "revoke" {
		tr.Errorf("in round %d the history is %+v", tr.round, v.History)
	}
}

// T-CLK-01: whatever happens to the clock of its machine, a server answers, what
// lives for an hour never lives longer, and orders nothing by time.
func TestClocksThatAreSet(t *testing.T) {
	for _, j := range journeys() {
		t.Run(j.name, func(t *testing.T) {
			t.Parallel()
			tr := depart(t, j)
			tr.look()
			for _, jolt := range j.jolts {
				tr.set(jolt.set)
				tr.look()
				tr.pass(jolt.pass)
				tr.look()
			}
			tr.pass(max(0, time.Hour-2*time.Second-(tr.passed-tr.born)))
			tr.look()
			tr.pass(4 * time.Second)
			tr.look()
			if tr.wall.Year() < 2157 { // from then on the standard library reads no second clock
				tr.set(-2 * time.Hour)
				tr.look()
			}
			tr.pass(24 * time.Hour)
			tr.look()
		})
	}
}

// A used up rate limit never locks for longer than its window, whatever happens
// to the clock.
func TestRateLimitsOnClocksThatAreSet(t *testing.T) {
	for _, j := range journeys() {
		begin, err := time.Parse(time.RFC3339, j.begin)
		if err != nil {
			t.Fatal(err)
		}
		m := newMachine(t, begin)
		m.strobe = j.strobe
		g, err := Open(t.Context(), Settings{Server: true, Now: m.now, Rates: &limits.Rules{App: 3}})
		if err != nil {
			t.Fatal(err)
		}
		l := &lab{Graph: g}
		l.load(t, "apps: {app: {active_users: 1}}")
		token := l.ids.Apps["app"].Token
		calls := 0
		for ; calls < 10 && l.get("/v25.0/app", token).status == 200; calls++ {
		}
		if calls != 3 {
			t.Errorf("%s: %d calls are taken, want 3", j.name, calls)
		}
		used := m.passed
		for _, jolt := range j.jolts {
			m.set(jolt.set)
			m.pass(jolt.pass)
		}
		m.pass(max(0, time.Hour+2*time.Minute-(m.passed-used))) // the window has steps
		if a := l.get("/v25.0/app", token); a.status != 200 {
			t.Errorf("%s: after %v: %s", j.name, m.passed-used, a)
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What is made while the clock is ahead does not live until the clock gets there
// again.
func TestMadeWhileTheClockIsAhead(t *testing.T) {
	tr := depart(t, journey{name: "ahead", begin: "2026-03-01T12:00:00Z"})
	tr.set(24 * time.Hour)
	text, err := tr.World.MintToken(t.Context(), world.TokenSpec{Page: "shop", ExpiresIn: 3600})
	if err != nil {
		t.Fatal(err)
	}
	tr.set(-24 * time.Hour)
	if a := tr.read("v25.0", tr.psid, "id", text); a.status != 200 {
		t.Errorf("at once: %s", a)
	}
	tr.pass(time.Hour + time.Second)
	if a := tr.read("v25.0", tr.psid, "id", text); !a.is(190, 463) {
		t.Errorf("after an hour: %s", a)
	}
}

// The world's clock may be set to any moment; nothing fails there.
func TestWorldAtTheEndsOfTime(t *testing.T) {
	l := openLab(t, Settings{}, clocksWorld)
	for _, at := range []string{"0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2016-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "9999-12-31T23:59:59Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		l.Clock.Set(moment)
		shop := l.ids.Pages["shop"]
		for _, v := range graph.Versions() {
			if a := l.read(v.String(), shop.PSIDs["eve"], "", shop.Token); a.status >= 500 || a.is(1, 0) || a.is(2, 0) {
				t.Errorf("%s in %s: %s", at, v, a)
			}
		}
		l.act(t, world.Action{Person: "eve", Page: "shop", Event: "revoke"})
		if a := l.read("v25.0", shop.PSIDs["eve"], "first_name", shop.Token); a.body != "{}" {
			t.Errorf("%s after a withdrawal: %s", at, a)
		}
		l.act(t, world.Action{Person: "eve", Page: "shop", Event: "message"})
		if a := l.read("v25.0", shop.PSIDs["eve"], "first_name", shop.Token); !strings.Contains(a.body, "Eve") {
			t.Errorf("%s after a message: %s", at, a)
		}
	}
}
