package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
)

// townYAML is a person with n friends, all of whom live somewhere else, work
// somewhere else and have a partner; the first of them knows all the others.
func townYAML(n int) string {
	var pages, people strings.Builder
	people.WriteString("  me: {first_name: Me, apps: {game: [\"user_*\", public_profile]}, significant_other: p0000, location: {id: \"1000000000010000\"}, friends: [")
	for i := range n {
		fmt.Fprintf(&people, "p%04d, ", i)
	}
	people.WriteString("]}\n")
	others := make([]string, 0, n)
	for i := 1; i < n; i++ {
		others = append(others, fmt.Sprintf("p%04d", i))
	}
	for i := range n {
		fmt.Fprintf(&pages, "  place%d: {id: \"%d\", name: Place %d, fan_count: %d}\n", i, 1000000000010000+i, i, i)
		fmt.Fprintf(&people, "  p%04d: {first_name: P%04d, significant_other: me, apps: {game: [\"user_*\", public_profile]}, ", i, i)
		if i == 0 {
			fmt.Fprintf(&people, "friends: [%s], ", strings.Join(others, ", "))
		}
		fmt.Fprintf(&people, "location: {id: \"%d\"}, work: [{employer: {id: \"%d\"}}, {employer: {id: \"%d\"}}]}\n", 1000000000010000+i, 1000000000010000+(i+1)%n, 1000000000019999)
	}
	return "apps: {game: {}}\npages:\n" + pages.String() + "people:\n" + people.String()
}

// What values name is found with one Read for each level and loaded with the next,
// however many they are; a reference is one level. What the cache knows takes none.
// T-EXP-01.
func TestNamedReads(t *testing.T) {
	l := openLab(t, Settings{}, townYAML(60))
	me := l.ids.People["me"]
	share(l.Graph, time.Hour)
	ask := func(fields string) (engine.Call, string, error) {
		c := engine.Call{Method: "GET", ID: me.ASIDs["game"], Fields: fields, Version: graph.V(2, 8),
			Cred: access.Credentials{Token: l.ids.Apps["game"].Token}, Now: l.Clock.Now()}
		b, err := l.Engine.Read(t.Context(), &c, nil)
		return c, string(b), err
	}
	if _, _, err := ask("name"); err != nil { // the binding and the app become known
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fields string
		reads  int
		found  string
		times  int
	}{
		{"first_name", 1, `"Me"`, 1},
		{"location{fan_count}", 3, `"fan_count":0`, 1},
		{"location{fan_count},hometown{name}", 3, `"fan_count":0`, 1},
		{"significant_other{first_name}", 2, `"P0000"`, 1},
		{"friends.limit(1){location{name}}", 4, `"Place `, 1},
		{"friends.limit(60){location{name}}", 4, `"Place `, 60},
		{"friends.limit(60){location{name},work{employer{name}}}", 4, `"Place `, 120},
		{"friends.limit(60){significant_other{location{name}}}", 5, `"Place 0"`, 60},
		{"friends.limit(60){session_keys}", 3, `"session_keys"`, 60},
	} {
		c, body, err := ask(tt.fields)
		if err != nil || c.Reads > tt.reads || strings.Count(body, tt.found) != tt.times {
			t.Errorf("%s: %d Reads, %s %d times, %v; want %d Reads at most and it %d times", tt.fields, c.Reads, tt.found, strings.Count(body, tt.found), err, tt.reads, tt.times)
		}
	}
}

// What two have in common is found in the Read of the level, and the items with the
// next. Where a level has so many lists that each would be cut, the call is too much.
func TestCommonReads(t *testing.T) {
	l := openLab(t, Settings{}, townYAML(60))
	me := l.ids.People["me"]
	share(l.Graph, time.Hour)
	ask := func(fields string) (engine.Call, string, error) {
		c := engine.Call{Method: "GET", ID: me.ASIDs["game"], Fields: fields, Version: graph.V(2, 8), Cred: access.Credentials{Token: me.Tokens["game"]}, Now: l.Clock.Now()}
		b, err := l.Engine.Read(t.Context(), &c, nil)
		return c, string(b), err
	}
	known, _, err := ask("name")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fields string
		more   int // Reads than a name
		found  string
		times  int
	}{
		{"context{mutual_friends.limit(60){first_name}}", 2, `"first_name"`, 60},
		{"friends.limit(1){context{mutual_friends{id}}}", 3, `"total_count":59`, 1},
		{"friends.limit(60){context{mutual_friends.limit(1){first_name}}}", 3, `"total_count":1}`, 59},
	} {
		c, body, err := ask(tt.fields)
		if err != nil || c.Reads > known.Reads+tt.more || strings.Count(body, tt.found) != tt.times {
			t.Errorf("%s: %d Reads, a name takes %d, %s %d times, %v; want %d Reads more at most and it %d times", tt.fields, c.Reads, known.Reads, tt.found, strings.Count(body, tt.found), err, tt.more, tt.times)
		}
	}
	var many []string
	for i := range 40 {
		many = append(many, fmt.Sprintf("mutual_friends.as(m%d).limit(0)", i))
	}
	if _, _, err := ask("friends.limit(60){context{" + strings.Join(many, ",") + "}}"); err == nil || !strings.Contains(err.Error(), "too_much_data") {
		t.Errorf("2,400 lists, one of 60 friends: %v", err)
	}
	if _, _, err := ask("context{" + strings.Join(many, ",") + "}"); err != nil {
		t.Errorf("40 lists: %v", err)
	}
}
