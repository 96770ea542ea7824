package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/world"
)

func TestParseAct(t *testing.T) {
	tests := []struct {
		words string
		want  world.Action
		place string
		ok    bool
	}{
		{"alice on shop get-started", world.Action{Person: "alice", Event: "get_started"}, "shop", true},
		{"alice erase", world.Action{Person: "alice", Event: "erase"}, "", true},
		{"alice follow shop_ig", world.Action{Person: "alice", Event: "follow"}, "shop_ig", true},
		{"alice shop get-started", world.Action{Person: "alice", Event: "get_started"}, "shop", true},
		{"alice befriend bao", world.Action{Person: "alice", Event: "befriend", Friend: "bao"}, "", true},
		{"alice on shop", world.Action{}, "", false},
		{"alice at shop message", world.Action{}, "", false},
	}
	for _, tt := range tests {
		var got world.Action
		place, err := parseAct(&got, "", strings.Fields(tt.words))
		if (err == nil) != tt.ok {
			t.Errorf("parseAct(%q): %v", tt.words, err)
		}
		if diff := cmp.Diff(tt.want, got); tt.ok && (diff != "" || place != tt.place) {
			t.Errorf("parseAct(%q): place %q, %s", tt.words, place, diff)
		}
	}
	if _, err := parseAct(&world.Action{}, "yesterday", []string{"alice", "erase"}); err == nil {
		t.Error("yesterday is taken as a time")
	}
}

func TestParseCall(t *testing.T) {
	tests := []struct {
		as, words string
		want      string // method, path, kind, handle
	}{
		{"", "/me", "GET /me  "},
		{"", "POST /me", "POST /me  "},
		{"", "me?fields=id", "GET me?fields=id  "},
		{"page", "/me shop", "GET /me page shop"},
		{"page", "shop /me", "GET /me page shop"},
		{"page", "DELETE shop /me", "DELETE /me page shop"},
		{"user", "me alice", "GET me user alice"},
		{"page:shop", "/me", "GET /me page shop"},
		{"page", "/me", "error"},
		{"page:shop", "/me shop", "error"},
		{"", "/me /you", "error"},
		{"", "get /me", "error"},
	}
	for _, tt := range tests {
		g, err := parseCall(&callOptions{as: tt.as}, strings.Fields(tt.words))
		got := "error"
		if err == nil {
			got = strings.Join([]string{g.method, g.path, g.kind, g.handle}, " ")
		}
		if got != tt.want {
			t.Errorf("parseCall(--as %q, %q)\n got %s\nwant %s", tt.as, tt.words, got, tt.want)
		}
	}
}

func someIDs() *world.IDs {
	return &world.IDs{
		Apps:      map[string]world.AppIDs{"demo": {ID: "1", Token: "1|s"}},
		Pages:     map[string]world.PageIDs{"shop": {ID: "2", Token: "EAAp", PSIDs: map[string]string{"alice": "3"}}, "mute": {ID: "7"}},
		Instagram: map[string]world.InstagramIDs{"shop_ig": {ID: "4", Token: "IGAAi", IGSIDs: map[string]string{"alice": "5"}}},
		People: map[string]world.PersonIDs{
			"alice": {ASIDs: map[string]string{"demo": "6"}, Tokens: map[string]string{"demo": "EAAd", "aside": "EAAa"}}, "carl": {},
		},
	}
}

func TestFillIn(t *testing.T) {
	tests := []struct{ in, want string }{
		{"/me", "/me"},
		{"/{psid alice shop}?fields=id", "/3?fields=id"},
		{"/{igsid alice shop_ig}", "/5"},
		{"/{asid alice demo}/friends", "/6/friends"},
		{"/{id shop},{id shop_ig},{id demo}", "/2,4,1"},
		{"/{psid carl shop}", "error"},
		{"/{psid alice}", "error"},
		{"/{}", "error"},
		{"/{name}", "error"},
		{"/x{", "/x{"},
	}
	for _, tt := range tests {
		got, err := fillIn(tt.in, someIDs())
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("fillIn(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestTokenOf(t *testing.T) {
	tests := []struct{ kind, handle, app, want string }{
		{"", "", "", ""},
		{"page", "shop", "", "EAAp"},
		{"instagram", "shop_ig", "", "IGAAi"},
		{"app", "demo", "", "1|s"},
		{"user", "alice", "", "EAAa"},
		{"user", "alice", "demo", "EAAd"},
		{"user", "alice", "other", "error"},
		{"user", "carl", "", "error"},
		{"user", "nobody", "", "error"},
		{"page", "mute", "", "error"},
		{"page", "none", "", "error"},
		{"queen", "alice", "", "error"},
	}
	for _, tt := range tests {
		got, err := tokenOf(someIDs(), tt.kind, tt.handle, tt.app)
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("tokenOf(%s %s %s)\n got %s\nwant %s", tt.kind, tt.handle, tt.app, got, tt.want)
		}
	}
}

// FuzzFillIn holds that a path without braces stays as it is, and that no path
// keeps a placeholder.
func FuzzFillIn(f *testing.F) {
	for _, seed := range []string{"/me", "/{psid alice shop}", "/{id shop", "{}{}", "/{{id shop}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got, err := fillIn(path, someIDs())
		if err == nil && !strings.Contains(path, "{") && got != path {
			t.Errorf("%q became %q", path, got)
		}
	})
}

// The help of act has everything that people can do, in one place at least.
func TestHelpOfActIsWhole(t *testing.T) {
	var words []string
	for _, g := range deedGroups {
		words = append(words, strings.FieldsFunc(g.words, func(r rune) bool { return strings.ContainsRune(" ,;()", r) })...)
	}
	for _, name := range world.Actions() {
		if !slices.Contains(words, name) {
			t.Errorf("kith act --help does not name %s", name)
		}
	}
	for _, w := range words {
		if !slices.Contains(world.Actions(), w) && strings.Contains(w, "_") {
			t.Errorf("kith act --help names %s, which is nothing", w)
		}
	}
}

func TestSubject(t *testing.T) {
	tests := []struct{ payload, want string }{
		{`{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"2"},"prior_message":{},"message":{"mid":"m"}}]}]}`, "message"},
		{`{"object":"page","entry":[{"id":"1","standby":[{"postback":{"title":"a"}}]}]}`, "postback"},
		{`{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{}}]}]}`, "feed"},
		{`{"entry":[{"id":"1","changed_fields":["email","name"]}],"object":"user"}`, "email,name"},
		{`{"object":"instagram","entry":[{"id":"1","field":"comments","value":{}}]}`, "comments"},
		{`{"algorithm":"HMAC-SHA256","user_id":"1"}`, ""},
		{`{"entry":[]}`, ""},
		{``, ""},
	}
	for _, tt := range tests {
		if got := subject([]byte(tt.payload)); got != tt.want {
			t.Errorf("subject(%s)\n got %q\nwant %q", tt.payload, got, tt.want)
		}
	}
}
