package login_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/kithtest"
)

const loginWorld = `
apps:
  demo: {id: "1234567890123456", secret: 0123456789abcdef0123456789abcdef, redirect_uris: [https://shop.example/cb, "https://shop.example/cb?lang=en"]}
  open: {}
  dev:  {mode: development, roles: {ana: developer}, redirect_uris: [https://dev.example/]}
  gone: {deleted: true}
pages:     {bakery: {app: demo, owner: ana, instagram: bakery_ig}}
instagram: {bakery_ig: {username: bakery, apps: [demo]}}
people:
  ana: {first_name: Ana, last_name: Lima, ids: {demo: "2222222222222222"}}
  ben: {first_name: "<img src=x onerror=alert(1)>", last_name: "\"'&"}
  zoe: {first_name: Zoe, account: deactivated}
`

// A browser without scripts: it shows pages, sends their forms and stops before
// it leaves for the app.
type browser struct {
	t      *testing.T
	client *http.Client
	at     string
	status int
	page   string
	header http.Header
}

func browse(t *testing.T, kith *kithtest.Server) *browser {
	c := kith.Client()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{t: t, client: c}
}

func (b *browser) do(req *http.Request) {
	b.t.Helper()
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.status, b.page, b.header = resp.StatusCode, string(text), resp.Header
}

// open goes to a login page with what the app asks for.
func (b *browser) open(at string, ask url.Values) *browser {
	b.t.Helper()
	b.at = at + "?" + ask.Encode()
	req, err := http.NewRequestWithContext(b.t.Context(), "GET", b.at, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(req)
	return b
}

var (
	forms  = regexp.MustCompile(`(?s)<form method="post">.*?</form>`)
	fields = regexp.MustCompile(`<(input|button)([^>]*)>`)
	attrs  = regexp.MustCompile(`(name|value|type)="([^"]*)"| (checked|disabled)`)
)

// press sends the form that has the button, as it stands but for the boxes that
// were unticked.
func (b *browser) press(name, value string, untick ...string) *browser {
	b.t.Helper()
	for _, form := range forms.FindAllString(b.page, -1) {
		sent, found := url.Values{}, false
		for _, f := range fields.FindAllStringSubmatch(form, -1) {
			got := map[string]string{}
			for _, a := range attrs.FindAllStringSubmatch(f[2], -1) {
				got[a[1]+a[3]] = html.UnescapeString(a[2])
			}
			_, checked := got["checked"]
			_, disabled := got["disabled"]
			switch {
			case f[1] == "button" && got["name"] == name && got["value"] == value:
				found = true
				sent.Add(name, value)
			case f[1] == "button", disabled, got["type"] == "checkbox" && (!checked || contains(untick, got["value"])):
			case got["name"] == name && got["value"] == "" && got["type"] == "":
				found = true
				sent.Add(name, value)
			default:
				sent.Add(got["name"], got["value"])
			}
		}
		if found {
			b.send(sent, nil)
			return b
		}
	}
	b.t.Fatalf("no form sends %s=%s:\n%s", name, value, b.page)
	return b
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

func (b *browser) send(form url.Values, header http.Header) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), "POST", b.at, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name := range header {
		req.Header.Set(name, header.Get(name))
	}
	b.do(req)
}

// left is where the browser goes, which must begin with the address of the app.
func (b *browser) left(redirect string) (query, fragment url.Values) {
	b.t.Helper()
	to := b.header.Get("Location")
	if b.status != 302 || !strings.HasPrefix(to, redirect) {
		b.t.Fatalf("status %d, to %q:\n%s", b.status, to, b.page)
	}
	u, err := url.Parse(to)
	if err != nil {
		b.t.Fatal(err)
	}
	fragment, _ = url.ParseQuery(u.Fragment)
	return u.Query(), fragment
}

func (b *browser) get(target string) map[string]any {
	b.t.Helper()
	resp, err := b.client.Get("https://graph.facebook.com" + target)
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

const facebook, shop = "https://www.facebook.com/v25.0/dialog/oauth", "https://shop.example/cb"

func ask(more ...string) url.Values {
	v := url.Values{"client_id": {"1234567890123456"}, "redirect_uri": {shop}, "state": {`a "state" & more=1`}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func opened(t *testing.T) *kithtest.Server {
	return kithtest.New(t, kithtest.Options{World: []byte(loginWorld)})
}

// A person logs in, unticks a permission, and the app gets a code for what was
// granted. Asked again the page skips what is settled, until the app asks for it
// once more.
func TestLogin(t *testing.T) {
	b := browse(t, opened(t))
	b.open(facebook, ask("scope", "email,user_birthday"))
	if b.status != 200 || !strings.Contains(b.page, "Ana Lima") || strings.Contains(b.page, "Zoe") {
		t.Fatalf("status %d:\n%s", b.status, b.page)
	}
	b.press("who", "ana")
	if !strings.Contains(b.page, `value="email" checked`) || !strings.Contains(b.page, `value="public_profile" checked disabled`) {
		t.Fatalf("what is asked for:\n%s", b.page)
	}
	q, _ := b.press("allow", "1", "user_birthday").left(shop)
	if q.Get("state") != `a "state" & more=1` || !strings.HasPrefix(q.Get("code"), "AQ") || !strings.HasSuffix(b.header.Get("Location"), "#_=_") {
		t.Fatalf("to %s", b.header.Get("Location"))
	}
	got := b.get("/oauth/access_token?client_id=1234567890123456&client_secret=0123456789abcdef0123456789abcdef&redirect_uri=" + url.QueryEscape(shop) + "&code=" + q.Get("code"))
	token, _ := got["access_token"].(string)
	if got := b.get("/v25.0/me?fields=id&access_token=" + token); got["id"] != "2222222222222222" {
		t.Errorf("me is %v", got)
	}
	data, _ := json.Marshal(b.get("/v25.0/me/permissions?access_token=" + token)["data"])
	const want = `[{"permission":"public_profile","status":"granted"},{"permission":"email","status":"granted"},{"permission":"user_birthday","status":"declined"}]`
	if string(data) != want {
		t.Errorf("permissions\n got %s\nwant %s", data, want)
	}

	// What was declined is not asked for again, by and by.
	b.open(facebook, ask("scope", "email,user_birthday")).press("who", "ana").left(shop)
	b.open(facebook, ask("scope", "email,user_birthday", "auth_type", "rerequest")).press("who", "ana")
	if strings.Contains(b.page, `value="email"`) || !strings.Contains(b.page, `value="user_birthday" checked`) {
		t.Errorf("asked again:\n%s", b.page)
	}
	b.press("allow", "1").left(shop)
	b.open(facebook, ask("auth_type", "rerequest", "scope", "email,user_birthday", "response_type", "token granted_scopes"))
	_, f := b.press("who", "ana").left(shop)
	if f.Get("granted_scopes") != "public_profile,email,user_birthday" || f.Get("denied_scopes") != "" || f.Get("expires_in") != "7200" {
		t.Errorf("the fragment has %v", f)
	}
	if got := b.get("/v25.0/me?fields=id&access_token=" + f.Get("access_token")); got["id"] != "2222222222222222" {
		t.Errorf("me is %v", got)
	}
}

// Who cancels changes nothing and is told to the app in the recorded words.
func TestLoginCancelled(t *testing.T) {
	b := browse(t, opened(t))
	const want = shop + "?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied&state=s#_=_"
	b.open(facebook, ask("state", "s")).press("cancel", "1")
	if got := b.header.Get("Location"); got != want {
		t.Errorf("at once\n got %s\nwant %s", got, want)
	}
	b.open(facebook, ask("state", "s")).press("who", "ana").press("cancel", "1")
	if got := b.header.Get("Location"); got != want {
		t.Errorf("when asked\n got %s\nwant %s", got, want)
	}
	b.open(facebook, ask("redirect_uri", shop+"?lang=en", "state", "")).press("cancel", "1")
	if got := b.header.Get("Location"); !strings.HasPrefix(got, shop+"?lang=en&error=") || !strings.HasSuffix(got, "&state=#_=_") {
		t.Errorf("behind a query: %s", got)
	}
}

// Both a code and a token come in the fragment.
func TestLoginWithCodeAndToken(t *testing.T) {
	b := browse(t, opened(t))
	b.open("http://localhost/dialog/oauth", ask("response_type", "code token", "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256"))
	q, f := b.press("who", "ana").press("allow", "1").left(shop + "#access_token=")
	if len(q) > 0 || f.Get("code") == "" || f.Get("state") == "" || f.Get("data_access_expiration_time") == "" {
		t.Fatalf("query %v, fragment %v", q, f)
	}
	got := b.get("/oauth/access_token?client_id=1234567890123456&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&redirect_uri=" + url.QueryEscape(shop) + "&code=" + f.Get("code"))
	if got["access_token"] == nil {
		t.Errorf("the code gives %v", got)
	}
}

// Nothing is redirected to an address that the app does not name. [T-TOK-14]
func TestLoginRefuses(t *testing.T) {
	kith := opened(t)
	b := browse(t, kith)
	dev, free := kith.App("dev").ID, kith.App("open").ID
	tests := map[string]struct {
		ask  url.Values
		want string
	}{
		"no app":            {ask("client_id", ""), "Invalid App ID"},
		"unknown app":       {ask("client_id", "99"), "Invalid App ID"},
		"deleted app":       {ask("client_id", kith.App("gone").ID), "Invalid App ID"},
		"no address":        {ask("redirect_uri", ""), "URL blocked"},
		"longer address":    {ask("redirect_uri", shop+"/more"), "URL blocked"},
		"shorter address":   {ask("redirect_uri", "https://shop.example/"), "URL blocked"},
		"dots":              {ask("redirect_uri", "https://shop.example/x/../cb"), "URL blocked"},
		"subdomain":         {ask("redirect_uri", "https://evil.shop.example/cb"), "URL blocked"},
		"suffix":            {ask("redirect_uri", "https://shop.example.evil/cb"), "URL blocked"},
		"user":              {ask("redirect_uri", "https://shop.example@evil.example/cb"), "URL blocked"},
		"fragment":          {ask("redirect_uri", shop+"#x"), "URL blocked"},
		"line break":        {ask("redirect_uri", shop+"\r\nX-Evil: 1"), "URL blocked"},
		"other query":       {ask("redirect_uri", shop+"?lang=de"), "URL blocked"},
		"plain http":        {ask("redirect_uri", "http://shop.example/cb"), "URL blocked"},
		"upper case":        {ask("redirect_uri", "https://SHOP.example/cb"), "URL blocked"},
		"this machine":      {ask("redirect_uri", "http://localhost:3000/"), "URL blocked"},
		"not this machine":  {ask("client_id", free, "redirect_uri", "http://localhost.evil.example/"), "URL blocked"},
		"user@this machine": {ask("client_id", free, "redirect_uri", "http://x@localhost/"), "URL blocked"},
		"script":            {ask("client_id", free, "redirect_uri", "javascript://localhost/%0aalert(1)"), "URL blocked"},
		"open, elsewhere":   {ask("client_id", free), "URL blocked"},
		"unknown scope":     {ask("scope", "email,<b>fly</b>"), "Invalid Scopes: &lt;b&gt;fly&lt;/b&gt;"},
		"unknown type":      {ask("response_type", "cookie"), "Invalid response_type"},
		"plain challenge":   {ask("code_challenge", strings.Repeat("a", 43)), "Invalid code_challenge"},
		"short challenge":   {ask("code_challenge", "a", "code_challenge_method", "S256"), "Invalid code_challenge"},
	}
	for name, tt := range tests {
		if b.open(facebook, tt.ask); b.status != 400 || !strings.Contains(b.page, tt.want) || b.header.Get("Location") != "" {
			t.Errorf("%s: status %d, to %q:\n%s", name, b.status, b.header.Get("Location"), b.page)
		}
	}
	for name, v := range map[string]url.Values{
		"open":        ask("client_id", free, "redirect_uri", "http://127.0.0.1:3000/x?y=1"),
		"IPv6":        ask("client_id", free, "redirect_uri", "http://[::1]:3000/"),
		"development": ask("client_id", dev, "redirect_uri", "http://localhost/"),
		"desktop":     ask("redirect_uri", "https://www.facebook.com/connect/login_success.html"),
		"mobile":      ask("redirect_uri", "fb1234567890123456://authorize"),
	} {
		if b.open(facebook, v); b.status != 200 {
			t.Errorf("%s: status %d:\n%s", name, b.status, b.page)
		}
	}
}

// An app in development lets in nobody without a role.
func TestLoginInDevelopment(t *testing.T) {
	kith := opened(t)
	b := browse(t, kith)
	b.open(facebook, ask("client_id", kith.App("dev").ID, "redirect_uri", "https://dev.example/"))
	if !strings.Contains(b.page, `value="ana"`) || strings.Contains(b.page, `value="ben"`) {
		t.Errorf("who may log in:\n%s", b.page)
	}
	if b.press("who", "ben"); b.status != 200 || !strings.Contains(b.page, "nobody called <b>ben</b>") {
		t.Errorf("status %d:\n%s", b.status, b.page)
	}
	b.press("who", "ana").press("allow", "1").left("https://dev.example/")
}

// Forms work only from the page itself, and every value on it is text.
func TestLoginPageIsSafe(t *testing.T) {
	kith := opened(t)
	b := browse(t, kith)
	b.open(facebook, ask())
	if strings.Contains(b.page, "<img") || !strings.Contains(b.page, "&lt;img src=x onerror=alert(1)&gt;") {
		t.Errorf("a name is no text:\n%s", b.page)
	}
	for name, want := range map[string]string{"X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Access-Control-Allow-Origin": "", "Set-Cookie": ""} {
		if got := b.header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if !strings.HasPrefix(b.header.Get("Content-Security-Policy"), "default-src 'none';") || strings.Contains(b.page, "<script") {
		t.Errorf("scripts may run: %v", b.header)
	}
	ticket := html.UnescapeString(regexp.MustCompile(`name="ticket" value="([^"]*)"`).FindStringSubmatch(b.page)[1])
	form := url.Values{"who": {"ana"}, "allow": {"1"}, "ticket": {ticket}}
	here := b.at
	tests := map[string]struct {
		ticket, at string
		header     http.Header
		want       int
	}{
		"no ticket":      {"", here, nil, 400},
		"made up":        {ticket[:len(ticket)-2] + "AA", here, nil, 400},
		"another page":   {ticket, here + "&scope=email", nil, 400},
		"another origin": {ticket, here, http.Header{"Origin": {"https://evil.example"}}, 403},
		"no origin":      {ticket, here, http.Header{"Origin": {"null"}}, 403},
		"another site":   {ticket, here, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"same site":      {ticket, here, http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		"here":           {ticket, here, http.Header{"Origin": {"https://www.facebook.com"}, "Sec-Fetch-Site": {"same-origin"}}, 302},
	}
	for name, tt := range tests {
		form.Set("ticket", tt.ticket)
		b.at = tt.at
		if b.send(form, tt.header); b.status != tt.want {
			t.Errorf("%s: status %d", name, b.status)
		}
	}
	b.at = here
	form.Set("ticket", ticket)
	kith.Clock().Advance(3600e9)
	if b.send(form, nil); b.status != 400 {
		t.Errorf("an hour later: status %d", b.status)
	}
}

// A login of Instagram is an account's.
func TestInstagramLogin(t *testing.T) {
	b := browse(t, opened(t))
	b.open("https://www.instagram.com/oauth/authorize", ask("scope", "instagram_business_basic,instagram_business_manage_messages", "response_type", "code", "state", "s"))
	if strings.Contains(b.page, "Ana") {
		t.Errorf("people are no accounts:\n%s", b.page)
	}
	q, _ := b.press("who", "bakery_ig").press("allow", "1").left(shop)
	if q.Get("code") == "" || q.Get("state") != "s" || !strings.HasSuffix(b.header.Get("Location"), "#_") {
		t.Errorf("to %s", b.header.Get("Location"))
	}
	b.open("https://www.instagram.com/oauth/authorize", ask("scope", "instagram_business_basic", "state", "s")).press("cancel", "1")
	if got, want := b.header.Get("Location"), shop+"?error=access_denied&error_reason=user_denied&error_description=The+user+denied+your+request&state=s#_"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	// An account has no lists of permissions.
	b.open("https://www.instagram.com/oauth/authorize", ask("scope", "instagram_business_basic", "state", "s", "return_scopes", "true"))
	if q, _ := b.press("who", "bakery_ig").press("allow", "1").left(shop); q.Get("code") == "" || q.Has("granted_scopes") {
		t.Errorf("with return_scopes to %s", b.header.Get("Location"))
	}
	if b.open("https://www.instagram.com/oauth/authorize", ask("scope", "email")); b.status != 400 {
		t.Errorf("a permission of Facebook: status %d", b.status)
	}
}

// An app that is subscribed to permissions is told of what is granted on its login page,
// once, and of nothing that is not.
func TestALoginIsTold(t *testing.T) {
	heard := make(chan string, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- string(body)
	}))
	t.Cleanup(hook.Close)
	kith := kithtest.New(t, kithtest.Options{World: []byte(strings.Replace(loginWorld, "demo: {id:",
		`demo: {webhooks: [{object: permissions, callback_url: "`+hook.URL+`", verify_token: v, fields: [connected, email, user_birthday]}], id:`, 1))})
	b := browse(t, kith)
	b.open(facebook, ask("scope", "email,user_birthday")).press("cancel", "1")
	b.open(facebook, ask("scope", "email,user_birthday")).press("who", "ana").press("allow", "1", "user_birthday").left(shop)
	b.open(facebook, ask("scope", "email")).press("who", "ana").left(shop)
	b.open(facebook, ask("scope", "user_birthday", "auth_type", "rerequest", "response_type", "code token")).press("who", "ana").press("allow", "1").left(shop + "#access_token=")
	for _, want := range []string{
		`"changes":[{"field":"connected","verb":"granted"},{"field":"email","value":{"verb":"granted"}}]`,
		`"changes":[{"field":"user_birthday","value":{"verb":"granted"}}]`,
	} {
		select {
		case got := <-heard:
			if !strings.Contains(got, want) || !strings.Contains(got, `"uid":"2222222222222222"`) {
				t.Errorf("it heard\n     %s\nwant %s", got, want)
			}
		case <-time.After(2 * time.Minute):
			t.Fatalf("it heard nothing of %s", want)
		}
	}
}
