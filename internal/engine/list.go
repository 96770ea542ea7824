package engine

import (
	"net/url"
	"slices"
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
	if edge == nil {
		return nil
	}
	l := s.root.lists[0]
	if l.strange() {
		c.Ladder.Fail(journal.Parameter, 0, l.args.with)
		return graph.ErrNotVisible
	}
	if !l.shut {
		return nil
	}
	c.Ladder.Withhold(journal.Permission, edge.Name)
	s.lacks(s.plan.node, edge, &s.row, c)
	if edge.Refusal != nil {
		c.Ladder.Fail(journal.Permission, 0, edge.Name)
		return s.refusal(edge.Refusal, edge.Need)
	}
	return nil
}

// lacks says for debug which permission an edge would need.
func (s *state) lacks(of *schema.Node, edge *schema.Edge, row *schema.Row, c *Call) {
	if c.Asides != nil && edge.Need != nil && !s.permitted(row, edge.Need) {
		c.lacking(edge.Name, of, edge.Need)
	}
}

// appendEdge writes an edge that was asked for as a field; one that the Viewer
// may not walk is left out. [guess]
func (s *state) appendEdge(b []byte, of *schema.Node, l *list, row *schema.Row, c *Call) []byte {
	if l.shut {
		c.Ladder.Withhold(journal.Permission, l.edge.Name)
		s.lacks(of, l.edge, row, c)
		return b
	}
	return s.appendList(b, l, row, c)
}

// appendList writes {"data":[...],"paging":{...},"summary":{...}}, or the object
// itself under data where there is one only. [doc graph-api paging]
func (s *state) appendList(b []byte, l *list, row *schema.Row, c *Call) []byte {
	if l.shut || l.strange() {
		return append(b, `{"data":[]}`...)
	}
	c.hint(l.edge)
	if l.edge.Values != nil {
		return s.appendValues(b, l, row, c)
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

func (s *state) appendValues(b []byte, l *list, row *schema.Row, c *Call) []byte {
	open, shut := `{"data":[`, `]`
	if l.edge.Single {
		open, shut = `{"data":`, ``
	}
	b = append(b, open...)
	row.Asked, row.Listed, row.Item = &l.asked, nil, nil
	for _, it := range l.items {
		if !it.dead {
			row.Listed, row.Item = append(row.Listed, it.record), it.row.Item
		}
	}
	start := len(b) - 1
	b = append(l.edge.Values(b, row), shut...)
	if l.edge.Paged {
		b = l.cutOut(b, start)
	}
	if l.inner != nil {
		if l.edge.Single {
			start++
		}
		b = s.appendValue(b[:start], slices.Clone(b[start:]), l.inner, &leaf{}, c)
	}
	row.Asked, row.Listed, row.Item = nil, nil, nil
	return append(s.appendPaging(b, l, c), '}')
}

// appendRef writes what a field refers to: an object, or a list of them.
func (s *state) appendRef(b []byte, it *planItem, at *leaf, c *Call) []byte {
	for i := range at.refs {
		rf := &at.refs[i]
		if rf.item != it {
			continue
		}
		if it.field.Party != nil {
			return appendParties(b, it, rf)
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

// appendParties writes who takes part: an object, or {"data":[...]}.
func appendParties(b []byte, it *planItem, rf *ref) []byte {
	start := len(b)
	if rf.list {
		b = append(b, `{"data":[`...)
	}
	n := 0
	for _, to := range rf.to {
		if to.dead {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		at := len(b)
		if b = it.field.Party(b, &to.row); it.sub != nil {
			b = append(b[:at], narrow(b[at:], it.sub)...)
		}
	}
	switch {
	case rf.list:
		return append(b, `]}`...)
	case n == 0:
		return b[:start]
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
	switch l.edge.Paging {
	case schema.PagedByTime:
		return s.appendByTime(b, l, c, before, after)
	case schema.PagedByOffset:
		return s.appendByOffset(b, l, c)
	}
	b = append(b, `,"paging":{"cursors":{"before":"`...)
	b = append(b, before...)
	b = append(b, `","after":"`...)
	b = append(b, after...)
	b = append(b, `"}`...)
	if l.more {
		b = append(b, `,"next":`...)
		b = s.appendLink(b, l, c, graph.Param{Name: "after", Value: after})
	}
	if l.earlier {
		b = append(b, `,"previous":`...)
		b = s.appendLink(b, l, c, graph.Param{Name: "before", Value: before})
	}
	return append(b, '}')
}

// appendByTime writes links that name the time of the end of the page, with its
// exact place beside it; the caller's other bound stays, that of the link which
// led here does not. What comes later is
// always worth asking for. [doc graph-api paging]
func (s *state) appendByTime(b []byte, l *list, c *Call, before, after string) []byte {
	b = append(b, `,"paging":{"previous":`...)
	place := []graph.Param{{Name: "since", Value: seconds(l.first.Time)}, {Name: "__previous", Value: "1"}, {Name: "__paging_token", Value: before}}
	if l.args.until != 0 && !l.args.onward() {
		place = append(place, graph.Param{Name: "until", Value: seconds(l.args.until)})
	}
	b = s.appendLink(b, l, c, place...)
	if l.more {
		b = append(b, `,"next":`...)
		place := []graph.Param{{Name: "until", Value: seconds(l.last.Time + 1e6 - 1)}, {Name: "__paging_token", Value: after}}
		if l.args.since != 0 && !l.args.back {
			place = append(place, graph.Param{Name: "since", Value: seconds(l.args.since)})
		}
		b = s.appendLink(b, l, c, place...)
	}
	return append(b, '}')
}

func seconds(micros int64) string { return strconv.FormatInt(max(micros/1e6, 1), 10) }

// appendByOffset writes links that count. [seen KOALA mock]
func (s *state) appendByOffset(b []byte, l *list, c *Call) []byte {
	b = append(b, `,"paging":{`...)
	start := len(b)
	if l.more {
		b = append(b, `"next":`...)
		b = s.appendLink(b, l, c, graph.Param{Name: "offset", Value: strconv.Itoa(l.args.offset + l.args.limit)})
	}
	if l.args.offset > 0 {
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, `"previous":`...)
		b = s.appendLink(b, l, c, graph.Param{Name: "offset", Value: strconv.Itoa(max(0, l.args.offset-l.args.limit))})
	}
	return append(b, '}')
}

// appendLink writes the URL of another page: token first, the caller's own
// parameters, limit, and the place last. [seen KOALA, RESTFB]
func (s *state) appendLink(b []byte, l *list, c *Call, place ...graph.Param) []byte {
	u := append([]byte(nil), s.row.Env.GraphBase...)
	u = append(append(append(u, '/'), c.Served.String()...), '/')
	u = append(append(append(u, l.owner...), '/'), l.edge.Name...)
	root := s.plan.edge != nil && l == s.root.lists[0]
	if root && c.Key != "" {
		u = append(append(u, '/'), url.PathEscape(c.Key)...)
	}
	u = append(u, "?access_token="...)
	u = append(u, url.QueryEscape(c.Cred.Text())...)
	fields := l.args.fields
	if root {
		fields = c.Fields
		for _, p := range c.Params {
			if !placed[p.Name] && p.File == nil {
				u = appendPair(u, p.Name, p.Value)
			}
		}
	}
	if fields != "" {
		u = appendPair(u, "fields", fields)
	}
	if c.Cred.Proof != "" {
		u = appendPair(u, "appsecret_proof", c.Cred.Proof)
	}
	for _, p := range l.args.said {
		if !root {
			u = appendPair(u, p.Name, p.Value)
		}
	}
	if l.args.summary && s.plan.edge == nil {
		u = appendPair(u, "summary", "true")
	}
	u = appendPair(u, "limit", strconv.Itoa(l.args.limit))
	for _, p := range place {
		u = appendPair(u, p.Name, p.Value)
	}
	return graph.AppendString(b, string(u))
}

// placed are the parameters that a link says anew, and those of one call alone:
// of the latter links carry pretty, and nothing of debug, format, method,
// suppress_http_code and transport. [seen idx:34644648865, idx:14706744518]
var placed = map[string]bool{
	"limit": true, "after": true, "before": true, "offset": true, "since": true, "until": true, "__previous": true, "__paging_token": true,
	"debug": true, "format": true, "suppress_http_code": true, "suppress_response_codes": true, "transport": true, "callback": true,
}

func appendPair(u []byte, name, value string) []byte {
	u = append(u, '&')
	u = append(u, url.QueryEscape(name)...)
	u = append(u, '=')
	return append(u, url.QueryEscape(value)...)
}
