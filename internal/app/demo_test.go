package app

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

// Every edge of the demo world's Alice answers with something, to Alice, and every
// field is shown by somebody to themselves.
func TestDemoShowsEveryEdgeAndField(t *testing.T) {
	ctx := context.Background()
	g, err := Open(ctx, Settings{PublicURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	w, err := world.Parse("demo", world.Demo(), g.Schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Load(ctx, w); err != nil {
		t.Fatal(err)
	}
	ids, err := g.World.IDs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	token := ids.People["alice"].Tokens["demo"]
	n := g.Schema.Node("User")
	for i := range n.Edges {
		e := &n.Edges[i]
		if !e.Has(graph.V(2, 10)) {
			continue
		}
		target := "/v2.10/me/" + e.Name + "?redirect=false&access_token=" + token + "&appsecret_proof=" + access.Proof(ids.Apps["demo"].Secret, token)
		if e.With != "" {
			target += "&" + e.With + "=" + ids.People["carl"].ASIDs["demo"]
		}
		out := serveOnce(g, target)
		var body struct{ Data json.RawMessage }
		if err := json.Unmarshal(out.Body, &body); err != nil || out.Status != 200 || len(body.Data) < 3 {
			t.Errorf("%s: %d %s", e.Name, out.Status, out.Body)
		}
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if !f.Has(graph.V(2, 10)) || f.Deprecated != 0 && f.Deprecated <= graph.V(2, 10) {
			continue
		}
		shown := false
		for _, p := range ids.People {
			for app, token := range p.Tokens {
				out := serveOnce(g, "/v2.10/me?fields="+f.Name+"&access_token="+token+"&appsecret_proof="+access.Proof(ids.Apps[app].Secret, token))
				var body map[string]json.RawMessage
				shown = shown || out.Status == 200 && json.Unmarshal(out.Body, &body) == nil && len(body[f.Name]) > 0
			}
		}
		if !shown {
			t.Errorf("nobody shows %s", f.Name)
		}
	}
}
