package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A page has 25 items unless the call says how many; more than the edge gives are cut to
// its most, and the link asks for as many as were given. Nothing is refused for its size. [doc
// graph-api results; mosts GP 5.4 guess]
func TestPageSizes(t *testing.T) {
	var pages, likes strings.Builder
	for i := range 520 {
		fmt.Fprintf(&pages, "  p%d: {app: app, tasks: {ana: [MODERATE]}}\n", i)
		if i < 130 {
			fmt.Fprintf(&likes, "{to: p%d, at: 2017-01-01T00:%02d:%02dZ}, ", i, i/60, i%60)
		}
	}
	l := openLab(t, Settings{}, "apps: {app: {}}\npages:\n"+pages.String()+
		"people:\n  ana:\n    apps: {app: [public_profile, user_likes, pages_show_list, manage_pages]}\n    likes: ["+strings.TrimSuffix(likes.String(), ", ")+"]\n")
	token := l.ids.People["ana"].Tokens["app"]
	for _, tt := range []struct {
		edge, limit string
		want        int
		next        bool
	}{
		{"likes", "", 25, true},
		{"likes", "1", 1, true},
		{"likes", "100", 100, true},
		{"likes", "101", 100, true},
		{"likes", "5000", 100, true},
		{"accounts", "", 25, true},
		{"accounts", "500", 500, true},
		{"accounts", "5000", 500, true},
	} {
		path := "/v2.10/me/" + tt.edge + "?fields=id"
		if tt.limit != "" {
			path += "&limit=" + tt.limit
		}
		seen := map[string]bool{}
		for first := true; path != ""; first = false {
			var got struct {
				Data   []struct{ ID string }
				Paging struct{ Next string }
			}
			a := l.get(path, token)
			if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != 200 {
				t.Fatalf("%s: %d %.200s", path, a.status, a.body)
			}
			if next := got.Paging.Next != ""; first && (len(got.Data) != tt.want || next != tt.next) {
				t.Errorf("%s limit=%s: %d items, next %t; want %d, %t", tt.edge, tt.limit, len(got.Data), next, tt.want, tt.next)
			}
			for _, d := range got.Data {
				if seen[d.ID] {
					t.Errorf("%s limit=%s: %s is there twice", tt.edge, tt.limit, d.ID)
				}
				seen[d.ID] = true
			}
			_, path, _ = strings.Cut(got.Paging.Next, "graph.example")
			path = strings.Replace(path, "access_token="+token+"&", "", 1)
			if tt.limit == "1" {
				break
			}
		}
		if all := map[string]int{"likes": 130, "accounts": 520}[tt.edge]; tt.limit != "1" && len(seen) != all {
			t.Errorf("%s limit=%s: %d items on all pages, want %d", tt.edge, tt.limit, len(seen), all)
		}
	}
}

// Links begin where the server says the Graph is, whatever host was asked; without that where
// its pictures are.
func TestLinksBeginWhereTheServerIs(t *testing.T) {
	for _, tt := range []struct{ public, graph, want string }{
		{"http://localhost:8080", "", "http://localhost:8080/v2.10/"},
		{"https://pictures.example", "https://graph.facebook.com", "https://graph.facebook.com/v2.10/"},
	} {
		l := openLab(t, Settings{PublicURL: tt.public, GraphURL: tt.graph}, "apps: {app: {}}\npages: {a: {}, b: {}}\npeople:\n  ana:\n    apps: {app: [public_profile, user_likes]}\n"+
			"    likes: [{to: a, at: 2017-01-01T00:00:00Z}, {to: b, at: 2017-01-02T00:00:00Z}]\n")
		for _, host := range []string{"", "localhost", "graph.facebook.com"} {
			a := l.put(question{target: withToken("/v2.10/me/likes?limit=1", l.ids.People["ana"].Tokens["app"]), host: host})
			if body := strings.ReplaceAll(a.body, `\/`, "/"); !strings.Contains(body, `"next":"`+tt.want) {
				t.Errorf("%+v, asked at %q: %s", tt, host, body)
			}
		}
	}
}
