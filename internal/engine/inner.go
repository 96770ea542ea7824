package engine

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// An inner is what is shown of a value that has a shape.
type inner struct {
	shape   *schema.Shape
	members []innerMember // in the order asked for
	// whole shows all members as they are kept, but for the nodes among them.
	whole bool
	// child is what is shown of a node; nodes says that there is one somewhere inside.
	child *plan
	nodes bool
}

type innerMember struct {
	name  string
	inner *inner            // nil: plain
	sub   *fields.Selection // of a value that is free of form
}

// A named is a node that a value names, by the ID that the value keeps.
type named struct {
	inner *inner
	id    string
	at    int // place of the answer
	node  store.ID
	to    *leaf
}

// valueOf plans what is shown of a value. A member that the shape does not have
// breaks the plan.
func (p *plan) valueOf(cat *schema.Catalogue, shape *schema.Shape, sel *fields.Selection) *inner {
	v := &inner{shape: shape, whole: sel == nil}
	if shape.To != "" {
		if v.nodes = true; sel == nil {
			sel = idAndName
		}
		v.child = p.childOf(cat, cat.Node(shape.To), sel, nil)
		return v
	}
	if sel == nil {
		for i := range shape.Members {
			if m := &shape.Members[i]; m.Shape != nil {
				v.put(p.valueOf(cat, m.Shape, nil), m.Name, nil)
			}
		}
		return v
	}
	id := shape.Member("id") != nil
	for i := range sel.Items {
		it := &sel.Items[i]
		m := shape.Member(it.Name)
		if m == nil {
			p.fail(journal.UnknownField, graph.ErrNoField.Args(it.Name, shape.Name), it.Name)
			return v
		}
		var in *inner
		if m.Shape != nil {
			in = p.valueOf(cat, m.Shape, it.Sub)
		}
		id = id && it.Name != "id"
		v.put(in, it.Name, it.Sub)
	}
	if id { // an entry that has an ID keeps it [guess]
		v.put(nil, "id", nil)
	}
	return v
}

// idAndName is what is shown of a node that a value names, unless braces choose. [seen]
var idAndName = &fields.Selection{Items: []fields.Item{{Name: "id"}, {Name: "name"}}}

func (v *inner) put(in *inner, name string, sub *fields.Selection) {
	v.members = append(v.members, innerMember{name: name, inner: in, sub: sub})
	v.nodes = v.nodes || in != nil && in.nodes
}

// orNil is v where anything is to be done about the value, nil otherwise.
func (v *inner) orNil() *inner {
	if v.whole && !v.nodes {
		return nil
	}
	return v
}

// each calls f with the ID of every node that text names.
func (v *inner) each(text json.RawMessage, f func(v *inner, id string)) {
	if !v.nodes {
		return
	}
	if list, ok := listOf(text); ok {
		for _, one := range list {
			v.each(one, f)
		}
		return
	}
	members := membersOf(text)
	if v.child != nil {
		if id := idIn(members); id != "" {
			f(v, id)
		}
		return
	}
	for i := range v.members {
		if m := &v.members[i]; m.inner != nil && members[m.name] != nil {
			m.inner.each(members[m.name], f)
		}
	}
}

func listOf(text json.RawMessage) (list []json.RawMessage, ok bool) {
	return list, len(text) > 0 && text[0] == '[' && json.Unmarshal(text, &list) == nil
}

func membersOf(text json.RawMessage) (members map[string]json.RawMessage) {
	if json.Unmarshal(text, &members) != nil {
		return nil
	}
	return members
}

func idIn(members map[string]json.RawMessage) (id string) {
	if json.Unmarshal(members["id"], &id) != nil {
		return ""
	}
	return id
}

// name finds the nodes that the values of a level name, all of them at once: a
// person by the ID that the app has of them, anything else by its public ID.
func (s *state) name(ctx context.Context, r *store.Reader, level []*leaf) error {
	var rs store.ReadSet
	asked := 0
	for _, l := range level {
		if l.dead || l.plan == nil || !l.plan.names || l.names != nil {
			continue
		}
		for i := range l.plan.items {
			it := &l.plan.items[i]
			if it.inner == nil || !it.inner.nodes || it.field == nil || !s.shows(&l.row, it.field) {
				continue
			}
			it.inner.each(it.field.From(nil, &l.row), func(v *inner, id string) {
				if !graph.ValidID(id) {
					return
				}
				at := 0
				if asked++; v.child.node.Space == store.SpaceASID {
					at = rs.Key(store.SpaceASID, scopedid.Key(0, s.viewer.App.ID, id).Key)
				} else {
					at = rs.Key(store.SpaceNode, id)
				}
				l.names = append(l.names, named{inner: v, id: id, at: at})
			})
		}
	}
	if asked == 0 {
		return nil
	}
	if asked > mostAsked {
		return graph.ErrTooMuchData
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for _, l := range level {
		for i := range l.names {
			if n := &l.names[i]; n.to == nil {
				n.node = rs.GotID(n.at)
			}
		}
	}
	return nil
}

// nodeOf is the node that a value of l names, nil if it leads to none.
func (l *leaf) nodeOf(v *inner, id string) *leaf {
	for i := range l.names {
		if n := &l.names[i]; n.inner == v && n.id == id {
			if n.to != nil && !n.to.dead {
				return n.to
			}
			return nil
		}
	}
	return nil
}

// appendValue writes what is shown of a value. The text is our own and valid, so
// that a failure to read it leaves it as it is.
func (s *state) appendValue(b []byte, text json.RawMessage, v *inner, at *leaf, c *Call) []byte {
	if list, ok := listOf(text); ok {
		start := len(b)
		b = append(b, '[')
		for _, one := range list {
			b = joined(b, func(b []byte) []byte { return s.appendValue(b, one, v, at, c) })
		}
		if v.child != nil && len(b) == start+1 { // as of nodes that a field refers to
			return b[:start]
		}
		return append(b, ']')
	}
	members := membersOf(text)
	if v.shape.Data && !v.whole && members["data"] != nil {
		return append(s.appendValue(append(b, `{"data":`...), members["data"], v, at, c), '}')
	}
	switch {
	case members == nil:
		return append(b, text...)
	case v.child != nil:
		return s.appendNamed(b, members, v, at, c)
	case v.whole:
		return s.appendWhole(b, text, v, at, c)
	}
	b = append(b, '{')
	for i := range v.members {
		m := &v.members[i]
		b = joined(b, func(b []byte) []byte { return s.appendMember(b, m, members[m.name], at, c) })
	}
	return append(b, '}')
}

// appendMember writes a member with its name, or nothing.
func (s *state) appendMember(b []byte, m *innerMember, text json.RawMessage, at *leaf, c *Call) []byte {
	if text == nil {
		return b
	}
	mark := len(b)
	b = append(graph.AppendString(b, m.name), ':')
	start := len(b)
	switch {
	case m.inner != nil:
		b = s.appendValue(b, text, m.inner, at, c)
	case m.sub != nil:
		b = append(b, narrow(text, m.sub)...)
	default:
		b = append(b, text...)
	}
	if len(b) == start {
		return b[:mark]
	}
	return b
}

// appendWhole writes all members in the order that they are kept in.
func (s *state) appendWhole(b []byte, text json.RawMessage, v *inner, at *leaf, c *Call) []byte {
	if !v.nodes {
		return append(b, text...)
	}
	b = append(b, '{')
	for _, kept := range inOrderOf(text) {
		m := innerMember{name: kept.name}
		for i := range v.members {
			if v.members[i].name == kept.name {
				m = v.members[i]
			}
		}
		b = joined(b, func(b []byte) []byte { return s.appendMember(b, &m, kept.text, at, c) })
	}
	return append(b, '}')
}

// appendNamed writes a node that a value names: as it is where the ID leads to one,
// otherwise what the value keeps of it. People are never shown from what is kept.
func (s *state) appendNamed(b []byte, members map[string]json.RawMessage, v *inner, at *leaf, c *Call) []byte {
	if to := at.nodeOf(v, idIn(members)); to != nil {
		return s.appendRow(b, to.plan, &to.row, to, c)
	}
	if v.child.node.Space != 0 {
		return b
	}
	b = append(b, '{')
	for i := range v.child.items {
		it := &v.child.items[i]
		if it.field == nil {
			continue
		}
		m := innerMember{name: it.field.Name, inner: it.inner, sub: it.sub}
		b = joined(b, func(b []byte) []byte { return s.appendMember(b, &m, members[m.name], at, c) })
	}
	return append(b, '}')
}

// joined puts a comma before what f appends, if it appends anything and something
// stands before it.
func joined(b []byte, f func([]byte) []byte) []byte {
	mark := len(b)
	if last := b[mark-1]; last != '{' && last != '[' {
		b = append(b, ',')
	}
	start := len(b)
	if b = f(b); len(b) == start {
		return b[:mark]
	}
	return b
}

type keptMember struct {
	name string
	text json.RawMessage
}

// inOrderOf are the members of an object as they stand.
func inOrderOf(text json.RawMessage) (list []keptMember) {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return list
		}
		list = append(list, keptMember{name, value})
	}
	return list
}
