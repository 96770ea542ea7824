package app

import (
	"context"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/world"
)

func serveOnce(g *Graph, target string) *graph.Out {
	out := &graph.Out{}
	g.Serve(context.Background(), &graph.In{Method: "GET", Target: target, Host: "localhost", Header: func(string) string { return "" }}, out)
	return out
}

// A store that is gone answers code 2, to be tried again; a record that cannot
// be read answers code 1. Neither says more. [doc error-handling]
func TestFailuresOfTheStore(t *testing.T) {
	ctx := t.Context()
	g, err := Open(ctx, Settings{PublicURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
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
	alice := "/" + ids.Pages["shop"].PSIDs["alice"] + "?access_token=" + ids.Pages["shop"].Token
	if out := serveOnce(g, alice); out.Status != 200 {
		t.Fatalf("before: %d %s", out.Status, out.Body)
	}
	if err := g.DB.Update(ctx, func(tx *store.Tx) error {
		id, err := tx.Resolve(ctx, store.SpaceHandle, "person/alice")
		if err != nil {
			return err
		}
		return tx.Put(ctx, store.Object{ID: id, Kind: store.KindPerson, Data: []byte("\xffcanary")})
	}); err != nil {
		t.Fatal(err)
	}
	out := serveOnce(g, alice)
	if out.Status != 500 || !strings.Contains(string(out.Body), `"message":"An unknown error occurred","type":"OAuthException","is_transient":true,"code":1,`) ||
		strings.Contains(string(out.Body), "canary") {
		t.Errorf("broken record: %d %s", out.Status, out.Body)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	out = serveOnce(g, "/123?access_token="+ids.Apps["demo"].Token)
	if out.Status != 500 || !strings.Contains(string(out.Body), `"message":"(#2) Service temporarily unavailable","type":"OAuthException","is_transient":true,"code":2,`) {
		t.Errorf("closed store: %d %s", out.Status, out.Body)
	}
}
