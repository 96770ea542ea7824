package world

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/store"
)

// A session of more requests than one line holds is exported and imported whole, and
// goes with its audience in bounded transactions.
func TestLongSessions(t *testing.T) {
	const requests = edgeItems + 3
	b := testBuilder(t, openMemoryTB(t))
	mustLoad(t, b, "businesses: {acme: {}}\nthings: {list: {type: CustomAudience, name: List, owner: business acme}}\n")
	upload(t, b, "list", 3)
	ctx := context.Background()
	if err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		thing, err := findThing(ctx, &tx.Reader, "list")
		if err != nil {
			return err
		}
		sessions, err := tx.Range(ctx, store.Range{From: thing.ID, Kind: store.Edge("audience.sessions"), All: true, Limit: 2})
		if err != nil {
			return err
		}
		var links []store.Assoc
		for seq := int64(2); seq <= requests; seq++ {
			r := audience.Batch{Seq: seq, Sum: uint64(seq), Received: 1, Whole: true}
			links = append(links, r.Link(sessions[0].ID))
		}
		return tx.Link(ctx, links...)
	}); err != nil {
		t.Fatal(err)
	}
	text := export(t, b)
	again := testBuilder(t, openMemoryTB(t))
	if err := again.Import(ctx, strings.NewReader(text), nil); err != nil {
		t.Fatal(err)
	}
	if got := export(t, again); got != text {
		t.Errorf("the export of an import differs: %s", cmp.Diff(text, got))
	}
	if n := strings.Count(text, `{"seq":`); n != requests {
		t.Errorf("%d requests are exported, want %d", n, requests)
	}
	if _, err := again.RemoveThing(ctx, "list"); err != nil {
		t.Fatal(err)
	}
	left := 0
	if err := again.opt.DB.View(ctx, func(r *store.Reader) error {
		return r.Scan(ctx, store.Assocs, func(row *store.Row) bool {
			if row.Assoc.Kind == store.AssocBatch {
				left++
			}
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	if left != 0 {
		t.Errorf("%d requests are left of the audience that was removed", left)
	}
}
