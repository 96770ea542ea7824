package plugin_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/kithtest"
)

const doorWorld = `
apps:
  demo:  {id: "1234567890123456", secret: 0123456789abcdef0123456789abcdef}
  other: {id: "6543210987654321"}
  dev:   {id: "1111222233334444", mode: development, roles: {ana: tester}}
pages:
  bakery:
    id: "2233445566778899"
    username: cornerbakery
    name: "<img src=x onerror=alert(1)>"
    app: demo
    instagram: bakery_ig
    messenger_profile:
      get_started: {payload: START}
      whitelisted_domains: ["https://shop.example", "https://shop.example:8443/x", "https://two.example/a;b"]
      persistent_menu:
        - locale: default
          call_to_actions:
            - {type: web_url, title: Order, url: "https://shop.example/order", messenger_extensions: true}
            - {type: web_url, title: "</b><script>alert(2)//", url: "https://plain.example/\"onload=alert(3)"}
            - {type: postback, title: Hours, payload: HOURS}
        - locale: fr_FR
          call_to_actions: [{type: postback, title: Heures, payload: HOURS}, {type: nested, title: Plus, call_to_actions: [{type: postback, title: Encore, payload: E}]}]
      greeting: [{locale: default, text: Hello}, {locale: fr_FR, text: "Bonjour {{user_first_name}}, {{user_full_name}}!"}]
      ice_breakers:
        - {locale: fr_FR, call_to_actions: [{question: "Quand?", payload: W}]}
        - {locale: default, call_to_actions: [{question: "When?", payload: W}]}
  lab: {id: "3344556677889900", app: dev, messenger_profile: {whitelisted_domains: ["https://shop.example"]}}
instagram: {bakery_ig: {username: bakery, apps: [demo], id: "17841400000000001"}}
people:
  ana: {first_name: Ana, last_name: Lima, locale: fr_FR, email: ana@people.example, instagram: {username: ana}}
  ben: {first_name: "<script>alert(4)</script>", last_name: "\"'&"}
  gus: {account: guest}
  zoe: {account: deactivated}
events: [{page: bakery, person: ana, event: page_first}, {page: bakery, person: ben, event: page_first}]
`

const (
	page    = "2233445566778899"
	talkURL = "https://www.facebook.com/messages/t/" + page
	sendURL = "https://www.facebook.com/plugins/send_to_messenger.php?app_id=1234567890123456&page_id=" + page + "&origin=https%3A%2F%2Fshop.example"
)

// A browser without scripts.
type browser struct {
	t      *testing.T
	kith   *kithtest.Server
	at     string
	status int
	page   string
	header http.Header
}

func opened(t *testing.T) *browser {
	return &browser{t: t, kith: kithtest.New(t, kithtest.Options{World: []byte(doorWorld)})}
}

func (b *browser) do(method, at string, form url.Values, header map[string]string) *browser {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, at, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	client := b.kith.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.status, b.page, b.header = at, resp.StatusCode, string(text), resp.Header
	if b.header.Get("Set-Cookie") != "" {
		b.t.Errorf("%s %s sets a cookie", method, at)
	}
	return b
}

func (b *browser) open(at string) *browser { b.t.Helper(); return b.do("GET", at, nil, nil) }

func (b *browser) send(form url.Values) *browser {
	b.t.Helper()
	return b.do("POST", b.at, form, map[string]string{"Origin": "https://www.facebook.com", "Sec-Fetch-Site": "same-origin"})
}

var hidden = regexp.MustCompile(`name="(ticket|session)" value="([^"]*)"|data-(ticket|view|session)="([^"]*)"`)

// values are what the page would send along.
func (b *browser) values(more ...string) url.Values {
	v := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(b.page, -1) {
		v.Set(m[1]+m[3], html.UnescapeString(m[2]+m[4]))
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// button is what a button of the page sends.
func (b *browser) button(title string) string {
	b.t.Helper()
	m := regexp.MustCompile(`name="button" value="([^"]*)">` + regexp.QuoteMeta(html.EscapeString(title)) + `<`).FindStringSubmatch(b.page)
	if m == nil {
		b.t.Fatalf("no button %q:\n%s", title, b.page)
	}
	return m[1]
}

// talk opens the conversation as a person.
func (b *browser) talk(who string) *browser {
	b.t.Helper()
	b.open(talkURL)
	return b.send(b.values("who", who))
}

func (b *browser) json() map[string]any {
	b.t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(b.page), &v); err != nil {
		b.t.Fatalf("status %d: %v:\n%s", b.status, err, b.page)
	}
	return v
}

// session is one of a person, as the window of a plugin hands it over.
func (b *browser) session(who string) string {
	b.t.Helper()
	b.open("https://www.facebook.com/plugins/session")
	return b.send(b.values("who", who)).values().Get("session")
}

// sent is what a plugin answers to somebody who clicks.
func (b *browser) sent(at, session string, more ...string) map[string]any {
	b.t.Helper()
	b.open(at)
	return b.send(b.values(append(more, "session", session)...)).json()
}

func TestScripts(t *testing.T) {
	b := opened(t)
	for at, want := range map[string]int{
		"https://connect.facebook.net/en_US/messenger.Extensions.js":       200,
		"https://connect.facebook.net/de_DE/messenger.Extensions.js?v=2":   200,
		"https://connect.facebook.net/en_US/v2.6/messenger.Extensions.js":  200,
		"https://connect.facebook.net/en_US/messenger.Extensions/debug.js": 200,
		"https://connect.facebook.net/en_US/sdk.js":                        200,
		"https://connect.facebook.net/en_US/sdk/xfbml.customerchat.js":     200,
		"http://localhost/en_US/sdk.js":                                    200,
		"https://connect.facebook.net/xx_XX/sdk.js":                        400,
		"https://connect.facebook.net/en_US/other.js":                      400,
		"https://connect.facebook.net/en_US/..%2fsession.js":               400,
		"https://connect.facebook.net/en_US/session.js":                    400,
	} {
		b.open(at)
		if b.status != want {
			t.Errorf("%s: status %d, want %d", at, b.status, want)
		}
		if script := strings.HasPrefix(b.header.Get("Content-Type"), "application/x-javascript"); script != (want == 200) || script != (b.header.Get("Access-Control-Allow-Origin") == "*" && strings.HasPrefix(b.page, "//")) {
			t.Errorf("%s: %v\n%.80s", at, b.header, b.page)
		}
	}
}

// Everything that comes from a world is a text on a page, and pages of people are in no
// frame. [T-INJ-03]
func TestPagesAreSafe(t *testing.T) {
	b := opened(t)
	check := func(where string, frames bool) {
		t.Helper()
		if b.status != 200 {
			t.Errorf("%s: status %d:\n%s", where, b.status, b.page)
		}
		for _, bad := range []string{"<img", "<script>alert", "\"onload", "javascript:"} {
			if strings.Contains(b.page, bad) {
				t.Errorf("%s has %s:\n%s", where, bad, b.page)
			}
		}
		policy := b.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", where, policy)
		}
		if alone := strings.HasSuffix(policy, "frame-ancestors 'none'") && b.header.Get("X-Frame-Options") == "DENY"; alone == frames {
			t.Errorf("%s: %v", where, b.header)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": ""} {
			if got := b.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", where, name, got)
			}
		}
	}
	b.open("https://www.facebook.com/plugins/session")
	check("who it is", false)
	b.send(b.values("who", "ben"))
	check("the session", false)
	b.open("https://m.me/cornerbakery?ref=poster")
	check("m.me", false)
	b.open("https://ig.me/m/bakery_ig?ref=poster")
	check("ig.me", false)
	b.talk("ben")
	check("the conversation", false)
	b.send(b.values("do", "say", "text", "</ul><script>alert(5)</script>"))
	check("with a message", false)
	b.send(b.values("do", "press", "button", b.button("</b><script>alert(2)//")))
	check("the webview", false)
	for _, name := range []string{"send_to_messenger", "messenger_checkbox", "customerchat"} {
		at := "https://www.facebook.com/plugins/" + name + ".php?page_id=" + page + "&user_ref=u&origin=https%3A%2F%2Fshop.example" +
			"&logged_in_greeting=" + url.QueryEscape("</p><script>alert(6)</script>") + "&cta_text=" + url.QueryEscape("<img src=x>")
		if name != "customerchat" {
			at += "&app_id=1234567890123456"
		}
		b.open(at)
		check(name, true)
		const want = "frame-ancestors http://localhost:* https://localhost:* http://127.0.0.1:* https://127.0.0.1:* https://shop.example https://shop.example:8443 https://two.example"
		if policy := b.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, want) {
			t.Errorf("%s: policy\n got %s\nwant %s", name, policy, want)
		}
	}
}

// Forms work only from the page itself and for an hour.
func TestFormsAreOfThePage(t *testing.T) {
	b := opened(t)
	b.talk("ana")
	form := b.values("do", "say", "text", "hello")
	tests := map[string]struct {
		change []string
		header map[string]string
		want   int
	}{
		"no ticket":         {[]string{"ticket", ""}, nil, 400},
		"a ticket made up":  {[]string{"ticket", strings.Repeat("A", 80)}, nil, 400},
		"another purpose":   {[]string{"ticket", form.Get("session")}, nil, 400},
		"another site":      {nil, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"the same site":     {nil, map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"another origin":    {nil, map[string]string{"Origin": "https://evil.example"}, 403},
		"no origin":         {nil, map[string]string{"Origin": "null"}, 403},
		"another host":      {nil, map[string]string{"Origin": "https://m.me"}, 403},
		"session of nobody": {[]string{"session", "x"}, nil, 200},
		"here":              {nil, map[string]string{"Origin": "https://www.facebook.com"}, 200},
	}
	for name, tt := range tests {
		v := url.Values{}
		for k := range form {
			v.Set(k, form.Get(k))
		}
		for i := 0; i+1 < len(tt.change); i += 2 {
			v.Set(tt.change[i], tt.change[i+1])
		}
		b.do("POST", talkURL, v, tt.header)
		if b.status != tt.want {
			t.Errorf("%s: status %d:\n%s", name, b.status, b.page)
		}
		if said := strings.Contains(b.page, "</b> hello"); said != (name == "here") {
			t.Errorf("%s: said is %v:\n%s", name, said, b.page)
		}
	}
	b.do("PUT", talkURL, form, nil)
	if b.status != 405 {
		t.Errorf("PUT: status %d", b.status)
	}
	b.kith.Clock().Advance(time.Hour)
	if b.do("POST", talkURL, form, nil); b.status != 400 {
		t.Errorf("an hour later: status %d", b.status)
	}
	session := b.session("ana")
	b.kith.Clock().Advance(time.Hour)
	if got := b.sent(sendURL, session, "do", "opt_in"); got["ok"] != false {
		t.Errorf("a session of an hour ago: %v", got)
	}
}

// Nobody but people can sit before a page.
func TestWhoCanBeThere(t *testing.T) {
	b := opened(t)
	for _, who := range []string{"gus", "zoe", "nobody", "bakery", "<b>x</b>", strings.Repeat("a", 5000)} {
		b.talk(who)
		if b.status != 200 || !strings.Contains(b.page, "There is nobody called <b>"+html.EscapeString(who)+"</b>") {
			t.Errorf("%.20s: status %d:\n%.500s", who, b.status, b.page)
		}
	}
	for _, at := range []string{"https://www.facebook.com/messages/t/1", "https://m.me/nobody_at_all", "https://www.facebook.com/messages/t/1234567890123456"} {
		if b.open(at); b.status != 404 {
			t.Errorf("%s: status %d", at, b.status)
		}
	}
	if b.open("https://m.me/cornerbakery?ref=" + url.QueryEscape("<script>")); b.status != 400 {
		t.Errorf("a ref with markup: status %d", b.status)
	}
}

// What a button does is sealed into it, for one person and one Page.
func TestButtonsCannotBeMadeUp(t *testing.T) {
	b := opened(t)
	mine := b.talk("ana").button("Heures")
	b.talk("ben")
	for name, value := range map[string]string{"nothing": "", "made up": "AAAA", "of somebody else": mine, "a session": b.values().Get("session")} {
		b.send(b.values("do", "press", "button", value))
		if b.status != 400 || !strings.Contains(b.page, "This button is gone") {
			t.Errorf("%s: status %d:\n%s", name, b.status, b.page)
		}
		b.talk("ben")
	}
	for _, address := range []string{"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "//shop.example", "https://a b", "https://x@shop.example/", "https://shop.example/\r\nx", "https://shop.example;x/"} {
		b.talk("ben")
		b.send(b.values("do", "shared", "url", address))
		if b.status != 400 {
			t.Errorf("%q was opened: status %d", address, b.status)
		}
	}
}

// webview opens a website in the conversation and gives back what it can ask.
func (b *browser) webview(who, address string) func(more ...string) map[string]any {
	b.t.Helper()
	b.talk(who)
	b.send(b.values("do", "shared", "url", address, "thread", "USER_TO_USER"))
	v := b.values("json", "1", "from", "https://shop.example")
	return func(more ...string) map[string]any {
		b.t.Helper()
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return b.send(v).json()
	}
}

// The SDK is told by its documented numbers what is wrong. [doc error codes]
func TestExtensionErrors(t *testing.T) {
	b := opened(t)
	const app = "1234567890123456"
	for name, tt := range map[string]struct {
		address string
		call    []string
		want    float64
	}{
		"app of another Page":     {"https://shop.example/x", []string{"call", "context", "app_id", "6543210987654321"}, 2018164},
		"no app":                  {"https://shop.example/x", []string{"call", "context", "app_id", "0"}, 2018164},
		"not a number":            {"https://shop.example/x", []string{"call", "context", "app_id", "<b>"}, 2018164},
		"unknown permission":      {"https://shop.example/x", []string{"call", "ask", "permission", "email"}, 2018166},
		"granted unknown":         {"https://shop.example/x", []string{"call", "grant", "permission", "email"}, 2018166},
		"unknown call":            {"https://shop.example/x", []string{"call", "fly"}, 2018154},
		"website not listed":      {"https://sub.shop.example/x", []string{"call", "context", "app_id", app}, 2071011},
		"website of another port": {"https://shop.example:444/x", []string{"call", "context", "app_id", app}, 2071011},
		"went elsewhere":          {"https://shop.example/x", []string{"call", "context", "app_id", app, "from", "https://evil.example"}, 2071011},
		"plain http":              {"https://shop.example/x", []string{"call", "context", "app_id", app, "from", "http://shop.example"}, 2071011},
		"view made up":            {"https://shop.example/x", []string{"call", "context", "app_id", app, "view", "AAAA"}, 2018154},
	} {
		if got := b.webview("ana", tt.address)(tt.call...); got["code"] != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	// In another conversation than with the Page, its ID is another one.
	got := b.webview("ana", "https://shop.example/x")("call", "context", "app_id", app)
	if got["thread_type"] != "USER_TO_USER" || got["tid"] == got["psid"] || got["psid"] != b.kith.Page("bakery").PSID("ana") {
		t.Errorf("in another conversation: %v", got)
	}
	// It leads the Page to itself, and is the same each time.
	tid, _ := got["tid"].(string)
	if again := b.webview("ana", "https://shop.example/x")("call", "context", "app_id", app); again["tid"] != tid {
		t.Errorf("another tid the second time: %v, %s", again, tid)
	}
	b.open("https://graph.facebook.com/v25.0/" + tid + "?access_token=" + b.kith.Page("bakery").Token)
	if b.status != 200 || b.page != `{"tid":"`+tid+`"}` {
		t.Errorf("the tid answers %d %s", b.status, b.page)
	}
	ask := b.webview("ana", "https://shop.example/x")
	b.kith.Clock().Advance(time.Hour)
	b.open(talkURL)
	if got := ask("call", "context", "app_id", app, "ticket", b.values().Get("ticket")); got["code"] != 2018154.0 {
		t.Errorf("an hour later: %v", got)
	}
}

// What can be shared is one element that opens a website. [doc webview sharing]
func TestSharing(t *testing.T) {
	b := opened(t)
	generic := func(element string) string {
		return `{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[` + element + `]}}}`
	}
	good := generic(`{"title":"Rye","subtitle":"fresh","default_action":{"type":"web_url","url":"https://shop.example/rye"}}`)
	og := strings.Replace(generic(`{"url":"https://shop.example/og","buttons":[{"type":"web_url","title":"B","url":"https://shop.example/b"}]}`), "generic", "open_graph", 1)
	button := func(b string) string { return generic(`{"title":"Rye","buttons":[` + b + `]}`) }
	for name, tt := range map[string]struct {
		message, mode string
		ok            bool
	}{
		"generic":            {good, "broadcast", true},
		"here":               {good, "current_thread", true},
		"open graph":         {og, "broadcast", true},
		"no address":         {generic(`{"title":"Rye"}`), "broadcast", true},
		"no mode":            {good, "", false},
		"unknown mode":       {good, "everybody", false},
		"no message":         {"", "broadcast", false},
		"no JSON":            {"{", "broadcast", false},
		"text":               {`{"text":"Hi"}`, "broadcast", false},
		"image":              {`{"attachment":{"type":"image","payload":{"url":"https://shop.example/i.png"}}}`, "broadcast", false},
		"no element":         {generic(""), "broadcast", false},
		"two elements":       {generic(`{"title":"A"},{"title":"B"}`), "broadcast", false},
		"no title":           {generic(`{"title":" "}`), "broadcast", false},
		"two buttons":        {button(`{"type":"web_url","title":"A","url":"https://a.example/"},{"type":"web_url","title":"B","url":"https://b.example/"}`), "broadcast", false},
		"postback":           {button(`{"type":"postback","title":"A","payload":"P"}`), "broadcast", false},
		"script":             {button(`{"type":"web_url","title":"A","url":"javascript:alert(1)"}`), "broadcast", false},
		"script as action":   {generic(`{"title":"A","default_action":{"type":"web_url","url":"data:x"}}`), "broadcast", false},
		"open graph of none": {strings.Replace(generic(`{"title":"A"}`), "generic", "open_graph", 1), "broadcast", false},
		"list":               {strings.Replace(good, "generic", "list", 1), "broadcast", false},
	} {
		got := b.webview("ana", "https://shop.example/x")("call", "share", "message", tt.message, "mode", tt.mode)
		if want := map[bool]any{true: nil, false: 2018163.0}[tt.ok]; got["code"] != want || (got["preview"] != nil) != tt.ok {
			t.Errorf("%s: %v, want code %v", name, got, want)
		}
	}
	ask := b.webview("ana", "https://shop.example/x")
	if got := ask("call", "sent", "message", good, "mode", "broadcast", "to", `[]`); got["is_sent"] != false {
		t.Errorf("sent to nobody: %v", got)
	}
	for _, to := range []string{`["nobody"]`, `["gus"]`, `["zoe"]`, `{}`, ``} {
		if got := ask("call", "sent", "message", good, "mode", "broadcast", "to", to); got["code"] == nil {
			t.Errorf("sent to %s: %v", to, got)
		}
	}
	got := ask("call", "sent", "message", good, "mode", "broadcast", "to", `["ben"]`)
	opens, _ := got["opens"].([]any)
	if got["is_sent"] != true || len(opens) != 1 {
		t.Fatalf("sent to Ben: %v", got)
	}
	first, _ := opens[0].(map[string]any)
	b.open(talkURL)
	v := b.values("do", "shared")
	for _, key := range []string{"session", "url", "thread"} {
		text, _ := first[key].(string)
		v.Set(key, text)
	}
	if b.send(v); b.status != 200 || !strings.Contains(b.page, `src="https://shop.example/rye"`) {
		t.Errorf("what Ben opens: status %d\n%s", b.status, b.page)
	}
}

// What a message offers is there until somebody says something; a menu, a greeting and the
// questions are those of the language of who reads them. [doc quick replies, greeting, persistent menu]
func TestOffers(t *testing.T) {
	b := opened(t)
	b.talk("ana")
	if !strings.Contains(b.page, "Bonjour Ana, Ana Lima!") || strings.Contains(b.page, "Hello") {
		t.Errorf("the greeting:\n%s", b.page)
	}
	b.button("Heures")
	b.button("Quand?")
	b.talk("ben")
	if !strings.Contains(b.page, "Hello") || strings.Contains(b.page, "Heures") {
		t.Errorf("the greeting of others:\n%s", b.page)
	}
	b.button("Hours")
	b.button("When?")

	send := func(message string) {
		t.Helper()
		b.do("POST", "https://graph.facebook.com/v25.0/me/messages?access_token="+b.kith.Page("bakery").Token,
			url.Values{"recipient": {`{"id":"` + b.kith.Page("bakery").PSID("ana") + `"}`}, "message": {message}}, nil)
		if b.status != 200 {
			t.Fatalf("sending: status %d: %s", b.status, b.page)
		}
	}
	b.talk("ana")
	b.send(b.values("do", "say", "text", "hi"))
	send(`{"text":"Which?","quick_replies":[{"content_type":"text","title":"<i>Rye</i>","payload":"RYE"},{"content_type":"user_email"},{"content_type":"user_phone_number"},{"content_type":"location"}]}`)
	b.talk("ana")
	rye := b.button("<i>Rye</i>")
	b.button("ana@people.example")
	if n := strings.Count(b.page, `value="press"`); n != 2+2 { // and the menu
		t.Errorf("%d buttons:\n%s", n, b.page)
	}
	b.send(b.values("do", "press", "button", rye))
	if !strings.Contains(b.page, "<li><b>Ana Lima</b> &lt;i&gt;Rye&lt;/i&gt;") || strings.Contains(b.page, "ana@people.example") {
		t.Errorf("after the answer:\n%s", b.page)
	}
	if b.send(b.values("do", "press", "button", rye)); b.status != 400 || !strings.Contains(b.page, "This button is gone") {
		t.Errorf("a second time: status %d", b.status)
	}
	b.do("POST", "https://graph.facebook.com/v25.0/me/custom_user_settings?access_token="+b.kith.Page("bakery").Token,
		url.Values{"psid": {b.kith.Page("bakery").PSID("ana")}, "persistent_menu": {`[{"locale":"default","composer_input_disabled":true,"call_to_actions":[{"type":"postback","title":"Mine","payload":"M"}]}]`}}, nil)
	b.talk("ana")
	b.button("Mine")
	if strings.Contains(b.page, "Heures") || strings.Contains(b.page, `name="text"`) {
		t.Errorf("a menu of her own:\n%s", b.page)
	}
}

// A number can be called, an element sent to somebody, who opens it, and so can what a
// webview shows, unless its button hides that. Games and payments are not there. [doc buttons,
// share button, url button]
func TestOtherButtons(t *testing.T) {
	b := opened(t)
	b.talk("ana")
	b.send(b.values("do", "say", "text", "hi"))
	b.do("POST", "https://graph.facebook.com/v3.0/me/messages?access_token="+b.kith.Page("bakery").Token,
		url.Values{"recipient": {`{"id":"` + b.kith.Page("bakery").PSID("ana") + `"}`}, "message": {`{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[
			{"title":"Rye","default_action":{"type":"web_url","url":"https://shop.example/rye"},"buttons":[{"type":"element_share"},{"type":"phone_number","title":"Call \"us\"","payload":"+15105551234"},{"type":"web_url","title":"Shut","url":"https://shop.example/shut","webview_share_button":"hide"}]},
			{"title":"Oat","buttons":[{"type":"game_play","title":"Play"},{"type":"payment","title":"Buy","payload":"B"},{"type":"web_url","title":"Wide","url":"https://shop.example/wide"}]}]}}}`}}, nil)
	if b.status != 200 {
		t.Fatalf("sending: status %d: %s", b.status, b.page)
	}
	b.talk("ana")
	for _, want := range []string{`<a href="tel:+15105551234">Call &#34;us&#34;</a>`, `<button disabled>Play</button>`, `<button disabled>Buy</button>`} {
		if !strings.Contains(b.page, want) {
			t.Errorf("no %s in\n%s", want, b.page)
		}
	}
	share, shut, wide := b.button("Share"), b.button("Shut"), b.button("Wide")
	if b.send(b.values("do", "press", "button", shut)); strings.Contains(b.page, ">Share this page</button></form>") {
		t.Errorf("a webview that hides it:\n%s", b.page)
	}
	b.talk("ana")
	if b.send(b.values("do", "press", "button", wide)); !strings.Contains(b.page, ">Share this page</button></form>") {
		t.Errorf("a webview:\n%s", b.page)
	}
	b.talk("ana")
	b.send(b.values("do", "press", "button", share))
	if !strings.Contains(b.page, "<p>https://shop.example/rye</p>") || !strings.Contains(b.page, `<option value="ben">`) || strings.Contains(b.page, `<option value="ana">`) {
		t.Fatalf("sharing: status %d\n%s", b.status, b.page)
	}
	b.send(b.values("do", "shared", "url", "https://shop.example/rye", "thread", "USER_TO_USER", "who", "ben"))
	if !strings.Contains(b.page, `src="https://shop.example/rye"`) {
		t.Errorf("what Ben opens: status %d\n%s", b.status, b.page)
	}
	b.talk("ana")
	for _, bad := range []string{"", "javascript:alert(1)", "https://shop.example/" + strings.Repeat("x", 3000)} {
		if b.send(b.values("do", "share", "url", bad)); b.status != 400 {
			t.Errorf("sharing %.40q: status %d", bad, b.status)
		}
		b.talk("ana")
	}
}

// Log In leads to the app's address with a token, Log Out tells the app. [doc account linking]
func TestLoggingIn(t *testing.T) {
	b := opened(t)
	b.talk("ana")
	b.send(b.values("do", "say", "text", "hi"))
	b.do("POST", "https://graph.facebook.com/v25.0/me/messages?access_token="+b.kith.Page("bakery").Token, url.Values{"recipient": {`{"id":"` + b.kith.Page("bakery").PSID("ana") + `"}`},
		"message": {`{"attachment":{"type":"template","payload":{"template_type":"button","text":"Hi","buttons":[{"type":"account_link","url":"https://bread.example/login?x=1"},{"type":"account_unlink"}]}}}`}}, nil)
	b.talk("ana")
	in, out := b.values("do", "press", "button", b.button("Log In")), b.values("do", "press", "button", b.button("Log Out"))
	if b.send(out); b.status != 400 || !strings.Contains(b.page, "no account of ana is linked") {
		t.Errorf("nobody is logged in: status %d\n%s", b.status, b.page)
	}
	b.send(in)
	to, err := url.Parse(b.header.Get("Location"))
	if err != nil || b.status != 303 || to.Host != "bread.example" || to.Query().Get("x") != "1" || to.Query().Get("account_linking_token") == "" {
		t.Fatalf("logging in: status %d, to %v", b.status, to)
	}
	if b.open(to.Query().Get("redirect_uri") + "&authorization_code=42"); b.status != 200 {
		t.Errorf("coming back: status %d\n%s", b.status, b.page)
	}
	b.at = talkURL
	if b.send(out); b.status != 200 {
		t.Errorf("logging out: status %d\n%s", b.status, b.page)
	}
}

// What asks for notifications is a button, which anybody presses once it is there. [doc one-time
// notification, notification messages]
func TestAskingForNotifications(t *testing.T) {
	b := opened(t)
	b.talk("ana")
	b.send(b.values("do", "say", "text", "hi"))
	for _, kind := range []string{"one_time_notif_req", "notification_messages"} {
		b.do("POST", "https://graph.facebook.com/v25.0/me/messages?access_token="+b.kith.Page("bakery").Token, url.Values{"recipient": {`{"id":"` + b.kith.Page("bakery").PSID("ana") + `"}`},
			"message": {`{"attachment":{"type":"template","payload":{"template_type":"` + kind + `","title":"Rye <b>","payload":"` + kind + `"}}}`}}, nil)
		b.talk("ana")
		b.send(b.values("do", "press", "button", b.button("Rye <b>: Notify Me")))
		if b.status != 200 {
			t.Errorf("%s: status %d\n%s", kind, b.status, b.page)
		}
	}
}

// A plugin is shown on listed websites only, for an app of the Page only; what is
// somebody else's is refused in the words for what is not there.
func TestPluginsAreRefused(t *testing.T) {
	b := opened(t)
	base := func(app, page, from, more string) string {
		return "https://www.facebook.com/plugins/messenger_checkbox.php?app_id=" + app + "&page_id=" + page + "&origin=" + url.QueryEscape(from) + more
	}
	const app, user = "1234567890123456", "&user_ref=u1"
	unlisted := "The domain of this website is not on whitelisted_domains of the Page."
	unknown := "page_id and app_id must be a Page and an app that is connected to it."
	tests := map[string]struct{ at, want string }{
		"subdomain":        {base(app, page, "https://www.shop.example", user), unlisted},
		"suffix":           {base(app, page, "https://shop.example.evil", user), unlisted},
		"plain http":       {base(app, page, "http://shop.example", user), unlisted},
		"port":             {base(app, page, "https://shop.example:444", user), unlisted},
		"user":             {base(app, page, "https://shop.example@evil.example", user), unlisted},
		"null":             {base(app, page, "null", user), unlisted},
		"script":           {base(app, page, "javascript://shop.example/%0aalert(1)", user), unlisted},
		"policy":           {base(app, page, "https://shop.example; script-src *", user), unlisted},
		"none":             {base(app, page, "", user), unlisted},
		"not this machine": {base(app, page, "http://localhost.evil.example", user), unlisted},
		"foreign app":      {base("6543210987654321", page, "https://shop.example", user), unknown},
		"unknown app":      {base("99", page, "https://shop.example", user), unknown},
		"unknown page":     {base(app, "99", "https://shop.example", user), unknown},
		"app as page":      {base(app, app, "https://shop.example", user), unknown},
		"markup as page":   {base(app, "%3Cb%3E", "https://shop.example", user), unknown},
		"no user_ref":      {base(app, page, "https://shop.example", ""), "user_ref is missing."},
		"markup as ref":    {base(app, page, "https://shop.example", user+"&ref=%22%3E%3Cscript%3E"), "ref and user_ref may"},
		"long ref":         {base(app, page, "https://shop.example", user+"&ref="+strings.Repeat("a", 251)), "ref and user_ref may"},
	}
	for name, tt := range tests {
		b.open(tt.at)
		if b.status != 403 || !strings.Contains(b.page, tt.want) || !strings.HasSuffix(b.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: status %d, %s\n%s", name, b.status, b.header.Get("Content-Security-Policy"), b.page)
		}
	}
	for _, from := range []string{"https://shop.example", "https://SHOP.example:443", "http://localhost:3000", "http://127.0.0.1:3000"} {
		if b.open(base(app, page, from, user)); b.status != 200 {
			t.Errorf("%s: status %d:\n%s", from, b.status, b.page)
		}
	}
}

// A click counts only with a session, a ticket of the very plugin, and from itself.
func TestClicksInPlugins(t *testing.T) {
	b := opened(t)
	session := b.session("ana")
	b.open(sendURL)
	form := b.values("session", session, "do", "opt_in")
	b.do("POST", sendURL, form, map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://shop.example"})
	if b.status != 403 {
		t.Errorf("from the website: status %d", b.status)
	}
	if b.do("POST", sendURL+"&ref=other", form, nil); b.status != 400 {
		t.Errorf("with the ticket of another plugin: status %d", b.status)
	}
	for name, s := range map[string]string{"none": "", "made up": "AAAA", "a ticket": form.Get("ticket")} {
		if got := b.sent(sendURL, s, "do", "opt_in"); got["ok"] != false {
			t.Errorf("session %s: %v", name, got)
		}
	}
	if got := b.sent(sendURL, session, "do", "confirm"); got["error"] == nil {
		t.Errorf("a checkbox's click: %v", got)
	}
	if b.granted("ana") {
		t.Error("something was granted")
	}
	if got := b.sent(sendURL, session, "do", "opt_in"); got["ok"] != true || got["name"] != "Ana Lima" || !b.granted("ana") {
		t.Errorf("the click itself: %v", got)
	}
	lab := "https://www.facebook.com/plugins/send_to_messenger.php?app_id=1111222233334444&page_id=3344556677889900&origin=https%3A%2F%2Fshop.example"
	if got := b.sent(lab, b.session("ben"), "do", "opt_in"); !strings.Contains(got["error"].(string), "in development") {
		t.Errorf("without a role: %v", got)
	}
	if got := b.sent(lab, session, "do", "opt_in"); got["ok"] != true {
		t.Errorf("with a role: %v", got)
	}
}

// granted is whether the app of the Page sees a person's name.
func (b *browser) granted(who string) bool {
	b.t.Helper()
	b.do("GET", "https://graph.facebook.com/v25.0/"+b.kith.Page("bakery").PSID(who)+"?fields=first_name&access_token="+b.kith.Page("bakery").Token, nil, nil)
	return strings.Contains(b.page, "first_name")
}
