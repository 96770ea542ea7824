package cli

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/app"
)

// many is a number of things in words: 1 Page, 2 Pages.
func many(n int, what string) string {
	switch {
	case n == 1:
	case what == "person":
		what = "people"
	default:
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}

// printWorld says what is in a Graph.
func (r *Run) printWorld(ctx context.Context, verdict string, g *app.Graph) error {
	s, err := g.World.State(ctx)
	if err != nil {
		return err
	}
	if r.json {
		r.print(map[string]any{"ok": true, "counts": s.Counts})
		return nil
	}
	more := ""
	if s.More {
		more = " and more"
	}
	n := s.Counts
	r.say("%s: %s, %s, %s, %s%s", verdict, many(n["person"], "person"), many(n["page"], "Page"), many(n["app"], "app"),
		many(n["instagram"], "Instagram account"), more)
	return nil
}
