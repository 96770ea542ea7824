package app

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"testing"
)

// outcome names the answer to a profile call over the wire.
func (h *house) outcome(t *testing.T, version, id string) string {
	t.Helper()
	a := h.get(t, "/"+version+"/"+id+"?fields=profile_pic", h.ids.Pages["shop"].Token)
	switch {
	case a.status == 200 && a.body == "{}":
		return "empty"
	case a.status == 200 && pictureLink(a.body) != "":
		return "profile"
	case a.status == 403 && a.is(230, 0):
		return "consent"
	case a.status == 400 && a.is(100, 33):
		return "unknown"
	}
	return a.String()
}

// T-CON-01 through the doors: every event in every state by the control plane, the
// profile read in every edition over the wire, against the truth table. What the app
// is told meanwhile names nobody (T-CON-13).
func TestConsentTableThroughTheDoors(t *testing.T) {
	box := newPostbox(t, nil)
	cases, yaml := consentCases()
	_, people, _ := strings.Cut(yaml, "people:\n")
	people = strings.ReplaceAll(people, "Pat", "Xanthippe")
	h := openHouse(t, "", told(box.URL, "people:\n"+people))
	table := verdicts(t)
	n := 0
	for _, c := range cases {
		if !happensOn(c.instagram, c.event) {
			continue
		}
		place, editions := "page", []string{"2016", "2018", "2026"}
		handle := "shop"
		if c.instagram {
			place, handle, editions = "instagram", "shop_ig", []string{"instagram"}
		}
		id := ""
		for _, e := range append(append([]string{}, c.before...), c.event) {
			if got := h.act(t, map[string]any{"person": c.person, place: handle, "event": e, "payload": "P"}).ID; got != "" {
				id = got
			}
		}
		if c.state == "ERASED" || c.event == "erase" {
			continue // whose ID is dead: TestConsentTable
		}
		for _, ed := range editions {
			n++
			key := ed + " " + c.state + " " + c.event
			if got := h.outcome(t, versionOf[ed], id); id != "" && got != table[key] {
				t.Errorf("%s: %s, the truth table says %q", key, got, table[key])
			}
		}
	}
	list := h.delivered(t)
	told := box.all()
	if t.Logf("%d cells, %d webhooks", n, len(told)); n < 225 || len(told) < 100 || len(list.Deliveries) < 100 {
		t.Error("hardly anything happened")
	}
	for i := range told {
		for _, secret := range []string{"Xanthippe", "first_name", "profile_pic", "username", `"name"`} {
			if strings.Contains(told[i].body, secret) {
				t.Fatalf("a webhook names people: %s", told[i].body)
			}
		}
	}
}

const family = `
people:
  ana: {first_name: Ana, last_name: Lima, instagram: {username: ana, name: Ana}}
  phil: {first_name: Phil, account: phone_only}
`

// T-CON-02, T-CON-04, T-CON-06 and T-CON-07 through the doors: what opens a profile,
// and a revocation that ends it for whatever asks.
func TestProfilesThroughTheDoors(t *testing.T) {
	box := newPostbox(t, nil)
	h := openHouse(t, "", told(box.URL, family))
	token := h.ids.Pages["shop"].Token
	do := func(person, event string) string {
		return h.act(t, map[string]any{"person": person, "page": "shop", "event": event}).ID
	}
	psid := do("ana", "page_first")
	for _, version := range []string{"v2.8", "v3.0", "v25.0"} {
		if got := h.get(t, "/"+version+"/"+psid, token); got.status != 200 || got.body != "{}" {
			t.Errorf("who was written to, %s: %s", version, got)
		}
	}
	do("ana", "reply_after_page_first")
	ways := map[string]question{
		"plain": {target: withToken("/v25.0/"+psid+"?fields=first_name", token)},
		"ids":   {target: withToken("/v25.0/?ids="+psid+"&fields=first_name", token)},
		"batch": {method: "POST", target: "/v25.0/", kind: "application/x-www-form-urlencoded", body: "access_token=" + url.QueryEscape(token) + "&batch=" + url.QueryEscape(`[{"method":"GET","relative_url":"`+psid+`?fields=first_name"}]`)},
	}
	named := func(want bool, ways map[string]question) {
		t.Helper()
		for name, q := range ways {
			got := h.ask(t, q)
			if shown := strings.Contains(strings.ReplaceAll(got.body, `\`, ""), `"first_name":"Ana"`); shown != want {
				t.Errorf("%s: %s, want the name: %v", name, got, want)
			}
		}
	}
	named(true, ways)
	do("ana", "revoke")
	named(false, ways)
	named(false, map[string]question{"participants": {target: withToken("/v25.0/me/conversations?user_id="+psid+"&fields=participants{first_name,name,id}", token)}})
	if got := h.get(t, "/v25.0/"+psid, token); got.body != "{}" {
		t.Errorf("after the revocation: %s", got)
	}
	for _, event := range []string{"message", "get_started", "message"} {
		if got := h.get(t, "/v25.0/"+do("phil", event), token); !got.is(100, 2018218) {
			t.Errorf("an account by phone number, after %s: %s", event, got)
		}
	}
}

// T-CON-03 and T-CON-05 through the doors, on both hosts.
func TestInstagramProfilesThroughTheDoors(t *testing.T) {
	box := newPostbox(t, nil)
	h := openHouse(t, "", told(box.URL, family))
	do := func(event string) string {
		return h.act(t, map[string]any{"person": "ana", "instagram": "shop_ig", "event": event}).ID
	}
	igsid := do("comment")
	both := func(what string, want bool) {
		t.Helper()
		for host, token := range map[string]string{"graph.facebook.com": h.ids.Pages["shop"].Token, "graph.instagram.com": h.ids.Instagram["shop_ig"].Token} {
			got := h.ask(t, question{target: withToken("/v25.0/"+igsid+"?fields=name", token), host: host})
			if want && (got.status != 200 || !strings.Contains(got.body, `"name":"Ana"`)) || !want && !(got.status == 403 && got.is(230, 0)) {
				t.Errorf("%s, %s: %s", what, host, got)
			}
		}
	}
	both("commented only", false)
	do("message")
	both("wrote", true)
	do("block")
	both("blocked", false)
	do("unblock")
	both("unblocked", true)
	do("revoke")
	both("revoked", false)
}

// T-CON-08 through the doors: who plays an Instant Game has no profile there.
func TestInstantGamesThroughTheDoors(t *testing.T) {
	h := openHouse(t, "", "pages: {game: {instant_games: true}}\npeople: {ana: {first_name: Ana}}\n")
	psid := h.act(t, map[string]any{"person": "ana", "page": "game", "event": "message"}).ID
	if got := h.get(t, "/v25.0/"+psid, h.ids.Pages["game"].Token); got.status != 403 || !got.is(10, 0) || strings.Contains(got.body, "Ana") {
		t.Errorf("%s", got)
	}
}

// T-CON-13: what waits when somebody revokes was never a profile.
func TestWhatWaitsNamesNobody(t *testing.T) {
	gate := make(chan struct{})
	box := newPostbox(t, func(*parcel) { <-gate })
	h := openHouse(t, "", told(box.URL, family))
	const many = 10
	for i := range many {
		h.act(t, map[string]any{"person": "ana", "page": "shop", "event": "message", "text": fmt.Sprint("number ", i)})
	}
	h.act(t, map[string]any{"person": "ana", "page": "shop", "event": "revoke"})
	close(gate)
	h.delivered(t)
	got := box.all()
	if len(got) != many {
		t.Fatalf("%d webhooks", len(got))
	}
	for i := range got {
		if it := got[i].item(t); it.Sender.ID != h.ids.Pages["shop"].PSIDs["ana"] && it.Sender.ID == "" || it.Message.Text != fmt.Sprint("number ", i) {
			t.Errorf("number %d: %s", i, got[i].body)
		}
		if strings.Contains(got[i].body, "Ana") || strings.Contains(got[i].body, "Lima") {
			t.Errorf("it names her: %s", got[i].body)
		}
	}
}

// T-CON-17 through the doors: what arrives twice is kept, told and counted once; what
// arrives late is kept where it is said, and grants nothing that is over.
func TestTwiceAndOutOfOrderThroughTheDoors(t *testing.T) {
	box := newPostbox(t, nil)
	h := openHouse(t, "", told(box.URL, family))
	token := h.ids.Pages["shop"].Token
	do := func(event, mid string, seq int) acted {
		return h.act(t, map[string]any{"person": "ana", "page": "shop", "event": event, "mid": mid, "seq": seq, "text": mid})
	}
	psid := do("message", "m_1", 10).ID
	if got := do("message", "m_1", 10); got.Result != "duplicate" {
		t.Errorf("the same again: %+v", got)
	}
	do("revoke", "", 30)
	do("message", "m_2", 20) // older than the revocation
	if got := h.outcome(t, "v25.0", psid); got != "empty" {
		t.Errorf("a grant older than the revocation: %s", got)
	}
	do("message", "m_1", 50) // a redelivery grants nothing anew
	if got := h.outcome(t, "v25.0", psid); got != "empty" {
		t.Errorf("a redelivered message grants: %s", got)
	}
	do("message", "m_3", 40)
	do("revoke", "", 35)
	if got := h.outcome(t, "v25.0", psid); got != "profile" {
		t.Errorf("a revocation older than the grant: %s", got)
	}
	h.delivered(t)
	var mids []string
	for _, p := range box.all() {
		mids = append(mids, p.item(t).Message.Mid)
	}
	if got := strings.Join(mids, " "); got != "m_1 m_2 m_3" {
		t.Errorf("the app was told of %s", got)
	}
	got := h.get(t, "/v25.0/me/conversations?user_id="+psid+"&fields=message_count,messages{message}", token)
	if !strings.Contains(got.body, `"message_count":3`) || strings.Count(got.body, `"message":"m_`) != 3 {
		t.Errorf("the conversation: %s", got)
	}
}

// T-SSR-09: both signatures are over exactly the bytes that come, as public handlers
// compute them, and what needs it is escaped as it was recorded.
func TestSignaturesAreOverWhatComes(t *testing.T) {
	box := newPostbox(t, nil)
	h := openHouse(t, "", told(box.URL, family))
	h.act(t, map[string]any{"person": "ana", "page": "shop", "event": "message", "text": "äöå/<%@ 🙂"})
	h.delivered(t)
	got := box.all()
	if len(got) != 1 {
		t.Fatalf("%d webhooks", len(got))
	}
	if want := `"text":"\u00e4\u00f6\u00e5\/\u003C\u0025\u0040 \ud83d\ude42"`; !strings.Contains(got[0].body, want) {
		t.Errorf("%s\nhas no %s", got[0].body, want)
	}
	for header, sum := range map[string]func() hash.Hash{"X-Hub-Signature": sha1.New, "X-Hub-Signature-256": sha256.New} {
		mac := hmac.New(sum, []byte(h.ids.Apps["demo"].Secret))
		mac.Write([]byte(got[0].body))
		if _, sent, _ := strings.Cut(got[0].header.Get(header), "="); sent != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("%s is %s", header, got[0].header.Get(header))
		}
	}
}
