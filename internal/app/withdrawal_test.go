package app

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

// post sends a form to the Graph.
func post(g *Graph, target, form string) *graph.Out {
	out := &graph.Out{}
	g.Serve(context.Background(), &graph.In{Method: "POST", Target: target, Host: "localhost", ContentType: "application/x-www-form-urlencoded",
		Body: []byte(form), Header: func(string) string { return "" }}, out)
	return out
}

var pictureURL = regexp.MustCompile(`"profile_pic":"http:\\/\\/[^\\]*(\\/[^"]*)"`)

func picturePathOf(t *testing.T, out *graph.Out) string {
	t.Helper()
	m := pictureURL.FindSubmatch(out.Body)
	if m == nil {
		t.Fatalf("no picture in %s", out.Body)
	}
	return strings.ReplaceAll(string(m[1]), `\/`, "/")
}

// A withdrawal counts after whatever number an event claimed for itself.
func TestWithdrawalAfterTheHighestNumber(t *testing.T) {
	l := openLab(t, Settings{}, "pages: {shop: {}}\npeople: {ana: {first_name: Ana}}\n")
	for _, seq := range []int64{-1, consent.MaxSeq + 1, math.MaxInt64} {
		if _, err := l.World.Act(t.Context(), world.Action{Person: "ana", Page: "shop", Event: "message", Seq: seq}); err == nil {
			t.Errorf("seq %d was taken", seq)
		}
	}
	l.act(t, world.Action{Person: "ana", Page: "shop", Event: "message", Seq: consent.MaxSeq})
	l.learn(t)
	shop := l.ids.Pages["shop"]
	target := "/v25.0/" + shop.PSIDs["ana"] + "?fields=first_name&access_token=" + shop.Token
	if out := serveOnce(l.Graph, target); !strings.Contains(string(out.Body), "Ana") {
		t.Fatalf("before: %s", out.Body)
	}
	l.act(t, world.Action{Person: "ana", Page: "shop", Event: "revoke"})
	if out := serveOnce(l.Graph, target); string(out.Body) != "{}" {
		t.Errorf("after the revocation: %s", out.Body)
	}
}

// A picture URL is one app's: it ends with that app's consent, not with the last one.
func TestPictureURLIsOneApps(t *testing.T) {
	l := openLab(t, Settings{PublicURL: "http://localhost"},
		"apps: {one: {}, two: {}}\npages: {shop: {apps: [one, two]}}\npeople: {ana: {first_name: Ana, contacts: {shop: message}}}\n")
	shop := l.ids.Pages["shop"]
	two, err := l.World.MintToken(t.Context(), world.TokenSpec{Page: "shop", App: "two"})
	if err != nil {
		t.Fatal(err)
	}
	read := func(token string) string {
		return picturePathOf(t, serveOnce(l.Graph, "/v25.0/"+shop.PSIDs["ana"]+"?fields=profile_pic&access_token="+token))
	}
	ofOne, ofTwo := read(shop.Token), read(two)
	l.act(t, world.Action{Person: "ana", Page: "shop", App: "one", Event: "revoke"})
	if out := serveOnce(l.Graph, ofOne); out.Status != 403 {
		t.Errorf("of the app that lost consent: %d", out.Status)
	}
	if out := serveOnce(l.Graph, ofTwo); out.Status != 200 {
		t.Errorf("of the other app: %d", out.Status)
	}
	if err := l.World.Mode(t.Context(), "two", "development"); err != nil {
		t.Fatal(err)
	}
	if out := serveOnce(l.Graph, ofTwo); out.Status != 403 {
		t.Errorf("of an app in development: %d", out.Status)
	}
}

// Whoever was erased at a Page has no ID there any more, whatever happens next.
func TestNoNewIDAfterAnErasureAtAPage(t *testing.T) {
	l := openLab(t, Settings{}, "pages: {shop: {}}\npeople: {ana: {first_name: Ana, contacts: {shop: message}}}\n")
	l.act(t, world.Action{Person: "ana", Page: "shop", Event: "erase"})
	if ch := l.act(t, world.Action{Person: "ana", Page: "shop", Event: "message"}); ch.Result != "dead" || ch.ScopedID != "" {
		t.Errorf("got %+v", ch)
	}
	l.learn(t)
	if id := l.ids.Pages["shop"].PSIDs["ana"]; id != "" {
		t.Errorf("ana has the ID %s again", id)
	}
}

// A person whose session ran out logs in with another token.
func TestLoginAfterExpiry(t *testing.T) {
	l := openLab(t, Settings{}, "people: {ana: {first_name: Ana, apps: [app]}}\n")
	old := l.ids.People["ana"].Tokens["app"]
	if err := l.World.ExpireToken(t.Context(), old, l.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	ch := l.act(t, world.Action{Person: "ana", App: "app", Event: "install"})
	if ch.Token == old {
		t.Error("the expired token came back")
	}
	if out := serveOnce(l.Graph, "/me?access_token="+ch.Token); out.Status != 200 {
		t.Errorf("the new token: %d %s", out.Status, out.Body)
	}
}

// An app that came without a secret gets one: "APPID|" is nobody's token.
func TestAnAppWithoutASecretGetsOne(t *testing.T) {
	l := openLab(t, Settings{}, "")
	line := `{"app":{"handle":"nos","id":"3555555555555551","name":"N","type":"business","mode":"live"}}` + "\n"
	if err := l.World.Import(t.Context(), strings.NewReader(line), nil); err != nil {
		t.Fatal(err)
	}
	if out := serveOnce(l.Graph, "/v25.0/app?access_token=3555555555555551%7C"); out.Status == 200 {
		t.Errorf("an empty secret was taken: %s", out.Body)
	}
	l.learn(t)
	if out := serveOnce(l.Graph, "/v25.0/app?access_token="+strings.ReplaceAll(l.ids.Apps["nos"].Token, "|", "%7C")); out.Status != 200 {
		t.Errorf("its secret: %d %s", out.Status, out.Body)
	}
}

// A reset to a world that cannot be loaded leaves everything as it was.
func TestFailedResetChangesNothing(t *testing.T) {
	for name, set := range map[string]Settings{"memory": {}, "sqlite": {Path: t.TempDir() + "/kith.db"}} {
		t.Run(name, func(t *testing.T) {
			l := openLab(t, set, "pages: {shop: {}}\npeople: {ana: {first_name: Ana, contacts: {shop: message}}}\n")
			shop := l.ids.Pages["shop"]
			target := "/v25.0/" + shop.PSIDs["ana"] + "?fields=first_name&access_token=" + shop.Token
			w, err := world.Parse("w.yaml", []byte("apps: {a: {}}\npeople: {zoe: {first_name: Zoe, picture: \"file:nothere.jpg\"}}\n"), l.Schema)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Reset(t.Context(), w); err == nil {
				t.Error("the world was taken")
			}
			if out := serveOnce(l.Graph, target); out.Status != 200 || !strings.Contains(string(out.Body), "Ana") {
				t.Errorf("after: %d %s", out.Status, out.Body)
			}
		})
	}
}

// Long texts are neither kept nor read to the end.
func TestLongFieldsAreNotKept(t *testing.T) {
	l := openLab(t, Settings{}, "pages: {shop: {}}\npeople: {ana: {first_name: Ana, contacts: {shop: message}}}\n")
	shop := l.ids.Pages["shop"]
	form := func(n int) string {
		return fmt.Sprintf("method=get&access_token=%s&fields=first_name.limit(%s)", shop.Token, strings.Repeat("0", n))
	}
	if out := post(l.Graph, "/v25.0/"+shop.PSIDs["ana"], form(10_000)); out.Status != 200 {
		t.Errorf("10,000 digits: %d %s", out.Status, out.Body)
	}
	out := post(l.Graph, "/v25.0/"+shop.PSIDs["ana"], form(20_000))
	if out.Status != 500 || !strings.Contains(string(out.Body), `"code":1,`) || len(out.Body) > 1000 {
		t.Errorf("20,000 digits: %d %.200s", out.Status, out.Body)
	}
}
