package drivertest

import (
	"context"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A model is the contract in maps, as plainly as possible.
type model struct {
	reg     *driver.Registry
	objects map[driver.ID]driver.Object
	assocs  map[driver.Pair]driver.Assoc // the map key is the row's
	keys    map[driver.Key]driver.ID
}

func newModel() *model {
	return &model{
		reg:     Registry(),
		objects: map[driver.ID]driver.Object{},
		assocs:  map[driver.Pair]driver.Assoc{},
		keys:    map[driver.Key]driver.ID{},
	}
}

func (m *model) clone() *model {
	return &model{m.reg, maps.Clone(m.objects), maps.Clone(m.assocs), maps.Clone(m.keys)}
}

func (m *model) inverse(p driver.Pair) (driver.Pair, bool) {
	inv := m.reg.Kind(p.Kind).Inverse
	back := driver.Pair{From: p.To, Kind: inv, To: p.From}
	return back, inv != 0 && back != p
}

func (m *model) link(a driver.Assoc) {
	p := driver.Pair{From: a.From, Kind: a.Kind, To: a.To}
	m.assocs[p] = driver.Assoc{Time: a.Time, Data: a.Data}
	back, ok := m.inverse(p)
	switch {
	case !ok:
	case m.reg.Kind(back.Kind).Once:
		m.assocs[back] = driver.Assoc{}
	default:
		m.assocs[back] = driver.Assoc{Time: a.Time, Data: m.assocs[back].Data}
	}
}

func (m *model) unlink(p driver.Pair) {
	delete(m.assocs, p)
	if back, ok := m.inverse(p); ok {
		delete(m.assocs, back)
	}
}

func (m *model) bind(b driver.Binding) driver.ID {
	if id, ok := m.keys[b.Key]; ok {
		return id
	}
	m.keys[b.Key] = b.ID
	return b.ID
}

func (m *model) purge(id driver.ID) {
	delete(m.objects, id)
	for p := range m.assocs {
		if p.From == id {
			m.unlink(p)
		}
	}
	maps.DeleteFunc(m.keys, func(_ driver.Key, to driver.ID) bool { return to == id })
}

func (m *model) counts() map[driver.Count]int64 {
	got := map[driver.Count]int64{}
	for p := range m.assocs {
		if m.reg.Kind(p.Kind).Counted {
			got[driver.Count{From: p.From, Kind: p.Kind}]++
		}
	}
	return got
}

// compare scans the whole store. Versions are not looked at; with data false
// the data of objects and associations is not either.
func (m *model) compare(t testing.TB, s driver.Store, data bool) {
	t.Helper()
	ctx := context.Background()
	got, counts := newModel(), map[driver.Count]int64{}
	err := s.View(ctx, func(r driver.Reader) error { return got.scan(ctx, r, counts) })
	if err != nil {
		t.Fatal(err)
	}
	opts := cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(driver.Object{}, "Version")}
	if !data {
		opts = append(opts, cmpopts.IgnoreFields(driver.Object{}, "Data"), cmpopts.IgnoreFields(driver.Assoc{}, "Data", "Time"))
	}
	for _, part := range []struct {
		name      string
		want, got any
	}{
		{"objects", m.objects, got.objects},
		{"assocs", m.assocs, got.assocs},
		{"keys", m.keys, got.keys},
		{"counts", m.counts(), counts},
	} {
		if diff := cmp.Diff(part.want, part.got, opts); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", part.name, diff)
		}
	}
}

func (m *model) scan(ctx context.Context, r driver.Reader, counts map[driver.Count]int64) error {
	for table, f := range map[driver.Table]func(*driver.Row){
		driver.Objects: func(x *driver.Row) { m.objects[x.Object.ID] = cloneObject(x.Object) },
		driver.Assocs: func(x *driver.Row) {
			a := x.Assoc
			m.assocs[driver.Pair{From: a.From, Kind: a.Kind, To: a.To}] = driver.Assoc{Time: a.Time, Data: cloneBytes(a.Data)}
		},
		driver.Keys:   func(x *driver.Row) { m.keys[x.Key.Key] = x.Key.ID },
		driver.Counts: func(x *driver.Row) { counts[driver.Count{From: x.Count.From, Kind: x.Count.Kind}] += x.Count.N },
	} {
		if err := r.Scan(ctx, table, func(x *driver.Row) bool { f(x); return true }); err != nil {
			return err
		}
	}
	return nil
}

func cloneObject(o driver.Object) driver.Object {
	o.Data = cloneBytes(o.Data)
	return o
}

func cloneBytes(b []byte) []byte { return append([]byte(nil), b...) }

// testModel runs random updates, some of which fail, against the model. All
// rounds share the store: each begins with what the one before left.
func testModel(t *testing.T, s driver.Store) {
	m := newModel()
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "updates") {
			var next *model
			fails := rapid.IntRange(0, 4).Draw(rt, "fails") == 0
			ops := rapid.SliceOfN(rapid.Custom(drawOp), 1, 12).Draw(rt, "ops")
			ctx := context.Background()
			err := s.Update(ctx, func(w driver.Writer) error {
				next = m.clone() // it may run more than once
				for _, o := range ops {
					if err := o.do(ctx, rt, w, next); err != nil {
						return err
					}
				}
				if fails {
					return errWanted
				}
				return nil
			})
			if (err != nil) != fails {
				rt.Fatalf("Update = %v, fails = %t", err, fails)
			}
			if !fails {
				m = next
			}
		}
		m.compare(t, s, true)
	})
}
