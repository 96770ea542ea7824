package world

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/access"
)

const bakery = `
apps: {demo: {}, other: {}}
pages: {bakery: {apps: [demo, other], owner: olga, instagram: bakery_ig}}
instagram: {bakery_ig: {}}
people:
  ana: {first_name: Ana, last_name: Lima, instagram: true, apps: {demo: [public_profile, email]}}
  ben: {first_name: Ben}
  olga: {first_name: Olga}
`

func act(t *testing.T, b *Builder, a Action) *Changed {
	t.Helper()
	c, err := b.Act(context.Background(), a)
	if err != nil {
		t.Fatalf("Act(%+v): %v", a, err)
	}
	return c
}

func TestActTellsWhatChanged(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	all := []string{"2016", "2018", "2026"}
	c := act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Mid: "m_1"})
	psid := c.ScopedID
	want := &Changed{Person: "ana", Page: "bakery", Event: "message", Result: "applied", ScopedID: psid, Mid: "m_1", Conversation: c.Conversation,
		Gained: []AppAccess{{"demo", all}, {"other", all}}, State: map[string]string{"demo": "GRANTED", "other": "GRANTED"}}
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("first message (-want +got):\n%s", d)
	}
	if c := act(t, b, Action{Person: psid, Page: mustIDs(t, b).Pages["bakery"].ID, Event: "message", Mid: "m_1"}); c.Result != "duplicate" || c.ScopedID != psid {
		t.Errorf("the same message again: %+v", c)
	}
	if c := act(t, b, Action{Person: "ana", Page: "bakery", Event: "block"}); len(c.Lost) != 2 || c.State["demo"] != "BLOCKED" {
		t.Errorf("block: %+v", c)
	}
	p, err := b.Person(context.Background(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for _, h := range p.History {
		events = append(events, h.Event)
	}
	if d := cmp.Diff([]string{"block", "message"}, events); d != "" {
		t.Errorf("history, newest first (-want +got):\n%s", d)
	}
}

func TestActMintsBeforeTheIDIsRevealed(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	c := act(t, b, Action{Person: "ben", Page: "bakery", Event: "checkbox_plugin"})
	if c.ScopedID == "" || mustIDs(t, b).Pages["bakery"].PSIDs["ben"] != c.ScopedID {
		t.Errorf("checkbox plugin: %+v", c)
	}
}

func TestRevokeWithAppRemovesTheInstall(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "message"})
	old := mustIDs(t, b).People["ana"].Tokens["demo"]
	c := act(t, b, Action{Person: "ana", App: "demo", Event: "revoke"})
	if len(c.Lost) != 1 || c.Lost[0].App != "demo" {
		t.Errorf("revoke took %+v, want demo's access only", c.Lost)
	}
	if tok, _ := findToken(b, old); tok == nil || tok.Reason != access.AppRemoved {
		t.Errorf("token after revoke: %+v", tok)
	}
	in := act(t, b, Action{Person: "ana", App: "demo", Event: "install", Permissions: []string{"user_birthday"}})
	if in.Token == old || mustIDs(t, b).People["ana"].Tokens["demo"] != in.Token {
		t.Errorf("a new login has token %q, old %q, listed %q", in.Token, old, mustIDs(t, b).People["ana"].Tokens["demo"])
	}
	if tok, _ := findToken(b, old); tok.Reason != access.AppRemoved {
		t.Error("a new login revived the old token")
	}
}

func TestFollowsGoBothWays(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	for _, e := range []string{"follow", "business_follow"} {
		if c := act(t, b, Action{Person: "ana", Instagram: "bakery_ig", Event: e}); c.ScopedID == "" {
			t.Errorf("%s: %+v", e, c)
		}
	}
	p, _ := b.Person(context.Background(), "ana")
	if len(p.Follows) != 1 || len(p.FollowedBy) != 1 {
		t.Errorf("follows %v, followed by %v", p.Follows, p.FollowedBy)
	}
	for _, e := range []string{"unfollow", "business_unfollow"} {
		act(t, b, Action{Person: "ana", Instagram: "bakery_ig", Event: e})
	}
	p, _ = b.Person(context.Background(), "ana")
	if len(p.Follows)+len(p.FollowedBy) != 0 {
		t.Errorf("after unfollowing: follows %v, followed by %v", p.Follows, p.FollowedBy)
	}
}

func TestActRefusesWithASuggestion(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	before := export(t, b)
	tests := []struct {
		a    Action
		want string
	}{
		{Action{Person: "anna", Page: "bakery", Event: "message"}, `no person "anna" in this world (did you mean "ana"?)`},
		{Action{Person: "ana", Page: "bakrey", Event: "message"}, `no page "bakrey" in this world (did you mean "bakery"?)`},
		{Action{Person: "ana", Page: "bakery", Event: "mesage"}, `unknown event "mesage" (did you mean "message"?)`},
		{Action{Person: "ana", Page: "bakery", Event: "instal"}, `unknown event "instal" (did you mean "install"?)`},
		{Action{Person: "ana", Page: "bakery", Event: "story_reply"}, `event "story_reply" does not happen on Messenger (use an instagram account)`},
		{Action{Person: "ben", Instagram: "bakery_ig", Event: "message"}, `person ben has no Instagram account`},
		{Action{Person: "ana", Event: "message"}, `event "message" happens somewhere (name the page or the instagram account)`},
		{Action{Page: "bakery", Event: "message"}, `an action needs a person`},
		{Action{Person: "ana", Event: "install"}, `event "install" needs an app (name the app)`},
		{Action{Person: "ana", App: "demo", Event: "install", Permissions: []string{"emial"}}, `unknown permission "emial" (did you mean "email"?)`},
		{Action{Person: "ana", Page: "bakery", Event: "conversation_ad", AdID: "1", Ad: map[string]string{"title": "x"}}, `ads_context_data has no "title" (use one of ad_title, photo_url, video_url, post_id, product_id, flow_id)`},
		{Action{Person: "ana", Event: "set_audience", Audience: map[string]string{"gendr": "public"}}, `unknown field "gendr" (did you mean "gender"?)`},
		{Action{Person: "ana", Event: "set_audience", Audience: map[string]string{"email": "public"}}, `person ana has no email`},
	}
	for _, tt := range tests {
		_, err := b.Act(context.Background(), tt.a)
		var missing *NotFound
		var wrong *BadAction
		if err == nil || err.Error() != tt.want || !errors.As(err, &missing) && !errors.As(err, &wrong) {
			t.Errorf("Act(%+v)\n got %v\nwant %s", tt.a, err, tt.want)
		}
	}
	if export(t, b) != before {
		t.Error("a refused action changed the world")
	}
}

func TestMintedTokensDifferAndDie(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	ctx := context.Background()
	seen := map[string]bool{}
	for _, spec := range []TokenSpec{{Page: "bakery"}, {Page: "bakery"}, {User: "ana"}, {User: "ben", App: "other"}, {Instagram: "bakery_ig"},
		{Page: "bakery", App: "other", Person: "ana", Permissions: []string{}, ExpiresIn: 60}} {
		text, err := b.MintToken(ctx, spec)
		if err != nil || seen[text] || !b.opt.Keys.Genuine(text) {
			t.Fatalf("MintToken(%+v) = %q, %v", spec, text, err)
		}
		seen[text] = true
		tok, _ := findToken(b, text)
		if spec.ExpiresIn > 0 && (tok.Expires != begin.Unix()+60 || !tok.Granted.Empty() || tok.Person == 0) {
			t.Errorf("token %+v", tok)
		}
		if spec.User == "ana" && len(tok.Granted.Names()) != 2 {
			t.Errorf("user token grants %v", tok.Granted.Names())
		}
	}
	text := mustIDs(t, b).Pages["bakery"].Token
	if err := b.ExpireToken(ctx, text, begin.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.InvalidateToken(ctx, text, "password_changed"); err != nil {
		t.Fatal(err)
	}
	if tok, _ := findToken(b, text); tok.Expires != begin.Unix()-3600 || tok.Reason != access.PasswordChanged {
		t.Errorf("token %+v", tok)
	}
	if err := b.InvalidateToken(ctx, "EAAwhoknowsthis", "logged_out"); err == nil || err.Error() != `no token "EAAwhokn..." in this world` {
		t.Errorf("unknown token: %v", err)
	}
}

func TestSettings(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	ctx := context.Background()
	edition, version, kind, proof := "2016", "v2.8", "consumer", true
	for what, err := range map[string]error{
		"review":    b.Review(ctx, "demo", map[string]string{"pages_user_locale": "none", "business_asset_user_profile_access": "standard"}),
		"mode":      b.Mode(ctx, "demo", "development"),
		"configure": b.Configure(ctx, "demo", AppSettings{RequireProof: &proof, ProfileEdition: &edition, DefaultVersion: &version, Type: &kind}),
		"info":      b.Info(ctx, "bakery", map[string]string{"gender": "rejected"}),
		"roles":     b.Roles(ctx, "demo", map[string]string{"ben": "tester"}),
		"tasks":     b.Tasks(ctx, "bakery", map[string][]string{"ana": {"MODERATE"}, "olga": nil}),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if tok, _ := findToken(b, mustIDs(t, b).Pages["bakery"].Token); tok.Reason != access.LostPageRole {
		t.Errorf("token of an owner without tasks: %+v", tok)
	}
	ben, err := b.Person(ctx, "ben")
	if err != nil || ben.Roles["demo"] != "tester" || ben.ASIDs["demo"] == "" {
		t.Errorf("ben: %+v, %v", ben, err)
	}
	for want, err := range map[string]error{
		`unknown permission or feature "pages_user_local" (did you mean "pages_user_locale"?)`: b.Review(ctx, "demo", map[string]string{"pages_user_local": "none"}),
		`no app "dem" in this world (did you mean "demo"?)`:                                    b.Mode(ctx, "dem", "live"),
		`unknown field "sex" (use one of locale, timezone, gender)`:                            b.Info(ctx, "bakery", map[string]string{"sex": "none"}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
