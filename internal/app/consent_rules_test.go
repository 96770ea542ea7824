package app

import (
	"fmt"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// village is a small world of strangers.
const village = `
pages: {shop: {instagram: shop_ig}}
instagram: {shop_ig: {}}
people:
  ana: {first_name: Ana, last_name: Lima, instagram: {username: ana, name: Ana}}
  phil: {first_name: Phil, account: phone_only}
`

// meets lets a person do something with the shop and returns their id there.
func (l *lab) meets(t *testing.T, person string, events ...string) (psid string) {
	t.Helper()
	for _, e := range events {
		psid = l.act(t, world.Action{Person: person, Page: "shop", Event: e}).ScopedID
	}
	return psid
}

func (l *lab) meetsOnInstagram(t *testing.T, person string, events ...string) (igsid string) {
	t.Helper()
	for _, e := range events {
		igsid = l.act(t, world.Action{Person: person, Instagram: "shop_ig", Event: e}).ScopedID
	}
	return igsid
}

// T-CON-02: without consent the profile is 200 and exactly {}, in every
// edition and whatever is asked for. [doc user-profile 2016, 2018, 2026]
func TestNoConsentIsAnEmptyObject(t *testing.T) {
	l := openLab(t, Settings{}, village)
	psid := l.meets(t, "ana", "echo")
	for _, version := range []string{"", "v2.6", "v2.8", "v2.9", "v3.0", "v3.1", "v25.0", "v26.0"} {
		for _, fields := range []string{"", "id", "first_name,last_name,profile_pic", "nonsense", "id{"} {
			got := l.read(version, psid, fields, l.ids.Pages["shop"].Token)
			if got.status != 200 || got.body != "{}" {
				t.Errorf("%s %q: %s, want 200 {}", version, fields, got)
			}
		}
	}
}

// T-CON-03: on Instagram it is an error. [seen chatwoot#5509]
func TestNoConsentOnInstagramIsAnError(t *testing.T) {
	l := openLab(t, Settings{}, village)
	igsid := l.meetsOnInstagram(t, "ana", "comment")
	tests := []struct{ token, message, typ string }{
		{l.ids.Pages["shop"].Token, "(#230) User consent is required to access user profile", "OAuthException"},
		{l.ids.Instagram["shop_ig"].Token, "User consent is required to access user profile", "IGApiException"},
	}
	for _, tt := range tests {
		got := l.read("v25.0", igsid, "name,username", tt.token)
		want := fmt.Sprintf(`{"error":{"message":%q,"type":%q,"code":230,`, tt.message, tt.typ)
		if got.status != 403 || len(got.body) < len(want) || got.body[:len(want)] != want {
			t.Errorf("%s\nwant 403 %s", got, want)
		}
	}
}

// T-CON-04: a revocation takes everything, also from who has the tag of the old
// answer. The record that a client of that time had does not come back.
func TestRevocationEndsTheProfile(t *testing.T) {
	l := openLab(t, Settings{}, village)
	psid := l.meets(t, "ana", "message")
	target := withToken("/v25.0/"+psid+"?fields=first_name", l.ids.Pages["shop"].Token)
	first := l.put(question{target: target})
	tag := map[string]string{"If-None-Match": first.head("ETag")}
	if again := l.put(question{target: target, header: tag}); first.status != 200 || again.status != 304 || again.body != "" {
		t.Fatalf("before: %s, with the tag %s", first, again)
	}
	l.meets(t, "ana", "revoke")
	for _, header := range []map[string]string{nil, tag} {
		got := l.put(question{target: target, header: header})
		if got.status != 200 || got.body != "{}" || got.head("ETag") == first.head("ETag") {
			t.Errorf("after, with %v: %s", header, got)
		}
	}
	l.meets(t, "ana", "message")
	if back := l.put(question{target: target}); back.body != first.body {
		t.Errorf("after another message: %s", back)
	}
}

// T-CON-05: who blocks the business is not seen; without a new message the
// unblocked are what they were before.
func TestBlockHidesWhoBlocks(t *testing.T) {
	l := openLab(t, Settings{}, village)
	page := l.ids.Pages["shop"].Token
	igsid := l.meetsOnInstagram(t, "ana", "message", "block")
	if got := l.outcomeFor(t, "v25.0", igsid, page); got != "consent" {
		t.Errorf("blocked: %s", got)
	}
	l.meetsOnInstagram(t, "ana", "unblock")
	if got := l.outcomeFor(t, "v25.0", igsid, page); got != "profile" {
		t.Errorf("unblocked: %s", got)
	}
	l.meetsOnInstagram(t, "ana", "revoke", "block", "unblock")
	if got := l.outcomeFor(t, "v25.0", igsid, page); got != "consent" {
		t.Errorf("revoked, blocked and unblocked: %s", got)
	}
}

// T-CON-07: an account made with a phone number has no profile, whatever it
// consents to. [seen jgorset/facebook-messenger#202]
func TestPhoneOnlyAccountsHaveNoProfile(t *testing.T) {
	l := openLab(t, Settings{}, village)
	for _, e := range []string{"echo", "message", "revoke", "message", "block"} {
		psid := l.meets(t, "phil", e)
		for _, version := range []string{"v2.6", "v3.0", "v25.0"} {
			got := l.read(version, psid, "", l.ids.Pages["shop"].Token)
			want := `{"error":{"message":"(#100) No profile available for this user.","type":"OAuthException","code":100,"error_subcode":2018218,`
			if got.status != 400 || len(got.body) < len(want) || got.body[:len(want)] != want {
				t.Errorf("after %s in %s: %s", e, version, got)
			}
		}
	}
}

// T-CON-14: with the clock set back between two events, the later commit wins.
func TestClockSetBackBetweenGrantAndRevoke(t *testing.T) {
	l := openLab(t, Settings{}, village)
	psid := l.meets(t, "ana", "message")
	l.advance(-time.Hour)
	l.meets(t, "ana", "revoke")
	if got := l.outcome(t, "v25.0", psid); got != "empty" {
		t.Errorf("revoked an hour before the grant: %s", got)
	}
	l.advance(-time.Hour)
	l.meets(t, "ana", "message")
	if got := l.outcome(t, "v25.0", psid); got != "profile" {
		t.Errorf("granted an hour before the revocation: %s", got)
	}
	l.act(t, world.Action{Person: "ana", Page: "shop", Event: "revoke", At: birth.Add(-100 * time.Hour)})
	if got := l.outcome(t, "v25.0", psid); got != "empty" {
		t.Errorf("revoked with a time long ago: %s", got)
	}
}

// T-CON-17: what arrives twice counts once, what arrives late counts where its
// number says.
func TestEventsTwiceAndOutOfOrder(t *testing.T) {
	l := openLab(t, Settings{}, village)
	do := func(event, mid string, seq int64) *world.Changed {
		return l.act(t, world.Action{Person: "ana", Page: "shop", Event: event, Mid: mid, Seq: seq})
	}
	psid := do("message", "m1", 10).ScopedID
	before := l.state(t)
	if ch := do("message", "m1", 10); ch.Result != "duplicate" || l.state(t) != before {
		t.Errorf("the same message again: %+v", ch)
	}
	do("revoke", "", 30)
	do("message", "m2", 20) // older than the revocation, but later to arrive
	if got := l.outcome(t, "v25.0", psid); got != "empty" {
		t.Errorf("a grant older than the revocation: %s", got)
	}
	do("message", "m1", 0) // a redelivery must not grant anew
	if got := l.outcome(t, "v25.0", psid); got != "empty" {
		t.Errorf("a redelivered message grants: %s", got)
	}
	do("message", "m3", 40)
	if got := l.outcome(t, "v25.0", psid); got != "profile" {
		t.Errorf("a later message: %s", got)
	}
	do("revoke", "", 35) // arrives late, and is older than the message
	if got := l.outcome(t, "v25.0", psid); got != "profile" {
		t.Errorf("a revocation older than the grant: %s", got)
	}
}
