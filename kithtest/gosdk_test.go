package kithtest_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/kithtest"
)

// A session speaks to the Graph as the Go SDK of the field does: a GET has its
// parameters in the query, everything else is a multipart POST; DELETE is a POST
// with method=DELETE; what is no string goes as JSON; a batch answers entries with
// code and body. [code HUANDU]
type session struct {
	t       *testing.T
	http    *http.Client
	base    string
	token   string
	secret  string // adds appsecret_proof
	version string
	debug   string
}

type values map[string]any

// A graphError is the error of an answer, as the SDK hands it on.
type graphError struct {
	Message   string `json:"message"`
	Type      string `json:"type"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode"`
	Transient bool   `json:"is_transient"`
	Trace     string `json:"fbtrace_id"`
}

func (e *graphError) Error() string {
	return fmt.Sprintf("%s: %d/%d %s", e.Type, e.Code, e.Subcode, e.Message)
}

// text is a parameter as it is sent.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func (s *session) common(p values) map[string]string {
	all := map[string]string{}
	for name, v := range p {
		all[name] = text(v)
	}
	if s.token != "" {
		all["access_token"] = s.token
	}
	if s.secret != "" {
		mac := hmac.New(sha256.New, []byte(s.secret))
		io.WriteString(mac, s.token)
		all["appsecret_proof"] = hex.EncodeToString(mac.Sum(nil))
	}
	if s.debug != "" {
		all["debug"] = s.debug
	}
	return all
}

// raw sends a call and returns the text of the answer.
func (s *session) raw(method, path string, p values) (string, http.Header) {
	s.t.Helper()
	target := s.base + s.version + "/" + strings.TrimPrefix(path, "/")
	var body bytes.Buffer
	verb, kind := http.MethodPost, ""
	if method == http.MethodGet {
		q := url.Values{}
		for name, v := range s.common(p) {
			q.Set(name, v)
		}
		verb, target = method, target+"?"+q.Encode()
	} else {
		w := multipart.NewWriter(&body)
		for name, v := range s.common(p) {
			w.WriteField(name, v)
		}
		if method == http.MethodDelete {
			w.WriteField("method", method)
		}
		w.Close()
		kind = w.FormDataContentType()
	}
	return s.fetch(verb, target, kind, &body)
}

func (s *session) fetch(verb, target, kind string, body io.Reader) (string, http.Header) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), verb, target, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b), resp.Header
}

// decode makes a result of an answer: the status does not count, only the body.
func decode(text string, into any) error {
	var failed struct{ Error *graphError }
	if json.Unmarshal([]byte(text), &failed) == nil && failed.Error != nil {
		return failed.Error
	}
	return json.Unmarshal([]byte(text), into)
}

func (s *session) call(method, path string, p values, into any) error {
	s.t.Helper()
	answer, _ := s.raw(method, path, p)
	return decode(answer, into)
}

func (s *session) must(method, path string, p values, into any) {
	s.t.Helper()
	if err := s.call(method, path, p, into); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// An entry is what a batch answers to one call: without either member the SDK
// gives up.
type entry struct {
	Code *int
	Body *string
}

func (s *session) batch(calls []values) []*entry {
	s.t.Helper()
	var list []*entry
	s.must(http.MethodPost, "", values{"batch": calls, "include_headers": true}, &list)
	return list
}

const shop = `
apps:   {demo: {redirect_uris: [https://shop.example/cb]}}
pages:  {a: {}, b: {}, c: {}, d: {}, e: {}}
people:
  ana: {first_name: Ana, apps: {demo: [public_profile, user_likes, user_posts, publish_actions]}, likes: [{to: a, at: 2017-03-01T10:00:00Z}, {to: b, at: 2017-03-02T10:00:00Z}, {to: c, at: 2017-03-03T10:00:00Z}, {to: d, at: 2017-03-04T10:00:00Z}, {to: e, at: 2017-03-05T10:00:00Z}]}
`

func open(t *testing.T) (*kithtest.Server, *session) {
	kith := kithtest.New(t, kithtest.Options{World: []byte(shop)})
	s := &session{t: t, http: &http.Client{}, base: kith.URL() + "/", version: "v2.10", token: kith.Person("ana").Token("demo")}
	t.Cleanup(s.http.CloseIdleConnections)
	return kith, s
}

func TestGoClientReads(t *testing.T) {
	kith, s := open(t)
	s.secret = kith.App("demo").Secret
	var me struct {
		ID, Name string
		First    string `json:"first_name"`
	}
	s.must("GET", "me", values{"fields": []string{"first_name", "name"}}, &me)
	if me.First != "Ana" || me.Name != "Ana" || me.ID != kith.Person("ana").ASID("demo") {
		t.Errorf("me is %+v", me)
	}
	s.secret = "wrong"
	err := s.call("GET", "me", nil, &me)
	if g, ok := errors.AsType[*graphError](err); !ok || g.Code != 100 || g.Type != "GraphMethodException" || g.Trace == "" {
		t.Errorf("with a wrong proof: %v", err)
	}
}

// The SDK reads the version of the answer and where it was made from headers, and
// messages from __debug__.
func TestGoClientDebugs(t *testing.T) {
	_, s := open(t)
	s.debug = "all"
	answer, header := s.raw("GET", "me", values{"fields": "friends"})
	var got struct {
		Debug struct {
			Messages []struct{ Message, Type, Link string }
		} `json:"__debug__"`
	}
	if err := decode(answer, &got); err != nil || len(got.Debug.Messages) == 0 || got.Debug.Messages[0].Type == "" {
		t.Errorf("no messages in %s, %v", answer, err)
	}
	if v := header.Get("Facebook-Api-Version"); v != "v2.10" {
		t.Errorf("version of the answer %q", v)
	}
	if header.Get("X-Fb-Debug") == "" || header.Get("X-Fb-Rev") == "" {
		t.Error("no X-FB-Debug or x-fb-rev")
	}
}

func TestGoClientWrites(t *testing.T) {
	_, s := open(t)
	var post struct{ ID string }
	s.must("POST", "me/feed", values{"message": "Hello, 世界 & <you>", "privacy": values{"value": "SELF"}}, &post)
	var read struct{ Message string }
	s.must("GET", post.ID, values{"fields": "message"}, &read)
	if read.Message != "Hello, 世界 & <you>" {
		t.Errorf("message %q", read.Message)
	}
	var done struct{ Success bool }
	s.must("DELETE", post.ID, nil, &done)
	if !done.Success {
		t.Error("not deleted")
	}
	err := s.call("GET", post.ID, nil, &read)
	if g, ok := errors.AsType[*graphError](err); !ok || g.Code != 100 || g.Subcode != 33 {
		t.Errorf("after it was deleted: %v", err)
	}
}

func TestGoClientBatches(t *testing.T) {
	kith, s := open(t)
	list := s.batch([]values{
		{"method": "get", "relative_url": "me?fields=first_name"},
		{"method": "post", "relative_url": "me/feed", "body": "message=from+a+batch", "name": "post", "omit_response_on_success": false},
		{"method": "get", "relative_url": "{result=post:$.id}?fields=message"},
		{"method": "get", "relative_url": "me/picture?redirect=0"},
		{"method": "get", "relative_url": "nowhere"},
	})
	var got []string
	for i, e := range list {
		if e == nil || e.Code == nil || e.Body == nil {
			t.Fatalf("entry %d has no code or no body", i)
		}
		var first struct {
			First   string `json:"first_name"`
			Message string
		}
		err := decode(*e.Body, &first)
		kind := ""
		if g, ok := errors.AsType[*graphError](err); ok {
			kind = g.Type
		} else if err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
		got = append(got, fmt.Sprint(*e.Code, " ", first.First, first.Message, kind))
	}
	want := []string{"200 Ana", "200 ", "200 from a batch", "200 ", "404 OAuthException"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a batch (-want +got)\n%s", diff)
	}
	s.token = kith.Person("ana").Token("demo") + "x"
	err := s.call("POST", "", values{"batch": []values{{"method": "get", "relative_url": "me"}}}, &list)
	if g, ok := errors.AsType[*graphError](err); !ok || g.Code != 190 {
		t.Errorf("a batch with a bad token: %v", err)
	}
}

// The SDK follows the links of an answer as they are.
func TestGoClientPages(t *testing.T) {
	_, s := open(t)
	type page struct {
		Data   []struct{ Name string }
		Paging struct{ Next, Previous string }
	}
	var p page
	s.must("GET", "me/likes", values{"limit": 2, "fields": "name"}, &p)
	var forth, back []string
	walk := func(names *[]string, next func() string) {
		for {
			for _, d := range p.Data {
				*names = append(*names, d.Name)
			}
			if next() == "" {
				return
			}
			answer, _ := s.fetch("GET", next(), "", nil)
			p = page{}
			if err := decode(answer, &p); err != nil {
				t.Fatal(err)
			}
		}
	}
	walk(&forth, func() string { return p.Paging.Next })
	walk(&back, func() string { return p.Paging.Previous })
	if want := []string{"E", "D", "C", "B", "A"}; !cmp.Equal(forth, want) {
		t.Errorf("forth: %v, want %v", forth, want)
	}
	if want := []string{"A", "C", "B", "E", "D"}; !cmp.Equal(back, want) { // a page is in its own order
		t.Errorf("back: %v, want %v", back, want)
	}
}

func TestGoClientTokens(t *testing.T) {
	kith, s := open(t)
	demo := kith.App("demo")
	var long struct {
		Token   string `json:"access_token"`
		Kind    string `json:"token_type"`
		Expires int    `json:"expires_in"`
	}
	s.must("GET", "oauth/access_token", values{"grant_type": "fb_exchange_token", "client_id": demo.ID, "client_secret": demo.Secret, "fb_exchange_token": s.token}, &long)
	if long.Token == "" || long.Kind != "bearer" || long.Expires != 5_184_000 {
		t.Errorf("exchanged for %+v", long)
	}
	var code struct{ Code string }
	s.must("GET", "oauth/client_code", values{"client_id": demo.ID, "client_secret": demo.Secret, "redirect_uri": "https://shop.example/cb"}, &code)
	var fresh struct {
		Token string `json:"access_token"`
	}
	s.token = ""
	s.must("GET", "oauth/access_token", values{"client_id": demo.ID, "client_secret": demo.Secret, "redirect_uri": "https://shop.example/cb", "code": code.Code}, &fresh)
	s.token = demo.ID + "|" + demo.Secret
	var inspected struct {
		Data struct {
			App    string   `json:"app_id"`
			User   string   `json:"user_id"`
			Valid  bool     `json:"is_valid"`
			Scopes []string `json:"scopes"`
		}
	}
	s.must("GET", "debug_token", values{"input_token": fresh.Token}, &inspected)
	if d := inspected.Data; d.App != demo.ID || d.User != kith.Person("ana").ASID("demo") || !d.Valid || len(d.Scopes) != 4 {
		t.Errorf("debug_token says %+v", d)
	}
}
