package app

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/world"
)

// T-TOK-01: what is no token, and two tokens at once. [seen, GP 3.4 T1 to T3]
func TestNoToken(t *testing.T) {
	l := matrix(t)
	shop, kiosk := l.ids.Pages["shop"], l.ids.Pages["kiosk"]
	me, psid := "/v25.0/me", "/v25.0/"+shop.PSIDs["alice"]
	bearer := func(text string) map[string]string { return map[string]string{"Authorization": text} }
	long := strings.Repeat("EAA", 10<<10/3)
	tests := []struct {
		what string
		q    question
		code int
	}{
		{"none, me", question{target: me}, 2500},
		{"none", question{target: psid}, 200},
		{"none, v2.10", question{target: "/v2.10/" + shop.PSIDs["alice"]}, 104},
		{"empty", question{target: psid + "?access_token="}, 200},
		{"spaces", question{target: psid + "?access_token=%20%20"}, 190},
		{"10 KiB", question{target: psid + "?access_token=" + long}, 190},
		{"10 KiB header", question{target: psid, header: bearer("Bearer " + long)}, 190},
		{"NUL", question{target: psid + "?access_token=" + shop.Token + "%00"}, 190},
		{"no UTF-8", question{target: psid + "?access_token=%ff%fe"}, 190},
		{"pipes", question{target: psid + "?access_token=%7C%7C%7C"}, 190},
		{"header without a scheme", question{target: psid, header: bearer(shop.Token)}, 200},
		{"another scheme", question{target: psid, header: bearer("Basic " + shop.Token)}, 200},
		{"empty header", question{target: psid, header: bearer("Bearer ")}, 200},
		{"two tokens", question{target: withToken(psid, shop.Token), header: bearer("Bearer " + kiosk.Token)}, 190},
		{"two tokens, one false", question{target: withToken(psid, shop.Token), header: bearer("Bearer x")}, 190},
	}
	for _, tt := range tests {
		if a := l.put(tt.q); !a.is(tt.code, 0) || a.status >= 500 {
			t.Errorf("%s: %s, want %d", tt.what, a, tt.code)
		}
	}
	for _, q := range []question{
		{target: psid, header: bearer("Bearer " + shop.Token)}, {target: psid, header: bearer("OAuth " + shop.Token)},
		{target: withToken(psid, shop.Token), header: bearer("Bearer " + shop.Token)},
	} {
		if a := l.put(q); a.status != 200 {
			t.Errorf("%s %v: %s", q.target, q.header, a)
		}
	}
}

// T-TOK-02: no bit of a token can be another one.
func TestFlippedTokens(t *testing.T) {
	l := matrix(t)
	shop, ig := l.ids.Pages["shop"], l.ids.Instagram["shop_ig"]
	for _, c := range []struct{ id, token string }{
		{shop.PSIDs["alice"], shop.Token}, {ig.IGSIDs["alice"], ig.Token}, {"me", l.ids.People["alice"].Tokens["demo"]},
	} {
		for bit := range min(200, 8*len(c.token)) {
			b := []byte(c.token)
			b[bit/8] ^= 1 << (bit % 8)
			if a := l.read("v25.0", c.id, "id", string(b)); !a.is(190, 0) {
				t.Errorf("bit %d: %s", bit, a)
			}
		}
		for _, text := range []string{c.token + "A", c.token[1:], c.token[:len(c.token)-1], strings.ToLower(c.token), " " + c.token} {
			if a := l.read("v25.0", c.id, "id", text); !a.is(190, 0) {
				t.Errorf("%q: %s", text, a)
			}
		}
	}
}

// T-TOK-03: a token works until the second it expires; the message names the
// time of it, and now, in Pacific time. [seen SPRING]
func TestExpiredToken(t *testing.T) {
	l := openLab(t, Settings{}, matrixYAML(t)+"  - {token: EAAsoon, page: shop, expires: +60m}\n")
	psid := l.ids.Pages["shop"].PSIDs["alice"]
	l.advance(time.Hour - time.Second)
	if a := l.read("v25.0", psid, "id", "EAAsoon"); a.status != 200 {
		t.Errorf("a second before: %s", a)
	}
	l.advance(2 * time.Second)
	a := l.read("v25.0", psid, "id", "EAAsoon")
	want := `{"error":{"message":"Error validating access token: Session has expired on Sunday, 01-Mar-26 02:00:00 PST. ` +
		`The current time is Sunday, 01-Mar-26 02:00:01 PST.","type":"OAuthException","code":190,"error_subcode":463,`
	if !strings.HasPrefix(a.body, want) {
		t.Errorf("a second after: %s\nwant %s", a, want)
	}
	if kind := `OAuth "Facebook Platform" "invalid_token"`; !strings.HasPrefix(a.head("WWW-Authenticate"), kind) {
		t.Errorf("WWW-Authenticate is %q", a.head("WWW-Authenticate"))
	}
}

// T-TOK-04: each way to lose a token has its own subcode. [seen, GP 3.4 T5 to T12]
func TestDeadTokens(t *testing.T) {
	reasons := map[string]int{"password_changed": 460, "logged_out": 467, "revoked": 466, "app_removed": 458,
		"checkpoint": 459, "unconfirmed": 464, "lost_page_role": 492, "inactive": 493}
	yaml := matrixYAML(t)
	for reason := range reasons {
		yaml += fmt.Sprintf("  - {token: EAAdead_%s, page: shop, invalid: %s}\n", reason, reason)
	}
	l := openLab(t, Settings{}, yaml)
	for reason, sub := range reasons {
		for _, id := range []string{"me", l.ids.Pages["shop"].PSIDs["alice"], nobody} {
			if a := l.read("v25.0", id, "id", "EAAdead_"+reason); !a.is(190, sub) || a.status != 400 {
				t.Errorf("%s: %s, want 190/%d", reason, a, sub)
			}
		}
	}
	token := l.ids.People["alice"].Tokens["demo"]
	if a := l.read("v25.0", "me", "id", token); a.status != 200 {
		t.Fatalf("before: %s", a)
	}
	l.act(t, world.Action{Person: "alice", App: "demo", Event: "uninstall"})
	if a := l.read("v25.0", "me", "id", token); !a.is(190, 458) {
		t.Errorf("after the app was removed: %s", a)
	}
	if a := l.read("v25.0", l.ids.People["alice"].ASIDs["demo"], "name", l.ids.Apps["demo"].Token); !a.is(100, 33) {
		t.Errorf("who removed the app, with the app token: %s", a)
	}
}

// T-TOK-06: tokens of one app on what another one has.
func TestTokensOfAnotherApp(t *testing.T) {
	l := matrix(t)
	alice, other := l.ids.People["alice"], l.ids.Apps["other"]
	for _, token := range []string{alice.Tokens["demo"], l.ids.Apps["demo"].Token, l.ids.Pages["shop"].Token} {
		for _, id := range []string{other.ID, alice.ASIDs["other"], l.ids.Pages["stall"].ID, l.ids.Pages["stall"].PSIDs["alice"]} {
			if a := l.read("v25.0", id, "id", token); !a.is(100, 33) && !a.is(200, 0) {
				t.Errorf("%s: %s", id, a)
			}
		}
	}
}

// T-TOK-07: an app that requires a proof gets only the right one, in query,
// form and JSON. [doc secure-requests; seen idx:40400716825, idx:15369796933]
func TestProof(t *testing.T) {
	l := matrix(t)
	vault, app := l.ids.Pages["vault"], l.ids.Apps["proved"]
	path := "/v25.0/" + vault.PSIDs["ned"]
	right := access.Proof(app.Secret, vault.Token)
	const none, wrong = "API calls from the server require an appsecret_proof argument", "Invalid appsecret_proof provided in the API argument"
	tests := []struct{ what, proof, message string }{
		{"right", right, ""}, {"none", "", none},
		{"upper case", strings.ToUpper(right), wrong}, {"truncated", right[:63], wrong}, {"65 characters", right + "0", wrong},
		{"of another token", access.Proof(app.Secret, l.ids.Pages["shop"].Token), wrong},
		{"with another secret", access.Proof(l.ids.Apps["demo"].Secret, vault.Token), wrong},
		{"spaces around", " " + right, wrong}, {"letters", strings.Repeat("a", 64), wrong},
	}
	for _, tt := range tests {
		form := url.Values{"access_token": {vault.Token}, "fields": {"first_name"}, "method": {"get"}}
		if tt.proof != "" {
			form.Set("appsecret_proof", tt.proof)
		}
		body := fmt.Sprintf(`{"access_token":%q,"fields":"first_name","method":"get","appsecret_proof":%q}`, vault.Token, tt.proof)
		for _, q := range []question{
			{target: path + "?" + form.Encode()},
			{method: "POST", target: path, kind: "application/x-www-form-urlencoded", body: form.Encode()},
			{method: "POST", target: path, kind: "application/json", body: body},
		} {
			a := l.put(q)
			if tt.message == "" && a.status == 200 && strings.Contains(a.body, `"first_name":"Ned"`) {
				continue
			}
			if want := `{"error":{"message":"` + tt.message + `","type":"GraphMethodException","code":100,"fbtrace_id"`; tt.message == "" || !strings.HasPrefix(a.body, want) {
				t.Errorf("%s, %s %s: %s", tt.what, q.method, q.kind, a)
			}
		}
	}
	shop := l.ids.Pages["shop"]
	if a := l.get("/v25.0/"+shop.PSIDs["alice"]+"?appsecret_proof="+right, shop.Token); !a.is(100, 0) {
		t.Errorf("a wrong proof where none is required: %s", a)
	}
}

// T-TOK-11: "APPID|SECRET", and what it does not open. [doc access-tokens]
func TestAppToken(t *testing.T) {
	l := matrix(t)
	demo, other, alice := l.ids.Apps["demo"], l.ids.Apps["other"], l.ids.People["alice"]
	if a := l.read("v25.0", "app", "id", demo.Token); a.body != `{"id":"`+demo.ID+`"}` {
		t.Fatalf("app: %s", a)
	}
	for _, token := range []string{
		demo.ID + "|" + other.Secret, other.ID + "|" + demo.Secret, demo.ID + "|", demo.ID + "|" + demo.Secret + "|",
		demo.ID + "||" + demo.Secret, demo.ID + "|" + strings.ToUpper(demo.Secret), demo.ID + "|" + demo.Secret[:31],
		"0" + demo.ID + "|" + demo.Secret, l.ids.Pages["shop"].ID + "|" + demo.Secret, nobody + "|" + demo.Secret, "|" + demo.Secret,
	} {
		a := l.read("v25.0", alice.ASIDs["demo"], "id", token)
		if code, _ := a.code(); code != 190 && code != 101 {
			t.Errorf("%s: %s, want 190 or 101", token, a)
		}
	}
	if a := l.read("v25.0", "me", "id", demo.Token); !a.is(2500, 0) {
		t.Errorf("me: %s", a)
	}
	for _, r := range readPermissionTable(t).User {
		if r.Sight != "self" {
			continue
		}
		if a := l.read("v2.10", alice.ASIDs["demo"], r.Name, demo.Token); a.status != 200 || a.members()[r.Name] != nil {
			t.Errorf("%s is for the person alone: %s", r.Name, a)
		}
	}
}

// T-TOK-16: the files of the store hold the text of no token and of no app's secret.
func TestNoTokenInTheFiles(t *testing.T) {
	dir := t.TempDir()
	l := openLab(t, Settings{Path: filepath.Join(dir, "kith.db")}, matrixYAML(t))
	ch := l.act(t, world.Action{Person: "dora", App: "other", Event: "install"})
	texts := map[string]string{"install": ch.Token}
	for _, c := range l.crawlers() {
		texts[c.name] = c.token
	}
	for h, app := range l.ids.Apps {
		texts["secret of "+h] = app.Secret
	}
	for _, text := range []string{"EAAexpired", "EAAloggedout", "EAAmax", "EAAmia", "EAAuserexpired", "EAAread"} {
		texts[text] = text
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for what, text := range texts {
			if text != "" && bytes.Contains(data, []byte(text)) {
				t.Errorf("%s has the token of %s in clear", f.Name(), what)
			}
		}
	}
}
