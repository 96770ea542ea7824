package app

import (
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

// T-PRM-02: on a MessengerUser one unapproved field fails the whole call, on a
// User it is just not there. [seen remixz/messenger-bot#98; doc user v2.10]
func TestUnapprovedFields(t *testing.T) {
	l := openLab(t, Settings{}, matrixYAML(t)+"  - {token: EAAsome, user: alice, app: demo, permissions: [public_profile]}\n")
	psid, token := l.ids.Pages["shop"].PSIDs["alice"], "EAAread"
	for _, field := range []string{"locale", "timezone", "gender"} {
		for _, fields := range []string{field, "first_name," + field, field + ",first_name,last_name,profile_pic"} {
			if a := l.read("v25.0", psid, fields, token); !a.is(100, 2018247) || a.status != 400 || strings.Contains(a.body, "Alice") {
				t.Errorf("%s: %s", fields, a)
			}
			if a := l.read("v3.0", psid, fields, token); a.status != 200 || a.members()[field] == nil {
				t.Errorf("%s before v3.1: %s", fields, a)
			}
		}
	}
	if a := l.read("v25.0", psid, "", token); a.status != 200 || strings.Contains(a.body, "locale") {
		t.Errorf("no fields: %s", a)
	}
	a := l.read("v2.12", l.ids.People["alice"].ASIDs["demo"], "first_name,birthday,email,locale", "EAAsome")
	if want := `{"first_name":"Alice","locale":"fr_FR","id":"` + l.ids.People["alice"].ASIDs["demo"] + `"}`; a.body != want {
		t.Errorf("User: %s\nwant %s", a, want)
	}
}

// The Page closes a field by "Info About People" even if App Review opened it.
// [doc user-profile 2026]
func TestInfoAboutPeople(t *testing.T) {
	l := openLab(t, Settings{}, `
pages: {shop: {info_about_people: {locale: approved, gender: rejected, timezone: requested}}}
people: {ana: {first_name: Ana, locale: fr_FR, gender: female, timezone: 1, contacts: {shop: message}}}
`)
	shop := l.ids.Pages["shop"]
	for field, want := range map[string]string{"locale": "locale", "gender": "100/2018247", "timezone": "100/2018247"} {
		if a := l.read("v25.0", shop.PSIDs["ana"], field, shop.Token); got(a, field) != want {
			t.Errorf("%s: %s, want %s", field, a, want)
		}
	}
}

// T-PRM-03: without the profile feature a business app reads nobody from v9.0
// on; other apps are not asked for it. [doc user-profile 2026; version guess]
func TestProfileFeature(t *testing.T) {
	l := matrix(t)
	counter, till := l.ids.Pages["counter"], l.ids.Pages["till"]
	for _, v := range graph.Versions() {
		a := l.read(v.String(), counter.PSIDs["ned"], "first_name", counter.Token)
		want := "unknown"
		if number(v.String()) < 9000 {
			want = "first_name"
		}
		if g := got(a, "first_name"); g != want && (want != "unknown" || !a.is(100, 33)) {
			t.Errorf("business app in %s: %s, want %s", v, a, want)
		}
		if a := l.read(v.String(), till.PSIDs["ned"], "first_name", till.Token); got(a, "first_name") != "first_name" {
			t.Errorf("consumer app in %s: %s", v, a)
		}
	}
}

// A development app sees people with a role in it, and nobody else.
// [seen node-red-contrib-chatbot#234]
func TestDevelopmentMode(t *testing.T) {
	l := matrix(t)
	bench := l.ids.Pages["bench"]
	if a := l.read("v25.0", bench.PSIDs["tess"], "first_name", bench.Token); got(a, "first_name") != "first_name" {
		t.Errorf("tester: %s", a)
	}
	if a := l.read("v25.0", bench.PSIDs["ned"], "first_name", bench.Token); !a.is(100, 33) {
		t.Errorf("somebody else: %s", a)
	}
}

// T-PRM-08: an Instagram profile is for a Page token whose person may MODERATE.
// [doc instagram user-profile 2026; answer guess]
func TestModerateTask(t *testing.T) {
	l := matrix(t)
	igsid, psid := l.ids.Instagram["shop_ig"].IGSIDs["alice"], l.ids.Pages["shop"].PSIDs["alice"]
	for token, want := range map[string]string{"EAAmax": "10", "EAAmia": "name", l.ids.Pages["shop"].Token: "name"} {
		if a := l.read("v25.0", igsid, "name", token); got(a, "name") != want {
			t.Errorf("%s: %s, want %s", token, a, want)
		}
	}
	if a := l.read("v25.0", psid, "first_name", "EAAmax"); got(a, "first_name") != "first_name" {
		t.Errorf("Messenger asks for no task: %s", a)
	}
}

// T-PRM-09: two callers in turn, and at once: what one may see never reaches the
// other through plans, records or tags.
func TestCallersDoNotMix(t *testing.T) {
	l := openLab(t, Settings{}, matrixYAML(t)+"  - {token: EAAless, user: alice, app: demo, permissions: [public_profile]}\n")
	shop, alice := l.ids.Pages["shop"], l.ids.People["alice"]
	pairs := []struct{ version, id, fields, rich, poor string }{
		{"v25.0", shop.PSIDs["alice"], "first_name,locale", shop.Token, "EAAread"},
		{"v25.0", alice.ASIDs["demo"], "name,email,birthday", alice.Tokens["demo"], "EAAless"},
		{"v25.0", alice.ASIDs["demo"], "", alice.Tokens["demo"], l.ids.People["bob"].Tokens["demo"]},
		{"v25.0", alice.ASIDs["demo"], "timezone,name,currency", alice.Tokens["demo"], l.ids.Apps["demo"].Token},
	}
	for _, p := range pairs {
		rich, poor := l.read(p.version, p.id, p.fields, p.rich), l.read(p.version, p.id, p.fields, p.poor)
		if p.fields != "" && rich.body == poor.body {
			t.Fatalf("%s: both get %s", p.fields, rich)
		}
		tag := map[string]string{"If-None-Match": rich.head("ETag")}
		q := question{target: withToken("/"+p.version+"/"+p.id+"?fields="+p.fields, p.poor), header: tag}
		if a := l.put(q); p.fields != "" && a.status == 304 {
			t.Errorf("%s: the tag of one caller speaks for another", p.fields)
		}
		var wg sync.WaitGroup
		for range 4 {
			for _, want := range []struct {
				token, body string
			}{{p.rich, rich.body}, {p.poor, poor.body}} {
				wg.Go(func() {
					for range 200 {
						if a := l.read(p.version, p.id, p.fields, want.token); a.status == 200 && a.body != want.body {
							t.Errorf("%s: got %s\nwant %s", p.fields, a, want.body)
							return
						}
					}
				})
			}
		}
		wg.Wait()
	}
	if cache := l.read("v25.0", alice.ASIDs["demo"], "name", alice.Tokens["demo"]).head("Cache-Control"); !strings.Contains(cache, "private") {
		t.Errorf("Cache-Control is %q", cache)
	}
}

// Each field has an audience; a Page is the public. [doc design, identity]
func TestAudiences(t *testing.T) {
	l := matrix(t)
	shop, alice := l.ids.Pages["shop"], l.ids.People["alice"]
	l.act(t, world.Action{Person: "alice", Event: "set_audience",
		Audience: map[string]string{"last_name": "friends", "locale": "only_me", "birthday": "friends", "birthday_year": "only_me"}})
	read := func(id, fields, token string) string { return l.read("v2.10", id, fields, token).body }
	if got, want := read(shop.PSIDs["alice"], "first_name,last_name,locale", shop.Token), `{"first_name":"Alice"}`; got != want {
		t.Errorf("Page: %s, want %s", got, want)
	}
	tail := `"id":"` + alice.ASIDs["demo"] + `"}`
	if got, want := read(alice.ASIDs["demo"], "last_name,locale,birthday", l.ids.People["bob"].Tokens["demo"]), `{"last_name":"Moreau",`+tail; got != want {
		t.Errorf("friend: %s, want %s", got, want)
	}
	if got, want := read(alice.ASIDs["demo"], "last_name,locale,birthday", l.ids.People["dora"].Tokens["demo"]), `{`+tail; got != want {
		t.Errorf("stranger: %s, want %s", got, want)
	}
	if got, want := read(alice.ASIDs["demo"], "last_name,birthday", alice.Tokens["demo"]), `{"last_name":"Moreau","birthday":"02\/29",`+tail; got != want {
		t.Errorf("herself: %s, want %s", got, want)
	}
}
