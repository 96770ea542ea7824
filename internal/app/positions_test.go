package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/world"
)

const aliceID = "2000000000000002"

// openPositions is the demo world, in which Carl has Alice everywhere and both have two apps of one business.
func openPositions(t *testing.T) *lab {
	t.Helper()
	yaml := string(world.Demo())
	for _, edit := range [][2]string{
		{"apps:\n  # Everything", "apps:\n  sister: {business: corner}\n  # Everything"},
		{"    apps:\n      demo:\n        granted:", "    ids: {demo: \"" + aliceID + "\"}\n    apps:\n      sister: [public_profile]\n      demo:\n        granted:"},
		{"    apps: {demo: [public_profile, user_friends]}\n    friends: [olga]", `    significant_other: alice
    apps: {demo: [public_profile, email, "user_*", "ads_*", "read_*", manage_notifications, manage_pages, business_management], sister: [public_profile]}
    friends: [olga]
    family: [{to: alice, relationship: cousin}]
    subscribedto: [alice]
    work: [{with: [{id: "` + aliceID + `"}]}]
    photos: [{name: Cake, from: alice}]`},
		{"gender: female, apps: [demo]}", "gender: female, apps: {demo: [public_profile, user_friends]}}"},
	} {
		if strings.Count(yaml, edit[0]) != 1 {
			t.Fatalf("%q is in the demo world %d times", edit[0], strings.Count(yaml, edit[0]))
		}
		yaml = strings.Replace(yaml, edit[0], edit[1], 1)
	}
	return openLab(t, Settings{}, yaml)
}

// Whoever asks, a person is the same with every field and edge, whether they are asked for
// by their ID, among several, in a batch, on an edge, or by a field or a value that leads to them.
func TestPeopleAreTheSameInEveryPosition(t *testing.T) {
	l := openPositions(t)
	carl := l.ids.People["carl"].ASIDs["demo"]
	var without []string
	for _, ver := range []graph.Version{graph.V(2, 3), graph.V(2, 10), graph.V(25, 0)} {
		for _, who := range []string{"alice", "carl", "olga", "app"} {
			for _, proved := range []bool{false, true} {
				if !proved && ver != graph.V(2, 10) {
					continue // the proof opens more
				}
				token := l.ids.Apps["demo"].Token
				if who != "app" {
					token = l.ids.People[who].Tokens["demo"]
				}
				at := placed{lab: l, ver: ver, rest: "&access_token=" + url.QueryEscape(token), carl: carl}
				if proved {
					at.rest += "&appsecret_proof=" + access.Proof(l.ids.Apps["demo"].Secret, token)
				}
				for _, f := range wanted(l.Schema.Node("User"), ver, carl) {
					if !at.compare(t, who, f) && who == "alice" && proved && ver == graph.V(2, 10) {
						without = append(without, f)
					}
				}
			}
		}
	}
	if want := []string{"bio"}; !slices.Equal(without, want) {
		t.Errorf("Alice has nothing of %q, want %q alone", without, want)
	}
}

// wanted is every field and edge of a version, with what must be said about it.
func wanted(n *schema.Node, ver graph.Version, other string) (list []string) {
	for i := range n.Fields {
		if f := &n.Fields[i]; f.Has(ver) && f.Name != "id" {
			list = append(list, f.Name)
		}
	}
	for i := range n.Edges {
		e := &n.Edges[i]
		switch {
		case !e.Has(ver):
		case e.With != "":
			list = append(list, e.Name+"."+e.With+"("+other+")")
		default:
			list = append(list, e.Name)
		}
	}
	return list
}

// placed asks with one token in one version.
type placed struct {
	*lab
	ver        graph.Version
	rest, carl string
}

// compare reports whether there is anything to compare.
func (p placed) compare(t *testing.T, who, field string) bool {
	t.Helper()
	name, _, _ := strings.Cut(field, ".")
	want, status := p.ask(t, "/"+aliceID+"?fields="+field)
	if status != 200 {
		return false
	}
	shown := dig(t, want, name)
	for _, place := range []struct {
		target, path string
	}{
		{"/?ids=" + p.carl + "," + aliceID + "&fields=" + field, aliceID},
		{"/" + p.carl + "?fields=friends{" + field + "}", "friends data *"},
		{"/" + p.carl + "/friends?fields=" + field, "data *"},
		{"/" + p.carl + "?fields=friends.uid(" + aliceID + "){" + field + "}", "friends data *"},
		{"/" + p.carl + "?fields=significant_other{" + field + "}", "significant_other"},
		{"/" + p.carl + "?fields=family{" + field + "}", "family data *"},
		{"/" + p.carl + "?fields=subscribedto{" + field + "}", "subscribedto data *"},
		{"/" + p.carl + "?fields=work{with{" + field + "}}", "work 0 with *"},
		{"/" + p.carl + "?fields=photos{from{" + field + "}}", "photos data 0 from"},
		{"/" + aliceID + "?fields=friends{friends{" + field + "}}", "friends data 0 friends data *"},
		{"/" + p.carl + "?fields=context{mutual_friends{" + field + "}}", "context mutual_friends data *"},
		{"/" + p.carl + "/photos?fields=from{" + field + "}", "data 0 from"},
	} {
		got, status := p.ask(t, place.target)
		if status != 200 {
			continue // this edge or field is not there, or not for this token
		}
		if person := dig(t, got, place.path); person != nil && string(dig(t, person, name)) != string(shown) {
			t.Errorf("%s, %s, %s\n got %.300s\nwant %.300s", p.ver, who, place.target, dig(t, person, name), shown)
		}
	}
	op, _ := json.Marshal(map[string]string{"relative_url": p.ver.String() + "/" + aliceID + "?fields=" + field + p.rest})
	if got := p.batch(t, p.ids.Apps["demo"].Token, string(op)); got[0].Code != 200 || string(dig(t, []byte(got[0].Body), name)) != string(shown) {
		t.Errorf("%s, %s, %s in a batch: %.300s\nwant %.300s", p.ver, who, field, got[0].Body, shown)
	}
	return shown != nil
}

func (p placed) ask(t *testing.T, target string) (body []byte, status int) {
	t.Helper()
	a := p.put(question{target: "/" + p.ver.String() + target + p.rest})
	return []byte(a.body), a.status
}

// dig finds what is behind a path of members, indices, and * for Alice in a list; nil for nothing.
func dig(t *testing.T, text json.RawMessage, path string) json.RawMessage {
	t.Helper()
	for _, step := range strings.Fields(path) {
		var members map[string]json.RawMessage
		var list []json.RawMessage
		i := 0
		switch n, _ := fmt.Sscanf(step, "%d", &i); {
		case text == nil:
			return nil
		case step == "*" || n == 1 && len(step) < 3:
			if err := json.Unmarshal(text, &list); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if text = nil; step == "*" {
				i = slices.IndexFunc(list, func(m json.RawMessage) bool {
					return strings.Contains(string(m), `"id":"`+aliceID+`"`) && json.Unmarshal(m, &members) == nil && string(members["id"]) == `"`+aliceID+`"`
				})
			}
			if i >= 0 && i < len(list) {
				text = list[i]
			}
		default:
			if err := json.Unmarshal(text, &members); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			text = members[step]
		}
	}
	return text
}
