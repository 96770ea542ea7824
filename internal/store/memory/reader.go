package memory

import (
	"bytes"
	"context"
	"strings"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A reader answers from one state.
type reader struct{ *state }

// Read implements driver.Reader.
func (r *reader) Read(ctx context.Context, rs *driver.ReadSet) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	rs.Prepare()
	for i, id := range rs.Objects {
		if o, ok := r.objects.find(&driver.Object{ID: id}); ok {
			rs.GotObjects[i] = copyObject(o)
		}
	}
	for i, k := range rs.Keys {
		if b, ok := r.keys.find(driver.Binding{Key: k}); ok {
			rs.GotKeys[i] = b.ID
		}
	}
	for i, p := range rs.Pairs {
		if a, ok := r.assocs.find(pairItem(p)); ok {
			rs.GotPairs[i] = copyAssoc(a)
		}
	}
	return r.readLists(rs)
}

func (r *reader) readLists(rs *driver.ReadSet) error {
	for i := range rs.Ranges {
		if err := rs.Ranges[i].Check(); err != nil {
			return err
		}
		rs.GotRanges[i] = r.rangeOf(&rs.Ranges[i])
	}
	for i, c := range rs.Counts {
		if got, ok := r.counts.find(count{Count: c}); ok {
			rs.GotCounts[i] = got.n
		}
	}
	for i, o := range rs.Owned {
		rs.GotOwned[i] = r.ownedBy(o)
	}
	return nil
}

// Scan implements driver.Reader.
func (r *reader) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	var row driver.Row
	n := 0
	next := func() bool {
		n++
		return (n%1024 != 0 || ctx.Err() == nil) && f(&row)
	}
	switch t {
	case driver.Objects:
		r.objects.all(func(o *driver.Object) bool { row.Object = *o; return next() })
	case driver.Assocs:
		r.assocs.all(func(a *driver.Assoc) bool { row.Assoc = *a; return next() })
	case driver.Keys:
		r.keys.all(func(b driver.Binding) bool { row.Key = b; return next() })
	case driver.Counts:
		r.counts.all(func(c count) bool {
			row.Count.From, row.Count.Kind, row.Count.N = c.From, c.Kind, c.n
			return next()
		})
	}
	return ctx.Err()
}

func pairItem(p driver.Pair) *driver.Assoc {
	return &driver.Assoc{From: p.From, Kind: p.Kind, To: p.To}
}

// copyObject and copyAssoc part what callers own from what the trees share.

func copyObject(o *driver.Object) *driver.Object {
	c := *o
	c.Data = bytes.Clone(o.Data)
	return &c
}

func copyAssoc(a *driver.Assoc) *driver.Assoc {
	c := *a
	c.Data = bytes.Clone(a.Data)
	return &c
}

func copyBinding(b driver.Binding) driver.Binding {
	b.Key.Key = strings.Clone(b.Key.Key)
	return b
}
