package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/world"
)

// What a made-up person has is read over pages, to the end, by an app they use:
// friends, likes, albums with photos, and what they wrote.
func TestPopulationIsReadOverPages(t *testing.T) {
	ctx := context.Background()
	l := emptyLab(t, Settings{})
	plan := population.Plan{People: 160, Seed: 11, Rate: 1}
	p, err := population.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.World.Populate(ctx, plan, nil); err != nil {
		t.Fatal(err)
	}
	degree, uses, lives := map[int]int{}, map[int]bool{}, make([]*population.Life, p.Size())
	friends := map[int][]int{}
	for i := range lives {
		lives[i] = p.Life(i)
		for _, f := range lives[i].Friends {
			degree[i]++
			degree[f.Person]++
			friends[i], friends[f.Person] = append(friends[i], f.Person), append(friends[f.Person], i)
		}
		for _, in := range lives[i].Installs {
			uses[i] = uses[i] || in.App == 1
		}
	}
	i := richest(lives, uses)
	if i < 0 {
		t.Fatal("nobody has it all")
	}
	token, err := l.World.MintToken(ctx, world.TokenSpec{User: population.Handle(i), App: "social"})
	if err != nil {
		t.Fatal(err)
	}
	usable := 0
	for _, f := range friends[i] {
		if uses[f] {
			usable++
		}
	}
	got := l.countItems(t, token, "friends", "name,picture")
	if got != usable || usable < 3 {
		t.Errorf("%d friends who use the app, want %d", got, usable)
	}
	first, _ := l.page(t, "/v2.10/me/friends?limit=1&access_token="+url.QueryEscape(token))
	if first.Summary.Total != degree[i] {
		t.Errorf("%d friends in all, want %d", first.Summary.Total, degree[i])
	}
	for _, edge := range []string{"likes", "albums", "feed"} {
		if got, want := l.countItems(t, token, edge, ""), itemsOf(lives[i], edge); got != want || want < 3 {
			t.Errorf("%d on %s, want %d", got, edge, want)
		}
	}
	l.readProfile(t, token, lives[i])
}

// richest is somebody with several of everything in an app that may read it.
func richest(lives []*population.Life, uses map[int]bool) int {
	for i, l := range lives {
		if !uses[i] || itemsOf(l, "likes") < 5 || itemsOf(l, "albums") < 3 || itemsOf(l, "feed") < 3 || len(l.Friends) < 8 {
			continue
		}
		for _, in := range l.Installs {
			if in.App == 1 && in.Declined.Empty() {
				return i
			}
		}
	}
	return -1
}

func itemsOf(l *population.Life, edge string) int {
	n := 0
	for _, e := range l.Edges {
		if e.Name == edge && e.Of.Kind == population.Person {
			n += len(e.Items)
		}
	}
	return n
}

// countItems reads an edge two items at a time and counts the different ones.
func (l *lab) countItems(t *testing.T, token, edge, fields string) int {
	t.Helper()
	seen := map[string]bool{}
	target := fmt.Sprintf("/v2.10/me/%s?limit=2&fields=%s&access_token=%s", edge, fields, url.QueryEscape(token))
	for pages := 0; target != ""; pages++ {
		p, status := l.page(t, target)
		if status != 200 || pages > 500 {
			t.Fatalf("%s: status %d after %d pages", edge, status, pages)
		}
		for _, d := range p.Data {
			if seen[d.ID] {
				t.Errorf("%s: %s comes twice", edge, d.ID)
			}
			seen[d.ID] = true
		}
		if target = ""; p.Paging.Next != "" {
			target = follow(t, p.Paging.Next)
		}
	}
	return len(seen)
}

// readProfile compares nested fields with what was made up.
func (l *lab) readProfile(t *testing.T, token string, life *population.Life) {
	t.Helper()
	a := l.put(question{target: "/v2.10/me?fields=first_name,birthday,timezone,education,albums.limit(1){photos.limit(3){name,likes.summary(true)}}&access_token=" + url.QueryEscape(token)})
	var got struct {
		FirstName string `json:"first_name"`
		Education []struct{ School struct{ Name string } }
		Albums    struct {
			Data []struct {
				Photos struct{ Data []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	if a.status != 200 || got.FirstName != life.Record.Text(people.FirstName) || len(got.Education) == 0 || len(got.Albums.Data) != 1 || len(got.Albums.Data[0].Photos.Data) == 0 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
