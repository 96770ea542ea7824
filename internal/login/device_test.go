package login_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/kithgraph/kith/kithtest"
)

func (b *browser) post(target string, form url.Values) map[string]any {
	b.t.Helper()
	resp, err := b.client.PostForm("https://graph.facebook.com"+target, form)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var v map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		b.t.Fatal(err)
	}
	return v
}

// device begins a login: the texts for the device and for the person.
func (b *browser) device(kith *kithtest.Server) (code, user string) {
	b.t.Helper()
	got := b.post("/v12.0/device/login", url.Values{"access_token": {kith.App("demo").ClientToken}, "scope": {"email"}})
	code, _ = got["code"].(string)
	user, _ = got["user_code"].(string)
	if code == "" || len(user) != 8 || got["verification_uri"] != "https://www.facebook.com/device" {
		b.t.Fatalf("device/login answers %v", got)
	}
	return code, user
}

func (b *browser) status12(kith *kithtest.Server, code string) map[string]any {
	b.t.Helper()
	return b.post("/v12.0/device/login_status", url.Values{"access_token": {kith.App("demo").ClientToken}, "code": {code}})
}

const devicePage = "https://www.facebook.com/device"

// A person types the code of a device, in small letters and with a blank, chooses
// who they are, and agrees; the device has a token then.
func TestDevicePage(t *testing.T) {
	kith := opened(t)
	b := browse(t, kith)
	code, user := b.device(kith)
	b.open(devicePage, nil)
	if b.status != 200 || !strings.Contains(b.page, `name="user_code"`) {
		t.Fatalf("status %d:\n%s", b.status, b.page)
	}
	b.open(devicePage, url.Values{"user_code": {strings.ToLower(user[:4]) + " " + user[4:]}})
	b.press("who", "ana")
	if b.press("allow", "1"); b.status != 200 || !strings.Contains(b.page, "The device is connected") {
		t.Fatalf("status %d:\n%s", b.status, b.page)
	}
	token, _ := b.status12(kith, code)["access_token"].(string)
	if got := b.get("/v25.0/me?fields=id&access_token=" + token); got["id"] != "2222222222222222" {
		t.Errorf("me is %v", got)
	}
	if b.open(devicePage, url.Values{"user_code": {user}}); b.status != 400 {
		t.Errorf("a code that was used opens the page again: %d", b.status)
	}
}

// A login that is cancelled, a form without a code, one of another page and one
// that another site sends connect nothing.
func TestDevicePageRefuses(t *testing.T) {
	kith := opened(t)
	b := browse(t, kith)
	code, user := b.device(kith)
	if b.open(devicePage, url.Values{"user_code": {"<script>"}}); b.status != 400 || strings.Contains(b.page, "<script>") {
		t.Errorf("a made-up code: %d\n%s", b.status, b.page)
	}
	b.open(devicePage, url.Values{"user_code": {user}})
	form := url.Values{"who": {"ana"}, "allow": {"1"}, "ticket": {"x"}}
	if b.send(form, nil); b.status != 400 {
		t.Errorf("without a ticket: %d", b.status)
	}
	if b.send(form, http.Header{"Origin": {"https://evil.example"}}); b.status != 403 {
		t.Errorf("from another site: %d", b.status)
	}
	if sub := subcode(b.status12(kith, code)); sub != 1349174 {
		t.Fatalf("subcode %v: somebody agreed", sub)
	}
	b.open(devicePage, url.Values{"user_code": {user}})
	if b.press("cancel", "1"); b.status != 200 || !strings.Contains(b.page, "was not connected") {
		t.Fatalf("status %d:\n%s", b.status, b.page)
	}
	if sub := subcode(b.status12(kith, code)); sub != 1349173 {
		t.Errorf("subcode %v after the person said no", sub)
	}
}

func subcode(answer map[string]any) float64 {
	e, _ := answer["error"].(map[string]any)
	n, _ := e["error_subcode"].(float64)
	return n
}
