package engine

import (
	"encoding/json"
	"slices"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
)

// encode writes what the Viewer may see, in the order asked for. A field that
// is withheld or has no value is absent; null only where the reference says so.
func encode(b []byte, s *state, c *Call) []byte {
	if s.plan.edge != nil {
		start := len(b)
		l := s.root.lists[0]
		leads := l.edge.Single && !l.shut && l.args.args.Bool("redirect", true)
		if leads {
			l.inner = nil
		}
		b = s.appendList(b, l, &s.row, c)
		if leads {
			c.Redirect = targetOf(b[start:])
		}
	} else {
		b = s.appendRow(b, s.plan, &s.row, &s.root, c)
		if c.Asides != nil && c.Asides.Metadata && !s.over {
			b = withMetadata(b, s)
		}
	}
	c.Ladder.Pass(journal.Project, "")
	return b
}

// targetOf is the URL that the object of a single edge leads to.
func targetOf(body []byte) string {
	var answer struct{ Data struct{ URL string } }
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	return answer.Data.URL
}

// appendRow writes one node. at has what hangs on it, where the plan is deep.
func (s *state) appendRow(b []byte, p *plan, row *schema.Row, at *leaf, c *Call) []byte {
	if len(b) > s.end { // all of it is for nothing
		s.over = true
		return b
	}
	b = append(b, '{')
	written, lists := 0, 0
	for i := range p.items {
		it := &p.items[i]
		mark := len(b)
		if written > 0 {
			b = append(b, ',')
		}
		b = append(b, it.key...)
		start := len(b)
		if it.edge != nil {
			b = s.appendEdge(b, p.node, at.lists[lists], row, c)
			lists++
		} else {
			b = s.appendField(b, p, it, row, at, c)
		}
		if len(b) == start {
			b = b[:mark]
			continue
		}
		written++
	}
	return append(b, '}')
}

// appendField writes the value of a field, or nothing.
func (s *state) appendField(b []byte, p *plan, it *planItem, row *schema.Row, at *leaf, c *Call) []byte {
	f := it.field
	if !s.shows(row, f) {
		c.Ladder.Withhold(journal.Audience, f.Name)
		if f.Need != nil && f.Need.Info < 0 && !s.permitted(row, f.Need) {
			c.lacking(f.Name, p.node, f.Need)
		}
		if f.Null {
			b = append(b, "null"...)
		}
		return b
	}
	start := len(b)
	if f.To != "" {
		return s.appendRef(b, it, at, c)
	}
	row.Asked = it.asked
	b = f.From(b, row)
	row.Asked = nil
	switch {
	case len(b) == start && f.Null:
		b = append(b, "null"...)
	case c.Asides != nil && c.Asides.Dates != "" && f.Kind == schema.Datetime:
		b = append(b[:start], inPattern(b[start:], c.Asides.Dates)...)
	case c.Asides != nil && c.Asides.Language != "" && f.Words != nil:
		b = append(b[:start], inLanguage(b[start:], f, c.Asides.Language)...)
	case len(b) > start && it.inner != nil:
		return s.appendValue(b[:start], slices.Clone(b[start:]), it.inner, at, c)
	case len(b) > start && it.sub != nil && f.Shape == nil && f.Kind >= schema.Struct:
		b = append(b[:start], narrow(b[start:], it.sub)...)
	}
	return b
}

// shows reports whether the Viewer may see a field of this row at all.
func (s *state) shows(row *schema.Row, f *schema.Field) bool {
	if !s.sees(row, f.Sight) || row.Env.Realistic && row.Env.Left(f.Empty, row.When()) {
		return false
	}
	if f.Audience != 0 && row.Person.Audience(f.Audience) > row.Reach() {
		return false
	}
	if f.Sight == schema.SeenInCommon && s.viewer.Kind == access.UserToken {
		return row.Env.Standing(f.Need.Permissions(row.Version), row.When()).Intersects(s.viewer.Granted)
	}
	if f.Name == "profile_pic" && row.Person != nil && s.europe() {
		return false
	}
	return f.Need == nil || f.Need.Info >= 0 || s.permitted(row, f.Need)
}

func (s *state) sees(row *schema.Row, sight schema.Sight) bool {
	v := &s.viewer
	switch sight {
	case schema.SeenBySelf:
		return row.Self
	case schema.SeenByFriends:
		return row.Self || row.Friend || v.Kind == access.AppToken || v.Proved
	case schema.SeenByApp:
		return row.Self || v.Kind == access.AppToken && (row.Install != nil || row.Page != nil && contains(row.Page.Apps, v.App.ID))
	case schema.SeenByWorkplace:
		return v.Kind == access.AppToken || row.Self
	case schema.SeenProved:
		known := row.Self || v.Kind == access.AppToken && row.Install != nil || v.Kind == access.PageToken && row.Contact != nil
		return v.Proved && known
	}
	return true
}

// permitted checks a login permission: what the token carries for the person
// themselves, what they granted the app for an app token, and the public
// profile alone for everyone else. [doc login permissions; the latter guess]
func (s *state) permitted(row *schema.Row, n *schema.Need) bool {
	need := n.Permissions(row.Version)
	if need.Empty() {
		return true
	}
	need = row.Env.Standing(need, row.When())
	switch {
	case row.Self:
		return need.Intersects(s.viewer.Granted)
	case s.viewer.Kind == access.AppToken:
		return row.Install != nil && need.Intersects(row.Install.Granted)
	}
	return need.Has(graph.PublicProfile)
}

// narrow keeps the asked members of a struct, or of each struct of a list, in
// the order asked for, with "id" last where there is one. The text is our own
// and valid, so that a failure to read it leaves it as it is.
func narrow(text []byte, sel *fields.Selection) []byte {
	if len(text) > 0 && text[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(text, &list) != nil {
			return text
		}
		out := []byte{'['}
		for i, m := range list {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, narrow(m, sel)...)
		}
		return append(out, ']')
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return text
	}
	out := []byte{'{'}
	id := true
	for i := range sel.Items {
		it := &sel.Items[i]
		id = id && it.Name != "id"
		out = appendMember(out, it.Name, members[it.Name], it.Sub)
	}
	if id {
		out = appendMember(out, "id", members["id"], nil)
	}
	return append(out, '}')
}

func appendMember(out []byte, name string, text json.RawMessage, sub *fields.Selection) []byte {
	if text == nil {
		return out
	}
	if len(out) > 1 {
		out = append(out, ',')
	}
	out = append(out, '"')
	out = append(out, name...)
	out = append(out, '"', ':')
	if sub != nil {
		text = narrow(text, sub)
	}
	return append(out, text...)
}
