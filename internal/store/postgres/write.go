package postgres

import (
	"context"
	"math"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A writer is one run of an Update. Once a statement has failed it cannot
// succeed; whether it is run again follows from why.
type writer struct {
	reader
	buf     buffer
	version int64           // zero until something is sent
	careful bool            // an earlier run met a version above its own
	pulse   context.Context // of Pulse: it ends with this, and nobody looks what became of it
	wrote   bool            // something was sent that a COMMIT makes last, or will be
	failed  error
	why     verdict
}

var _ driver.Writer = (*writer)(nil)

func (w *writer) ready(ctx context.Context) error {
	if w.failed != nil {
		return w.failed
	}
	return ctx.Err()
}

// Read implements driver.Reader. Buffered writes go first, in the same round
// trip.
func (w *writer) Read(ctx context.Context, rs *driver.ReadSet) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	rs.Prepare()
	q := questions{s: w.s, rs: rs}
	if err := q.check(); err != nil || rs.Len() == 0 {
		return err
	}
	return w.ask(ctx, false, q.ask)
}

// Scan implements driver.Reader.
func (w *writer) Scan(ctx context.Context, t driver.Table, f func(*driver.Row) bool) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	return w.scan(ctx, t, w.ask, f)
}

// ask sends what is buffered and then questions. It is not repeated here: the
// whole Update is.
func (w *writer) ask(ctx context.Context, _ bool, fill func(*batch)) error {
	if err := w.stamp(ctx); err != nil {
		return err
	}
	return w.exchange(ctx, func(b *batch) {
		w.send(b)
		fill(b)
	})
}

// exchange is one round trip of the transaction.
func (w *writer) exchange(ctx context.Context, fill func(*batch)) error {
	wait, cancel := context.WithTimeout(ctx, w.s.opt.Patience) // it may wait for a rival, or carry many writes
	defer cancel()
	if w.pulse != nil {
		defer context.AfterFunc(w.pulse, cancel)()
	}
	v, err := w.once(ctx, wait, false, fill)
	if err != nil {
		w.fail(ctx, v, err)
	}
	return w.failed
}

func (w *writer) fail(ctx context.Context, v verdict, err error) {
	if w.failed == nil {
		if ctx.Err() != nil {
			v, err = final, ctx.Err()
		}
		w.why, w.failed = v, unless(v == final, "update", err)
	}
}

// stamp gives the transaction its version before the first write is sent. It
// is taken late, above everything read; a run that was refused for its version
// looks at what it replaces first.
func (w *writer) stamp(ctx context.Context) error {
	if w.buf.empty() || w.version != 0 {
		return nil
	}
	if w.careful {
		q := questions{s: w.s, rs: w.touched()}
		q.rs.Prepare()
		if err := w.exchange(ctx, q.ask); err != nil {
			return err
		}
	}
	w.version = w.s.versions.next()
	return nil
}

// Put implements driver.Writer.
func (w *writer) Put(ctx context.Context, objs []driver.Object) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	for i := range objs {
		if err := w.s.opt.Registry.CheckObject(&objs[i]); err != nil {
			return err
		}
		w.buf.put(&objs[i])
	}
	return nil
}

// Delete implements driver.Writer.
func (w *writer) Delete(ctx context.Context, ids []driver.ID) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		w.buf.remove(id)
	}
	return nil
}

// Bind implements driver.Writer. It needs an answer, so what is buffered goes
// with it: one round trip for all bindings.
func (w *writer) Bind(ctx context.Context, bs []driver.Binding) ([]driver.ID, error) {
	if err := w.ready(ctx); err != nil {
		return nil, err
	}
	rs := driver.ReadSet{Keys: make([]driver.Key, len(bs))}
	for i := range bs {
		if err := w.s.opt.Registry.CheckBinding(&bs[i]); err != nil {
			return nil, err
		}
		rs.Keys[i] = bs[i].Key
	}
	if len(bs) == 0 {
		return nil, nil
	}
	rs.Prepare()
	q := questions{s: w.s, rs: &rs}
	w.wrote = true
	err := w.ask(ctx, false, func(b *batch) {
		for i := range bs {
			b.add(w.s.sql.bind, nil, b.int(int64(bs[i].Space)), b.bytes([]byte(bs[i].Key.Key)), b.int(int64(bs[i].ID)))
		}
		q.askKeys(b)
	})
	if err != nil {
		return nil, err
	}
	return rs.GotKeys, nil
}

// Unbind implements driver.Writer.
func (w *writer) Unbind(ctx context.Context, ks []driver.Key) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	for _, k := range ks {
		if k.Space != 0 {
			w.buf.unbind(driver.Key{Space: k.Space, Key: string([]byte(k.Key))})
		}
	}
	return nil
}

// Link implements driver.Writer.
func (w *writer) Link(ctx context.Context, as []driver.Assoc) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	for i := range as {
		a := &as[i]
		info, err := w.s.opt.Registry.CheckAssoc(a)
		if err != nil {
			return err
		}
		p := driver.Pair{From: a.From, Kind: a.Kind, To: a.To}
		w.buf.set(p, a.Time, a.Data)
		if inv, ok := inverse(p, info); ok {
			w.buf.mirror(inv, a.Time, w.s.opt.Registry.Kind(inv.Kind).Once)
		}
	}
	return nil
}

// Unlink implements driver.Writer.
func (w *writer) Unlink(ctx context.Context, ps []driver.Pair) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	for _, p := range ps {
		w.unlink(p)
	}
	return nil
}

func (w *writer) unlink(p driver.Pair) {
	w.buf.unset(p)
	if inv, ok := inverse(p, w.s.opt.Registry.Kind(p.Kind)); ok {
		w.buf.unset(inv)
	}
}

// inverse names the row that mirrors p, unless there is none or it is p itself.
func inverse(p driver.Pair, info *driver.KindInfo) (driver.Pair, bool) {
	if info == nil || info.Inverse == 0 || info.Inverse == p.Kind && p.From == p.To {
		return driver.Pair{}, false
	}
	return driver.Pair{From: p.To, Kind: info.Inverse, To: p.From}, true
}

// purgePage is how many associations of an object a purge takes at a time.
const purgePage = 1000

// Purge implements driver.Writer.
func (w *writer) Purge(ctx context.Context, ids []driver.ID) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	last := map[driver.ID]driver.Pair{}
	for _, id := range ids {
		last[id] = driver.Pair{From: id, To: math.MinInt64}
	}
	for len(last) > 0 {
		if err := w.purgePage(ctx, last); err != nil {
			return err
		}
	}
	w.buf.purge(ids)
	return nil
}

// purgePage unlinks the next page of each object; those at their end leave.
func (w *writer) purgePage(ctx context.Context, last map[driver.ID]driver.Pair) error {
	pages := map[driver.ID][]driver.Pair{}
	err := w.ask(ctx, false, func(b *batch) {
		for id, p := range last {
			b.add(w.s.sql.starts, func(r *row) {
				pages[id] = append(pages[id], driver.Pair{From: id, Kind: driver.Kind(r.int(0)), To: driver.ID(r.int(1))})
			}, b.ints(int64(id), int64(p.Kind), int64(p.To), purgePage)...)
		}
	})
	if err != nil {
		return err
	}
	for id := range last {
		page := pages[id]
		for _, p := range page {
			w.unlink(p)
		}
		if len(page) < purgePage {
			delete(last, id)
		} else {
			last[id] = page[len(page)-1]
		}
	}
	return nil
}
