package messaging

import (
	"errors"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

const goodMenu = `[{"locale":"default","call_to_actions":[{"type":"postback","title":"Order","payload":"ORDER"}]}]`

// What is refused leaves a profile as it was.
func TestProfileRefuses(t *testing.T) {
	deep := `{"type":"postback","title":"a","payload":"b"}`
	for range mostLevels {
		deep = `{"type":"nested","title":"a","call_to_actions":[` + deep + `]}`
	}
	menu := func(entry string) string { return `[{"locale":"default","call_to_actions":[` + entry + `]}]` }
	tests := []struct {
		name, value string
		want        *graph.Error
	}{
		{PersistentMenu, goodMenu, graph.ErrGetStarted},
		{PersistentMenu, menu(deep), graph.ErrParamKind},
		{PersistentMenu, menu(""), graph.ErrNeedsParam},
		{PersistentMenu, menu(strings.Repeat(`{"type":"postback","title":"a","payload":"b"},`, mostItems) + `{}`), graph.ErrParamKind},
		{PersistentMenu, menu(`{"type":"web_url","title":"a"}`), graph.ErrNeedsParam},
		{PersistentMenu, menu(`{"type":"web_url","title":"a","url":"javascript:1"}`), graph.ErrParamKind},
		{PersistentMenu, menu(`{"type":"web_url","title":"a","url":"https://b.example","webview_height_ratio":"huge"}`), graph.ErrParamKind},
		{PersistentMenu, menu(`{"type":"postback","title":"` + strings.Repeat("é", mostTitle+1) + `","payload":"b"}`), graph.ErrParamLength},
		{PersistentMenu, `[{"locale":"default"},{"locale":"default"}]`, graph.ErrParamKind},
		{PersistentMenu, `{"locale":"default"}`, graph.ErrParamKind},
		{GetStarted, `{"payload":1}`, graph.ErrParamKind},
		{GetStarted, `{"payload":"` + strings.Repeat("x", mostPayload+1) + `"}`, graph.ErrParamLength},
		{GetStarted, `{"payload":"a","other":1}`, graph.ErrInvalidKeys},
		{GetStarted, `{"payload":`, graph.ErrParamKind},
		{IceBreakers, `[{"question":"a"}]`, graph.ErrNeedsParam},
		{IceBreakers, `[{"call_to_actions":[{"question":"a","payload":"b"}],"locale":"fr_FR"}]`, graph.ErrParamKind},
		{WhitelistedDomains, `["https://localhost"]`, graph.ErrParamKind},
		{WhitelistedDomains, `["https://[::1]"]`, graph.ErrParamKind},
		{WhitelistedDomains, `[1]`, graph.ErrParamKind},
		{AccountLinkingURL, `{"a":1}`, graph.ErrParamKind},
		{HomeURL, `{"url":"https://b.example"}`, graph.ErrNotWhitelisted},
		{HomeURL, `{"url":"https://b.example","in_test":"yes"}`, graph.ErrParamKind},
		{HomeURL, `{}`, graph.ErrNeedsParam},
		{Commands, `[{"locale":"default","commands":[{"name":"a b"}]}]`, graph.ErrNeedsParam},
	}
	for _, tt := range tests {
		var p Profile
		if err := p.Set(map[string]string{tt.name: tt.value}); !errors.Is(err, tt.want) {
			t.Errorf("%s %.80s: %v, want %v", tt.name, tt.value, err, tt.want)
		}
		if len(p.Parts) != 0 {
			t.Errorf("%s %.80s: it was refused and is %v", tt.name, tt.value, p.Parts)
		}
	}
}

// What one call sets may need each other.
func TestProfileInOneCall(t *testing.T) {
	var p Profile
	if err := p.Set(map[string]string{
		PersistentMenu:     `[{"locale":"default","call_to_actions":[{"type":"web_url","title":"Shop","url":"https://shop.example/a","messenger_extensions":true}]}]`,
		GetStarted:         `{ "payload" : "GO" }`,
		WhitelistedDomains: `["https://SHOP.example/"]`,
		AccountLinkingURL:  "https://shop.example/link",
	}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{GetStarted: `{"payload":"GO"}`, AccountLinkingURL: `"https:\/\/shop.example\/link"`} {
		if got := p.Text(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for address, want := range map[string]bool{"https://shop.example/b": true, "http://shop.example/b": false, "https://evil.example/shop.example": false, "https://shop.example:8443": false, "https://shop.example@evil.example": false} {
		if got := p.Allows(address); got != want {
			t.Errorf("Allows(%q) = %v", address, got)
		}
	}
	if err := p.Remove([]string{GetStarted}); !errors.Is(err, graph.ErrGetStarted) || p.Text(GetStarted) == "" {
		t.Errorf("without the button: %v", err)
	}
	if err := p.Remove([]string{GetStarted, PersistentMenu, Greeting}); err != nil || p.Text(PersistentMenu) != "" {
		t.Errorf("without both: %v", err)
	}
	account := Profile{OfInstagram: true}
	if err := account.Set(map[string]string{PersistentMenu: goodMenu}); err != nil {
		t.Errorf("an account needs no button: %v", err)
	}
}
