package cli

import (
	"context"

	"github.com/kithgraph/kith/internal/app"
)

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
	r.say("%s: %d people, %d Pages, %d apps, %d Instagram accounts%s", verdict, n["person"], n["page"], n["app"], n["instagram"], more)
	return nil
}
