package people

import "github.com/kithgraph/kith/internal/store"

// A Routing says which of several apps is in charge of the conversations of a Page
// or account. The zero Routing says nothing: every app hears and says everything.
type Routing struct {
	// Primary may take control of any conversation. [doc handover protocol]
	Primary store.ID
	// Default gets control of a conversation that no app has, once the person writes.
	// [doc conversation routing]
	Default store.ID
}

// On reports whether anything is said.
func (r Routing) On() bool { return r != Routing{} }

func (e *Encoder) routing(r Routing) {
	e.Int(tagPrimary, int64(r.Primary))
	e.Int(tagDefaultApp, int64(r.Default))
}

func (r *Routing) decode(f store.Field) {
	if f.Tag == tagPrimary {
		r.Primary = store.ID(FieldInt(f))
		return
	}
	r.Default = store.ID(FieldInt(f))
}
