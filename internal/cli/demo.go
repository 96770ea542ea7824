package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"

	"github.com/kithgraph/kith/internal/world"
)

// checkDemo checks the demo world and lists whom it has and what is answered
// for them.
func (r *Run) checkDemo(ctx context.Context) (err error) {
	g, err := scratch(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	file := &worldFile{name: "demo", body: bytes.NewReader(world.Demo())}
	if err := file.into(ctx, g, nil); err != nil {
		return err
	}
	if !r.json {
		if err := r.printWorld(ctx, "ok", g); err != nil {
			return err
		}
		r.outcomes()
		return nil
	}
	s, err := g.World.State(ctx)
	if err != nil {
		return err
	}
	r.print(map[string]any{"ok": true, "counts": s.Counts, "outcomes": world.Outcomes()})
	return nil
}

// outcomes prints the people of the demo world as a table.
func (r *Run) outcomes() {
	rows := [][]string{{"PERSON", "WHERE", "ANSWER", "BACKED BY"}}
	for _, o := range world.Outcomes() {
		rows = append(rows, []string{o.Person, cmp.Or(o.Page, o.Instagram), o.Answer, o.Reference})
	}
	r.say("")
	r.table(rows)
}
