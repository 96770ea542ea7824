package app

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// asks is how many requests each random world gets.
const asks = 250

// T-PRM-11: random worlds, tokens and requests, the server against the oracle.
// KITH_SEED repeats one world and shows it.
func TestServerAgreesWithTheOracle(t *testing.T) {
	worlds, seed := 80, uint64(time.Now().UnixNano())
	if soak() {
		worlds *= 10
	}
	if text := os.Getenv("KITH_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
		worlds = 1
	}
	table := readPermissionTable(t)
	seen := map[string]int{}
	for i := range worlds {
		if !agrees(t, seed+uint64(i), table, seen) {
			t.Fatalf("repeat with KITH_SEED=%d", seed+uint64(i))
		}
	}
	t.Logf("%d requests to %d worlds, %d different answers", worlds*asks, worlds, len(seen))
	for _, want := range []string{"{}", "10", "12", "100", "100/33", "100/2018218", "100/2018247", "190/467", "230", "2500", "9010"} {
		if seen[want] == 0 && worlds > 1 {
			t.Errorf("no request came out as %s", want)
		}
	}
}

func agrees(t *testing.T, seed uint64, table permissionTable, seen map[string]int) bool {
	t.Helper()
	o := &oracle{town: newTown(seed), table: table}
	yaml := o.yaml()
	l := openLab(t, Settings{}, yaml)
	for h := range o.apps {
		o.tokens = append(o.tokens, &townToken{kind: "app", app: h, text: l.ids.Apps[h].Token})
	}
	slices.SortFunc(o.tokens, func(a, b *townToken) int { return strings.Compare(a.kind+a.app+a.text, b.kind+b.app+b.text) })
	targets := l.targets()
	for range asks {
		w, id := o.wish(targets)
		a := l.read(w.version, id, w.fields, w.token.text)
		got, want := spelled(a), o.answer(&w)
		seen[want]++
		if got != want {
			t.Errorf("seed %d: %s token of %s (app %s) asks %s for %q of %s %s%s\n got %s\nwant %s\n%s",
				seed, w.token.kind, w.token.subject, w.token.app, w.version, w.fields, w.scope, w.person, w.alias, got, want, a)
			if os.Getenv("KITH_SEED") != "" {
				t.Log(yaml)
			}
			return false
		}
	}
	return true
}

// A target is a wish without a wisher.
type target struct{ scope, person, id string }

func (l *lab) targets() (all []target) {
	for h, p := range l.ids.Pages {
		all = append(all, target{"page/" + h, "", p.ID})
		for who, id := range p.PSIDs {
			all = append(all, target{"page/" + h, who, id})
		}
	}
	for h, i := range l.ids.Instagram {
		for who, id := range i.IGSIDs {
			all = append(all, target{"instagram/" + h, who, id})
		}
	}
	for h, a := range l.ids.Apps {
		all = append(all, target{"app/" + h, "", a.ID})
	}
	for who, p := range l.ids.People {
		for h, id := range p.ASIDs {
			all = append(all, target{"app/" + h, who, id})
		}
	}
	slices.SortFunc(all, func(a, b target) int { return strings.Compare(a.scope+a.person, b.scope+b.person) })
	return append(all, target{"nobody", "nobody", nobody})
}

// wish makes a request at random, more often one that is granted.
func (o *oracle) wish(targets []target) (wish, string) {
	w := wish{token: pick(o.town, o.tokens), version: pick(o.town, graph.Versions()).String()}
	own := targets
	if o.chance(75) {
		own = slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return !o.near(w.token, t) })
	}
	if len(own) == 0 {
		own = targets
	}
	to := pick(o.town, own)
	id := to.id
	if w.scope, w.person = to.scope, to.person; w.token.kind == "login" {
		if w.person == "" { // what such a token says to places is told apart in TestForeignIDs
			w.scope, w.person, id = "nobody", "nobody", nobody
		}
	} else if o.chance(8) {
		w.alias = pick(o.town, []string{"me", "app"})
		w.scope, w.person, id = "", "", w.alias
	}
	w.fields = o.fields(&w)
	return w, id
}

// near reports whether a token has anything to do with a target.
func (o *oracle) near(t *townToken, to target) bool {
	switch t.kind {
	case "page":
		return to.scope == "page/"+t.subject || to.scope == "instagram/"+o.pages[t.subject].account || to.scope == "app/"+t.app
	case "login":
		return to.scope == "instagram/"+t.subject
	}
	return to.scope == "app/"+t.app
}

// fields makes a list for the node the wish is about, now and then with one it
// does not have.
func (o *oracle) fields(w *wish) string {
	if o.chance(12) {
		return ""
	}
	var pool []string
	add := func(rows []permissionRow) {
		for _, r := range rows {
			pool = append(pool, r.Name)
		}
	}
	switch {
	case w.person == "":
		pool = []string{"id", "name", "category", "link"}
	case strings.HasPrefix(w.scope, "page/"):
		add(o.table.MessengerUser)
	case strings.HasPrefix(w.scope, "instagram/"):
		add(o.table.InstagramUser.Fields)
	default:
		add(o.table.User)
	}
	if o.chance(10) {
		pool = append(pool, "nonsense", "username", "profile_pic", "first_name")
	}
	set := map[string]bool{}
	for range 1 + o.rng.IntN(4) {
		set[pick(o.town, pool)] = true
	}
	list := slices.Sorted(maps.Keys(set))
	if o.chance(3) {
		list[len(list)-1] += "{"
	}
	return strings.Join(list, ",")
}
