package memory

import (
	"context"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A writer changes a state that nobody else sees yet.
type writer struct {
	reader
	reg  *driver.Registry
	edit *edit
}

// Put implements driver.Writer.
func (w *writer) Put(ctx context.Context, objs []driver.Object) error {
	for i := range objs {
		if err := w.reg.CheckObject(&objs[i]); err != nil {
			return err
		}
		o := copyObject(&objs[i])
		o.Version = w.version
		w.objects.set(w.edit, o)
	}
	return ctx.Err()
}

// Delete implements driver.Writer.
func (w *writer) Delete(ctx context.Context, ids []driver.ID) error {
	for _, id := range ids {
		w.objects.remove(w.edit, &driver.Object{ID: id})
	}
	return ctx.Err()
}

// Bind implements driver.Writer.
func (w *writer) Bind(ctx context.Context, bs []driver.Binding) ([]driver.ID, error) {
	ids := make([]driver.ID, len(bs))
	for i := range bs {
		if err := w.reg.CheckBinding(&bs[i]); err != nil {
			return nil, err
		}
		if there, ok := w.keys.find(bs[i]); ok {
			ids[i] = there.ID
			continue
		}
		b := copyBinding(bs[i])
		w.keys.set(w.edit, b)
		w.owned.set(w.edit, b)
		ids[i] = b.ID
	}
	return ids, ctx.Err()
}

// Unbind implements driver.Writer.
func (w *writer) Unbind(ctx context.Context, ks []driver.Key) error {
	for _, k := range ks {
		if b, ok := w.keys.find(driver.Binding{Key: k}); ok {
			w.keys.remove(w.edit, b)
			w.owned.remove(w.edit, b)
		}
	}
	return ctx.Err()
}

// Link implements driver.Writer.
func (w *writer) Link(ctx context.Context, as []driver.Assoc) error {
	for i := range as {
		info, err := w.reg.CheckAssoc(&as[i])
		if err != nil {
			return err
		}
		a := copyAssoc(&as[i])
		a.Version = w.version
		if a.Time == driver.TimeVersion {
			a.Time = w.version
		}
		w.set(a, info)
		w.setInverse(a, info)
	}
	return ctx.Err()
}

func (w *writer) setInverse(a *driver.Assoc, info *driver.KindInfo) {
	inv, ok := inverse(a, info)
	if !ok {
		return
	}
	invInfo := w.reg.Kind(inv.Kind)
	there, ok := w.assocs.find(inv)
	switch {
	case ok && invInfo.Once:
		return
	case ok:
		inv.Data = there.Data
	}
	if !invInfo.Once {
		inv.Time = a.Time
	}
	inv.Version = a.Version
	w.set(inv, invInfo)
}

// set writes one row, its place in time and its count.
func (w *writer) set(a *driver.Assoc, info *driver.KindInfo) {
	there, replaced := w.assocs.find(a)
	if replaced && there.Time != 0 {
		w.byTime.remove(w.edit, there)
	}
	w.assocs.set(w.edit, a)
	if a.Time != 0 {
		w.byTime.set(w.edit, a)
	}
	if !replaced {
		w.add(a, info, 1)
	}
}

// Unlink implements driver.Writer.
func (w *writer) Unlink(ctx context.Context, ps []driver.Pair) error {
	for _, p := range ps {
		if a, ok := w.assocs.find(pairItem(p)); ok {
			w.unset(a)
		}
	}
	return ctx.Err()
}

// unset removes a row that is there, and its inverse.
func (w *writer) unset(a *driver.Assoc) {
	info := w.reg.Kind(a.Kind)
	w.unsetOne(a, info)
	if inv, ok := inverse(a, info); ok {
		if there, ok := w.assocs.find(inv); ok {
			w.unsetOne(there, w.reg.Kind(there.Kind))
		}
	}
}

func (w *writer) unsetOne(a *driver.Assoc, info *driver.KindInfo) {
	w.assocs.remove(w.edit, a)
	if a.Time != 0 {
		w.byTime.remove(w.edit, a)
	}
	w.add(a, info, -1)
}

// add keeps the count of a Counted kind; a count of zero is no row.
func (w *writer) add(a *driver.Assoc, info *driver.KindInfo, n int64) {
	if info == nil || !info.Counted {
		return
	}
	c, _ := w.counts.find(count{Count: driver.Count{From: a.From, Kind: a.Kind}})
	c.From, c.Kind = a.From, a.Kind
	if c.n += n; c.n == 0 {
		w.counts.remove(w.edit, c)
		return
	}
	w.counts.set(w.edit, c)
}

// inverse names the row that mirrors a, unless there is none or it is a itself.
func inverse(a *driver.Assoc, info *driver.KindInfo) (*driver.Assoc, bool) {
	if info == nil || info.Inverse == 0 || info.Inverse == a.Kind && a.From == a.To {
		return nil, false
	}
	return &driver.Assoc{From: a.To, Kind: info.Inverse, To: a.From}, true
}

// Purge implements driver.Writer.
func (w *writer) Purge(ctx context.Context, ids []driver.ID) error {
	for _, id := range ids {
		var as []*driver.Assoc
		w.assocs.ascend(&driver.Assoc{From: id}, func(a *driver.Assoc) bool {
			as = append(as, a)
			return a.From == id
		})
		for _, a := range as {
			// The walk ends one row too far; a self-inverse may be gone already.
			if there, ok := w.assocs.find(a); ok && there.From == id {
				w.unset(there)
			}
		}
		var keys []driver.Key
		w.owned.ascend(driver.Binding{ID: id}, func(b driver.Binding) bool {
			if b.ID == id {
				keys = append(keys, b.Key)
			}
			return b.ID == id
		})
		if err := w.Unbind(ctx, keys); err != nil {
			return err
		}
		w.objects.remove(w.edit, &driver.Object{ID: id})
	}
	return ctx.Err()
}
