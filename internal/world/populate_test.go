package world

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/audit"
	"github.com/kithgraph/kith/internal/store/memory"
)

func populationOf(t *testing.T, plan population.Plan) *population.Population {
	t.Helper()
	p, err := population.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A made-up world is sound, is the same however many people go into one
// transaction, and is what the file of the same plan says once that is imported.
func TestPopulateIsSoundAndAlwaysTheSame(t *testing.T) {
	ctx := context.Background()
	plan := population.Plan{People: 300, Seed: 7, Rate: 0.9}
	var first []byte
	var file bytes.Buffer
	for _, way := range []string{"as usual", "seven at a time", "through a file"} {
		drv := memory.Open(store.Registry())
		db := store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))})
		b := testBuilder(t, db)
		made := &Made{}
		var err error
		switch way {
		case "as usual":
			made, err = b.Populate(ctx, plan, nil)
		case "seven at a time":
			made, err = b.populate(ctx, populationOf(t, plan), 7, nil)
		default:
			if made, err = b.WritePopulation(ctx, &file, plan, nil); err == nil {
				err = b.Import(ctx, bytes.NewReader(file.Bytes()), nil)
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", way, err)
		}
		checkMade(t, drv, b, made)
		var out bytes.Buffer
		if err := b.Export(ctx, &out); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = out.Bytes()
		}
		sameLines(t, way, first, out.Bytes())
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// checkMade audits a world and compares what is in it with what was said.
func checkMade(t *testing.T, drv *memory.Store, b *Builder, made *Made) {
	t.Helper()
	ctx := context.Background()
	r, err := audit.Run(ctx, drv, store.Registry(), audit.Options{Judge: func(say func(string, ...any)) audit.Judge { return NewJudge(b.opt.Keys, say) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Error(p)
	}
	s, err := audit.Count(ctx, drv, store.Registry(), nil)
	if err != nil {
		t.Fatal(err)
	}
	things := 0
	for _, n := range made.Things {
		things += n
	}
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"people", s.Objects["person"].Rows, int64(made.People)}, {"things", s.Objects["thing"].Rows, int64(things)},
		{"Pages", s.Objects["page"].Rows, int64(made.Pages)}, {"ends of friendships", s.Assocs["friend"].Rows, 2 * int64(made.Friendships)},
		{"likes", s.Assocs["edge likes"].Rows, int64(made.Edges["likes"])}, {"contacts", s.Assocs["contact"].Rows, int64(made.Contacts)},
		{"installs", s.Assocs["install"].Rows, int64(made.Installs)}, {"RSVPs", s.Assocs["edge events"].Rows, int64(made.Edges["events"])},
	} {
		if c.got != c.want || c.got == 0 {
			t.Errorf("%d %s in the store, %d were said to be made", c.got, c.what, c.want)
		}
	}
	rows := int64(0)
	for _, m := range []map[string]audit.Tally{s.Objects, s.Assocs, s.Keys} {
		for name, n := range m {
			if name != "meta" {
				rows += n.Rows
			}
		}
	}
	if made.Rows != 0 && made.Rows != rows {
		t.Errorf("%d rows in the store, %d were said to be written", rows, made.Rows)
	}
}

func sameLines(t *testing.T, way string, want, got []byte) {
	t.Helper()
	x, y := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	said := 0
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] && said < 5 {
			said++
			k := 0
			for k < min(len(x[i]), len(y[i])) && x[i][k] == y[i][k] {
				k++
			}
			from := max(0, k-80)
			t.Errorf("%s: line %d at byte %d\n got %.200s\nwant %.200s", way, i+1, k, y[i][from:], x[i][from:])
		}
	}
	if len(x) != len(y) {
		t.Errorf("%s: %d lines, not %d", way, len(y), len(x))
	}
}

// A profile is who somebody is, an ID and a contact, and nothing more.
func TestPopulateProfiles(t *testing.T) {
	ctx := context.Background()
	drv := memory.Open(store.Registry())
	b := testBuilder(t, store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))}))
	made, err := b.Populate(ctx, population.Plan{People: 50, Rate: 1, Profile: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := audit.Count(ctx, drv, store.Registry(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if made.People != 50 || s.Objects["person"].Rows != 50 || s.Keys["psid"].Rows != 50 || s.Assocs["contact"].Rows != 50 || s.Objects["thing"].Rows != 0 || s.Assocs["friend"].Rows != 0 {
		t.Errorf("%+v in %+v", made, s)
	}
	if _, err := b.Populate(ctx, population.Plan{People: 1}, nil); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("a second time: %v", err)
	}
}

// Who is interrupted leaves a database that says it is not finished.
func TestPopulateInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	b := testBuilder(t, openMemory(t))
	_, err := b.populate(ctx, populationOf(t, population.Plan{People: 100, Rate: 1, Profile: true}), 10, func(n int) {
		if n >= 30 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if err := b.Finished(context.Background()); !errors.Is(err, ErrUnfinished) {
		t.Errorf("finished: %v", err)
	}
	if _, err := b.Populate(context.Background(), population.Plan{People: 1}, nil); !errors.Is(err, ErrUnfinished) {
		t.Errorf("again: %v", err)
	}
}
