package engine

import (
	"net/url"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/schema"
)

// refused is the answer to a path whose edge the Viewer may not walk, where the
// edge has one; the others answer with an empty list. [doc debugging]
func (s *state) refused(c *Call) error {
	edge := s.plan.edge
	if edge != nil && edge.Reviewed && !s.viewer.Has(edge.Feature, s.row.Role) && s.row.Role == graph.RoleNone {
		c.Ladder.Fail(journal.Permission, 0, edge.Name)
		return graph.ErrNotReviewed.Args(edge.Name)
	}
	if edge == nil || !s.root.lists[0].shut {
		return nil
	}
	c.Ladder.Withhold(journal.Permission, edge.Name)
	if edge.Refusal != nil {
		c.Ladder.Fail(journal.Permission, 0, edge.Name)
		return edge.Refusal
	}
	return nil
}

// appendEdge writes an edge that was asked for as a field; one that the Viewer
// may not walk is left out. [guess]
func (s *state) appendEdge(b []byte, l *list, row *schema.Row, c *Call) []byte {
	if l.shut {
		c.Ladder.Withhold(journal.Permission, l.edge.Name)
		return b
	}
	return s.appendList(b, l, row, c)
}

// appendList writes {"data":[...],"paging":{...},"summary":{...}}, or the object
// itself under data where there is one only. [doc graph-api paging]
func (s *state) appendList(b []byte, l *list, row *schema.Row, c *Call) []byte {
	if l.shut {
		return append(b, `{"data":[]}`...)
	}
	if l.edge.Values != nil {
		return appendValues(b, l, row)
	}
	b = append(b, `{"data":[`...)
	start := len(b)
	for _, it := range l.items {
		if it.dead {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = s.appendRow(b, it.plan, &it.row, it, c)
	}
	b = append(b, ']')
	b = s.appendPaging(b, l, c)
	if l.edge.Total && (l.args.summary || l.edge.Always) {
		b = append(b, `,"summary":{"total_count":`...)
		b = strconv.AppendInt(b, l.total, 10)
		b = append(b, '}')
	}
	return append(b, '}')
}

func appendValues(b []byte, l *list, row *schema.Row) []byte {
	open, shut := `{"data":[`, `]}`
	if l.edge.Single {
		open, shut = `{"data":`, `}`
	}
	b = append(b, open...)
	row.Width = l.args.width
	b = l.edge.Values(b, row)
	return append(b, shut...)
}

// appendRef writes what a field refers to: an object, or a list of them.
func (s *state) appendRef(b []byte, it *planItem, at *leaf, c *Call) []byte {
	for i := range at.refs {
		rf := &at.refs[i]
		if rf.item != it {
			continue
		}
		start := len(b)
		if rf.list {
			b = append(b, '[')
		}
		n := 0
		for _, to := range rf.to {
			if to.dead {
				continue
			}
			if n++; n > 1 {
				b = append(b, ',')
			}
			b = s.appendRow(b, to.plan, &to.row, to, c)
		}
		switch {
		case n == 0:
			return b[:start]
		case rf.list:
			b = append(b, ']')
		}
		return b
	}
	return b
}

// appendPaging writes cursors and links; a page on which nothing was has none.
// Where the last page ends there is no next, and before the first no previous.
func (s *state) appendPaging(b []byte, l *list, c *Call) []byte {
	if l.first == nil {
		return b
	}
	keys, scope := s.row.Env.Keys, s.cursorScope(l)
	before := keys.Cursor(scope, l.first.Time, int64(l.first.To))
	after := keys.Cursor(scope, l.last.Time, int64(l.last.To))
	b = append(b, `,"paging":{"cursors":{"before":"`...)
	b = append(b, before...)
	b = append(b, `","after":"`...)
	b = append(b, after...)
	b = append(b, `"}`...)
	if l.more {
		b = append(b, `,"next":`...)
		b = s.appendLink(b, l, c, "after", after)
	}
	if l.earlier {
		b = append(b, `,"previous":`...)
		b = s.appendLink(b, l, c, "before", before)
	}
	return append(b, '}')
}

// appendLink writes the URL of another page: token first, the caller's own
// parameters, limit, and the cursor last. [seen KOALA, RESTFB]
func (s *state) appendLink(b []byte, l *list, c *Call, name, cursor string) []byte {
	u := append([]byte(nil), s.row.Env.PictureBase...)
	u = append(append(append(u, '/'), c.Served.String()...), '/')
	u = append(append(append(u, l.owner...), '/'), l.edge.Name...)
	u = append(u, "?access_token="...)
	u = append(u, url.QueryEscape(c.Cred.Text())...)
	fields := l.args.fields
	if s.plan.edge == l.edge && l == s.root.lists[0] {
		fields = c.Fields
		for _, p := range c.Params {
			switch p.Name {
			case "limit", "after", "before", "offset", "access_token":
				continue
			}
			u = appendPair(u, p.Name, p.Value)
		}
	}
	if fields != "" {
		u = appendPair(u, "fields", fields)
	}
	if c.Cred.Proof != "" {
		u = appendPair(u, "appsecret_proof", c.Cred.Proof)
	}
	u = appendPair(u, "limit", strconv.Itoa(l.args.limit))
	u = appendPair(u, name, cursor)
	return graph.AppendString(b, string(u))
}

func appendPair(u []byte, name, value string) []byte {
	u = append(u, '&')
	u = append(u, url.QueryEscape(name)...)
	u = append(u, '=')
	return append(u, url.QueryEscape(value)...)
}
