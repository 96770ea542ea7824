package world

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/store"
)

const (
	// wantsRun is how many scoped IDs are sorted at a time.
	wantsRun = 500_000
	// wantsChunk is how many are bound in one transaction.
	wantsChunk = 10_000
)

// settle binds the scoped IDs that were put off, in the order of their keys.
// They have no order of their own: bound as people come, each would fall on
// another page of a large database, which is then read, logged and written for
// this one alone.
func (m *importing) settle(ctx context.Context) error {
	sortWants(m.wants)
	for from := 0; from < len(m.wants); from += wantsChunk {
		part := rows{scoped: m.wants[from:min(from+wantsChunk, len(m.wants))]}
		if err := m.b.opt.DB.Update(ctx, func(tx *store.Tx) error { return part.write(ctx, tx, m.b.opt.Keys) }); err != nil {
			return err
		}
	}
	clear(m.wants)
	m.wants = m.wants[:0]
	return nil
}

func sortWants(list []scopedWant) {
	slices.SortFunc(list, func(a, b scopedWant) int {
		if (a.given == "") != (b.given == "") { // nobody is minted an ID that was given to another
			return cmp.Compare(len(b.given), len(a.given))
		}
		return cmp.Or(cmp.Compare(a.space, b.space), cmp.Compare(a.owner, b.owner), strings.Compare(a.given, b.given), strings.Compare(a.candidate, b.candidate))
	})
}
