package world

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/messaging"
)

// That an account is linked goes through an export and an import, and with the person.
func TestLinkedAccountsAreExportedAndErased(t *testing.T) {
	ctx := context.Background()
	first, second := testBuilder(t, openMemory(t)), testBuilder(t, openMemory(t))
	mustLoad(t, first, "pages: {shop: {messenger_profile: {account_linking_url: \"https://shop.example/\"}}}\npeople: {ana: {}, ben: {}}\n")
	began, err := first.Act(ctx, Action{Person: "ana", Page: "shop", Event: "log_in"})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := url.Parse(began.URL)
	if err != nil || opened.Host != "shop.example" {
		t.Fatalf("%q opens, %v", began.URL, err)
	}
	token := opened.Query().Get("account_linking_token")
	before := export(t, first)
	for _, wrong := range []string{"", "x", token + "x", strings.Repeat("A", 1000)} {
		if ok, err := first.LinkAccount(ctx, wrong, "42"); ok || err != nil {
			t.Errorf("token %q: %t, %v", wrong, ok, err)
		}
	}
	if got := export(t, first); got != before {
		t.Errorf("a bad token changed something (-want +got):\n%s", cmp.Diff(before, got))
	}
	if ok, err := first.LinkAccount(ctx, token, "42"); !ok || err != nil {
		t.Fatalf("LinkAccount: %t, %v", ok, err)
	}
	want := export(t, first)
	if !strings.Contains(want, "account_linked") {
		t.Errorf("the export does not say it:\n%s", want)
	}
	if err := second.Import(ctx, strings.NewReader(want), nil); err != nil {
		t.Fatal(err)
	}
	if got := export(t, second); got != want {
		t.Errorf("an import differs (-want +got):\n%s", cmp.Diff(want, got))
	}
	if _, err := second.Act(ctx, Action{Person: "ana", Event: "delete"}); err != nil {
		t.Fatal(err)
	}
	if err := second.Work(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if got := export(t, second); strings.Contains(got, "account_linked") || strings.Contains(got, token) {
		t.Errorf("it is still there:\n%s", got)
	}
	if ok, err := second.LinkAccount(ctx, token, "43"); ok || err != nil {
		t.Errorf("somebody who is gone comes back: %t, %v", ok, err)
	}
}

// A token says whom it is for, for five minutes and one Page.
func TestLinkingTokens(t *testing.T) {
	keys, at := demoKeys(t), time.Unix(1_772_355_600, 0)
	l := messaging.Linking{Person: 7, Digits: "12", Began: at.Unix()}
	token := l.Token(keys, "99")
	for _, tt := range []struct {
		name, token string
		after       time.Duration
		ok          bool
	}{
		{"at once", token, 0, true},
		{"at the end", token, 5 * time.Minute, true},
		{"later", token, 5*time.Minute + time.Second, false},
		{"before it was made", token, -time.Second, false},
		{"cut", token[:len(token)-1], 0, false},
		{"empty", "", 0, false},
		{"changed", "A" + token[1:], 0, token[0] == 'A'},
	} {
		got, page, ok := messaging.OpenLinking(keys, tt.token, at.Add(tt.after))
		if ok != tt.ok || ok && (got != l || page != "99") {
			t.Errorf("%s: %+v of page %q, %t; want %t", tt.name, got, page, ok, tt.ok)
		}
	}
}
