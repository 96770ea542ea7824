package drivertest

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/kithgraph/kith/internal/store/driver"
)

// An op is one random write.
type op struct {
	what string
	id   driver.ID
	to   driver.ID
	kind driver.Kind
	time int64
	key  driver.Key
	data string
	hint int64 // a version that Link is given, right or wrong
}

func drawOp(rt *rapid.T) op {
	id := rapid.Int64Range(1, 6)
	return op{
		what: rapid.SampledFrom([]string{"put", "delete", "bind", "unbind", "link", "link", "link", "unlink", "purge"}).Draw(rt, "what"),
		id:   driver.ID(id.Draw(rt, "id")),
		to:   driver.ID(id.Draw(rt, "to")),
		kind: rapid.SampledFrom([]driver.Kind{follows, followedBy, friend, note, fan, fanOf, holds, heldBy, has, hadBy}).Draw(rt, "kind"),
		time: rapid.Int64Range(-2, 3).Draw(rt, "time"),
		key: driver.Key{
			Space: rapid.SampledFrom([]driver.Space{spaceName, spaceNumber}).Draw(rt, "space"),
			Key:   rapid.SampledFrom([]string{"", "a", "a\x00", "b"}).Draw(rt, "key"),
		},
		data: rapid.SampledFrom([]string{"", "x", "yy"}).Draw(rt, "data"),
		hint: rapid.Int64Range(0, 1).Draw(rt, "hint"),
	}
}

// do runs the op on the store and on the model and compares what both say.
func (o op) do(ctx context.Context, rt *rapid.T, w driver.Writer, m *model) error {
	p := driver.Pair{From: o.id, Kind: o.kind, To: o.to}
	switch o.what {
	case "put":
		x := driver.Object{ID: o.id, Kind: kindThing, Data: []byte(o.data)}
		m.objects[o.id] = x
		return w.Put(ctx, []driver.Object{x})
	case "delete":
		delete(m.objects, o.id)
		return w.Delete(ctx, []driver.ID{o.id})
	case "bind":
		b := driver.Binding{Key: o.key, ID: o.id}
		ids, err := w.Bind(ctx, []driver.Binding{b})
		if want := m.bind(b); err == nil && ids[0] != want {
			return fmt.Errorf("Bind = %d, want %d", ids[0], want)
		}
		return err
	case "unbind":
		delete(m.keys, o.key)
		return w.Unbind(ctx, []driver.Key{o.key})
	case "link":
		a := driver.Assoc{From: o.id, Kind: o.kind, To: o.to, Time: o.time, Data: []byte(o.data)}
		if m.reg.Kind(a.Kind).Once { // refused
			a.From, a.Kind, a.To = o.to, m.reg.Kind(a.Kind).Inverse, o.id
		}
		m.link(a)
		a.Version = o.hint
		return w.Link(ctx, []driver.Assoc{a})
	case "unlink":
		m.unlink(p)
		return w.Unlink(ctx, []driver.Pair{p})
	}
	m.purge(o.id)
	return w.Purge(ctx, []driver.ID{o.id})
}
