package drivertest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Agree runs the same random updates on several empty stores and asks all of
// them the same random questions, inside the updates and behind them: the
// answers are equal but for versions.
func Agree(t *testing.T, stores map[string]driver.Store, first string) {
	models := map[string]*model{} // what Bind has to say is checked on each
	for name := range stores {
		models[name] = newModel()
	}
	rapid.Check(t, func(rt *rapid.T) {
		ops := rapid.SliceOfN(rapid.Custom(drawOp), 1, 10).Draw(rt, "ops")
		fails := rapid.IntRange(0, 5).Draw(rt, "fails") == 0
		asked := rapid.Custom(drawQuestions).Draw(rt, "questions")
		at := rapid.IntRange(0, len(ops)).Draw(rt, "asked before")
		inside, behind := map[string]*driver.ReadSet{}, map[string]*driver.ReadSet{}
		for name, s := range stores {
			next := models[name].clone()
			err := s.Update(context.Background(), func(w driver.Writer) error {
				inside[name] = asked.again()
				return perform(rt, w, ops, next, at, inside[name], fails)
			})
			if (err != nil) != fails {
				rt.Fatalf("%s: Update = %v, fails = %t", name, err, fails)
			}
			if !fails {
				models[name] = next
			}
			behind[name] = read(t, s, asked.again())
		}
		for name := range stores {
			for where, got := range map[string]map[string]*driver.ReadSet{"inside": inside, "behind": behind} {
				if diff := cmp.Diff(got[first], got[name], equalButVersions()); diff != "" {
					rt.Fatalf("%s the update (-%s +%s):\n%s", where, first, name, diff)
				}
			}
		}
	})
}

func equalButVersions() cmp.Options {
	return cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(driver.Object{}, "Version"), cmpopts.IgnoreFields(driver.Assoc{}, "Version")}
}

// perform does ops on a store and its model, and asks before the at-th.
func perform(rt *rapid.T, w driver.Writer, ops []op, m *model, at int, rs *driver.ReadSet, fails bool) error {
	ctx := context.Background()
	for i := range len(ops) + 1 {
		if i == at {
			if err := w.Read(ctx, rs); err != nil {
				return err
			}
		}
		if i == len(ops) {
			break
		}
		if err := ops[i].do(ctx, rt, w, m); err != nil {
			return fmt.Errorf("%s: %w", ops[i].what, err)
		}
	}
	if fails {
		return errWanted
	}
	return nil
}

// questions are a ReadSet without answers.
type questions struct{ rs driver.ReadSet }

func (q questions) again() *driver.ReadSet {
	rs := q.rs
	return &rs
}

func drawQuestions(rt *rapid.T) questions {
	id := rapid.Custom(func(rt *rapid.T) driver.ID { return driver.ID(rapid.Int64Range(1, 6).Draw(rt, "id")) })
	kind := rapid.SampledFrom([]driver.Kind{follows, followedBy, friend, note, fan, fanOf, holds, heldBy, has, hadBy})
	space := rapid.SampledFrom([]driver.Space{spaceName, spaceNumber})
	var q questions
	q.rs.Objects = rapid.SliceOfN(id, 0, 4).Draw(rt, "objects")
	for range rapid.IntRange(0, 3).Draw(rt, "n") {
		q.rs.Keys = append(q.rs.Keys, driver.Key{Space: space.Draw(rt, "space"), Key: rapid.SampledFrom([]string{"", "a", "a\x00", "b"}).Draw(rt, "key")})
		q.rs.Pairs = append(q.rs.Pairs, driver.Pair{From: id.Draw(rt, "from"), Kind: kind.Draw(rt, "kind"), To: id.Draw(rt, "to")})
		q.rs.Counts = append(q.rs.Counts, driver.Count{From: id.Draw(rt, "from"), Kind: kind.Draw(rt, "kind")})
		q.rs.Owned = append(q.rs.Owned, driver.Owned{ID: id.Draw(rt, "id"), Space: space.Draw(rt, "space")})
		q.rs.Ranges = append(q.rs.Ranges, drawRange(rt, id.Draw(rt, "from"), kind.Draw(rt, "kind")))
	}
	return q
}

func drawRange(rt *rapid.T, from driver.ID, kind driver.Kind) driver.Range {
	pos := rapid.Custom(func(rt *rapid.T) *driver.Pos {
		return &driver.Pos{Time: rapid.Int64Range(-3, 4).Draw(rt, "time"), To: driver.ID(rapid.Int64Range(0, 7).Draw(rt, "to"))}
	})
	r := driver.Range{From: from, Kind: kind, Limit: rapid.IntRange(1, 5).Draw(rt, "limit"),
		Reverse: rapid.Bool().Draw(rt, "reverse"), All: rapid.IntRange(0, 3).Draw(rt, "all") == 0}
	if rapid.Bool().Draw(rt, "after") {
		r.After = pos.Draw(rt, "after")
	}
	if rapid.Bool().Draw(rt, "before") {
		r.Before = pos.Draw(rt, "before")
	}
	r.Since = rapid.SampledFrom([]int64{0, 0, -1, 1, 2}).Draw(rt, "since")
	r.Until = rapid.SampledFrom([]int64{0, 0, -1, 1, 2}).Draw(rt, "until")
	return r
}
