package postgres

import (
	"context"
	"fmt"
	"math"

	"github.com/kithgraph/kith/internal/store/driver"
)

// scanPage is how many rows of a Scan cross the wire at a time.
const scanPage = 1000

// Scan implements driver.Reader. It reads page by page, so that f may ask
// something else meanwhile.
func (r *reader) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	return r.scan(ctx, t, r.ask, f)
}

// asker runs questions on a transaction.
type asker func(ctx context.Context, last bool, fill func(*batch)) error

func (r *reader) scan(ctx context.Context, t driver.Table, ask asker, f func(*driver.Row) bool) error {
	var last driver.Row
	switch t {
	case driver.Objects:
		last.Object.ID = math.MinInt64
	case driver.Assocs:
		last.Assoc.From = math.MinInt64
	case driver.Counts:
		last.Count.From = math.MinInt64
	case driver.Keys:
	default:
		return fmt.Errorf("scan: no table %d", t)
	}
	for {
		if err := r.usable(ctx); err != nil {
			return err
		}
		page := make([]driver.Row, 0, scanPage)
		if err := ask(ctx, false, func(b *batch) {
			page = page[:0]
			r.s.scanPage(b, t, &last, func(x driver.Row) { page = append(page, x) })
		}); err != nil {
			return err
		}
		for i := range page {
			if !f(&page[i]) {
				return nil
			}
		}
		if len(page) < scanPage {
			return nil
		}
		last = page[len(page)-1]
	}
}

// scanPage asks for the rows behind last.
func (s *Store) scanPage(b *batch, t driver.Table, last *driver.Row, got func(driver.Row)) {
	switch t {
	case driver.Objects:
		b.add(s.sql.scanObjects, func(r *row) {
			got(driver.Row{Object: driver.Object{ID: driver.ID(r.int(0)), Kind: driver.Kind(r.int(1)), Version: r.int(2), Data: r.bytes(3)}})
		}, b.ints(int64(last.Object.ID), scanPage)...)
	case driver.Assocs:
		a := &last.Assoc
		b.add(s.sql.scanAssocs, func(r *row) {
			got(driver.Row{Assoc: driver.Assoc{From: driver.ID(r.int(0)), Kind: driver.Kind(r.int(1)), To: driver.ID(r.int(2)),
				Time: r.time(3), Version: r.int(4), Data: r.bytes(5)}})
		}, b.ints(int64(a.From), int64(a.Kind), int64(a.To), scanPage)...)
	case driver.Keys:
		k := &last.Key
		b.add(s.sql.scanKeys, func(r *row) {
			got(driver.Row{Key: driver.Binding{Key: driver.Key{Space: driver.Space(r.int(0)), Key: string(r.cols[1])}, ID: driver.ID(r.int(2))}})
		}, b.int(int64(k.Space)), b.bytes([]byte(k.Key.Key)), b.int(scanPage))
	case driver.Counts:
		c := &last.Count
		b.add(s.sql.scanCounts, func(r *row) {
			var x driver.Row
			x.Count.From, x.Count.Kind, x.Count.Slot, x.Count.N = driver.ID(r.int(0)), driver.Kind(r.int(1)), int(r.int(2)), r.int(3)
			got(x)
		}, b.ints(int64(c.From), int64(c.Kind), int64(c.Slot), scanPage)...)
	}
}
