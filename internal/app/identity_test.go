package app

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/world"
)

// T-ISO-03: a person on 100 Pages of 10 apps has 110 different ids, none of
// which is the internal one.
func TestEveryScopeHasItsOwnID(t *testing.T) {
	var b strings.Builder
	b.WriteString("apps:\n")
	for i := range 10 {
		fmt.Fprintf(&b, "  app%d: {}\n", i)
	}
	b.WriteString("pages:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "  page%d: {app: app%d}\n", i, i%10)
	}
	b.WriteString("people:\n  p:\n    apps: [app0, app1, app2, app3, app4, app5, app6, app7, app8, app9]\n    contacts:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "      page%d: message\n", i)
	}
	l := openLab(t, Settings{}, b.String())
	internal := l.internal(t)
	seen := map[string]string{}
	for _, n := range l.everyID() {
		if first, twice := seen[n.id]; twice {
			t.Errorf("%s has the id of %s", n.what, first)
		}
		seen[n.id] = n.what
		if number, err := strconv.ParseInt(n.id, 10, 64); err != nil || internal[store.ID(number)] {
			t.Errorf("%s has the internal id %s", n.what, n.id)
		}
	}
	if len(seen) != 220 {
		t.Errorf("%d ids, want 110 of the person, 100 Pages and 10 apps", len(seen))
	}
}

// internal lists the internal ids of everything.
func (l *lab) internal(tb testing.TB) map[store.ID]bool {
	tb.Helper()
	ids := map[store.ID]bool{}
	err := l.DB.View(l.ctx(), func(r *store.Reader) error {
		return r.Scan(l.ctx(), store.Objects, func(row *store.Row) bool {
			ids[row.Object.ID] = true
			return true
		})
	})
	if err != nil {
		tb.Fatal(err)
	}
	return ids
}

// T-ISO-03: the order of ids says nothing about the order of people. Chance alone
// moves the mean of four Pages by 0.005.
func TestIDsDoNotFollowTheOrderOfPeople(t *testing.T) {
	const n = 10_000
	yaml := "pages: {p1: {}, p2: {}, p3: {}, p4: {}}\ngenerate: {people: %d, contacts: {p1: 1, p2: 1, p3: 1, p4: 1}}\n"
	l := openLab(t, Settings{}, fmt.Sprintf(yaml, n))
	mean := 0.0
	for h, page := range l.ids.Pages {
		if len(page.PSIDs) != n {
			t.Fatalf("page %s knows %d people, want %d", h, len(page.PSIDs), n)
		}
		mean += rankCorrelation(page.PSIDs) / 4
	}
	if t.Logf("mean rank correlation %.4f", mean); math.Abs(mean) >= 0.02 {
		t.Errorf("mean rank correlation of PSID and creation is %.4f, want below 0.02", mean)
	}
}

// rankCorrelation is Spearman's, of ids and the handles of those who have them.
func rankCorrelation(ids map[string]string) float64 {
	handles := slices.Sorted(maps.Keys(ids)) // the order they were made in
	order := make([]int, len(handles))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(ids[handles[a]], ids[handles[b]]) })
	sum, n := 0.0, float64(len(order))
	for rank, i := range order {
		d := float64(rank - i)
		sum += d * d
	}
	return 1 - 6*sum/(n*(n*n-1))
}

// T-ISO-04: two apps of different businesses know a person by two ids, and
// neither id works for the other.
func TestAppsOfTwoBusinesses(t *testing.T) {
	l := matrix(t)
	alice := l.ids.People["alice"]
	a, b := l.read("v25.0", "me", "id", alice.Tokens["demo"]), l.read("v25.0", "me", "id", alice.Tokens["other"])
	if a.status != 200 || b.status != 200 || a.body == b.body {
		t.Errorf("me in demo %s\nme in other %s", a, b)
	}
	if want := `{"id":"` + alice.ASIDs["demo"] + `"}`; a.body != want {
		t.Errorf("me in demo is %s, want %s", a, want)
	}
	for _, token := range []string{alice.Tokens["other"], l.ids.Apps["other"].Token} {
		if got := l.read("v25.0", alice.ASIDs["demo"], "id,name", token); !got.is(100, 33) {
			t.Errorf("the id of demo in other: %s, want 100/33", got)
		}
	}
}

// T-ISO-05: token_for_business is one in all apps of a business and another in
// every other; third_party_id is another in every app.
func TestTokenForBusiness(t *testing.T) {
	l := matrix(t)
	of := func(person, app, field string) string {
		p := l.ids.People[person]
		got := l.read("v25.0", "me", field, p.Tokens[app])
		v := string(got.members()[field])
		if v == "" {
			t.Errorf("%s of %s in %s: %s", field, person, app, got)
		}
		return v
	}
	const token, third = "token_for_business", "third_party_id"
	if a, b := of("alice", "demo", token), of("alice", "twin", token); a != b {
		t.Errorf("one business, two values: %s and %s", a, b)
	}
	for _, other := range []string{of("alice", "other", token), of("dora", "demo", token)} {
		if of("alice", "demo", token) == other {
			t.Errorf("another business or person has the same value %s", other)
		}
	}
	if a, b := of("alice", "demo", third), of("alice", "twin", third); a == b {
		t.Errorf("two apps have the third_party_id %s", a)
	}
}

// T-ISO-14: a Page's ids are nobody's on Instagram, and the other way around.
func TestScopesOfPageAndInstagram(t *testing.T) {
	l := matrix(t)
	psid, igsid := l.ids.Pages["shop"].PSIDs["alice"], l.ids.Instagram["shop_ig"].IGSIDs["alice"]
	tests := []struct {
		what, id, token string
		code, subcode   int
	}{
		{"a PSID with Instagram Login", psid, l.ids.Instagram["shop_ig"].Token, 9010, 0},
		{"an IGSID with a Page that has another account", igsid, l.ids.Pages["stall"].Token, 100, 33},
		{"an IGSID with a Page that has none", igsid, l.ids.Pages["kiosk"].Token, 100, 33},
		{"an IGSID with another account", igsid, l.ids.Instagram["stall_ig"].Token, 9010, 0},
		{"a PSID with the app", psid, l.ids.Apps["demo"].Token, 100, 33},
		{"a PSID with the person", psid, l.ids.People["alice"].Tokens["demo"], 100, 33},
	}
	for _, tt := range tests {
		if got := l.read("v25.0", tt.id, "id", tt.token); !got.is(tt.code, tt.subcode) {
			t.Errorf("%s: %s, want %d/%d", tt.what, got, tt.code, tt.subcode)
		}
	}
	if got := l.read("v25.0", igsid, "id", l.ids.Pages["shop"].Token); got.status != 200 {
		t.Errorf("the IGSID with the Page of that account: %s", got)
	}
}

// T-ISO-15: ids of an erased person are dead for ever; who comes back has new ones.
func TestErasedIDsAreDeadForEver(t *testing.T) {
	l := matrix(t)
	old := l.ids.People["dora"].Tokens["demo"]
	dead := l.erased(t, "dora")
	for _, d := range dead {
		for _, c := range l.callers() {
			if got := l.read("v25.0", d.id, "id", c.token); got.status == 200 {
				t.Errorf("%s asks for %s: %s", c.name, d.what, got)
			}
		}
	}
	if got := l.read("v25.0", "me", "id", old); !isTokenError(got) {
		t.Errorf("token of the dead: %s, want 190", got)
	}
	l.returns(t)
	for _, n := range l.everyID() {
		for _, d := range dead {
			if n.id == d.id {
				t.Errorf("%s has the id of %s", n.what, d.what)
			}
		}
	}
}

// returns lets dora come back after she was erased.
func (l *lab) returns(t *testing.T) {
	t.Helper()
	l.load(t, "apps: {next: {}}\npeople: {dora: {first_name: Dora, instagram: true}}\n")
	l.act(t, world.Action{Person: "dora", App: "demo", Event: "install"})
	l.act(t, world.Action{Person: "dora", Page: "shop", Event: "message"})
	l.act(t, world.Action{Person: "dora", Instagram: "shop_ig", Event: "message"})
	l.learn(t)
}

// The token of the dead stays dead too, and whoever comes back can log in.
func TestTokenOfTheDeadStaysDead(t *testing.T) {
	l := matrix(t)
	old := l.ids.People["dora"].Tokens["demo"]
	l.read("v25.0", "me", "id", old) // it is known from now on
	l.erased(t, "dora")
	l.returns(t)
	again := l.ids.People["dora"].Tokens["demo"]
	if got := l.read("v25.0", "me", "id", again); got.status != 200 {
		t.Errorf("token of who came back: %s", got)
	}
	if old == again {
		t.Error("the token of the dead is given to who came back")
	}
}

// Nor do the anonymous ids of an app and a business tell who came back.
func TestWhoComesBackIsNotRecognised(t *testing.T) {
	l := matrix(t)
	anonymous := func() string {
		got := l.read("v25.0", l.ids.People["dora"].ASIDs["demo"], "third_party_id,token_for_business", l.ids.Apps["demo"].Token)
		return string(got.members()["third_party_id"]) + string(got.members()["token_for_business"])
	}
	before := anonymous()
	l.erased(t, "dora")
	l.returns(t)
	if after := anonymous(); before == after || before == "" || after == "" {
		t.Errorf("anonymous ids before %s\nand after coming back %s", before, after)
	}
}

func isTokenError(a answer) bool {
	c, _ := a.code()
	return c == 190
}

// T-ISO-16: a second world with the ids or names of the first is refused, and
// nothing of it arrives.
func TestClashingWorldsAreRefused(t *testing.T) {
	l := matrix(t)
	before := l.state(t)
	clashes := map[string]string{
		"handle":   "people: {alice: {first_name: Mallory}}\n",
		"page id":  "pages: {mine: {id: \"" + l.ids.Pages["shop"].ID + "\"}}\n",
		"app id":   "apps: {mine: {id: \"" + l.ids.Apps["demo"].ID + "\"}}\n",
		"token":    "pages: {mine: {token: EAAread}}\n",
		"own psid": "apps: {mine: {}}\npages: {shop: {}}\npeople: {mallory: {ids: {shop: \"" + l.ids.Pages["shop"].PSIDs["alice"] + "\"}}}\n",
	}
	for what, yaml := range clashes {
		w, err := world.Parse("second.yaml", []byte(yaml), l.Schema)
		if err == nil {
			err = l.World.Load(l.ctx(), w)
		}
		if _, ok := errors.AsType[world.Problems](err); !ok {
			t.Errorf("%s: %v, want problems", what, err)
		}
	}
	if l.state(t) != before {
		t.Error("a refused world left something behind")
	}
}
