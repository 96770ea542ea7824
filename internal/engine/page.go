package engine

import (
	"cmp"
	"errors"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// pageArgs say which items of an edge are asked for.
type pageArgs struct {
	limit, offset int
	after, before string
	from, to      moment // since and until, as they were asked for
	since, until  int64  // and by the clock of the call, microseconds since 1970
	token         string // of a page by time: the exact place
	back          bool   // and that the page before it is wanted
	summary       bool
	// args are the parameters that the edge declares, and said what they were as
	// text; one and with are the names of those that name an item, and another person.
	args      schema.Args
	said      []graph.Param
	one, with string
	fields    string // as text, for the links of a nested edge
}

const (
	defaultPage = 25 // [doc graph-api paging, sample]
	// clampedLimit is the highest limit that is taken and clamped; a higher one
	// is clamped as well. [GP 5.4]
	clampedLimit = 5000
	mostOffset   = 5000
)

// clock settles the times that a call asks for.
func (a *pageArgs) clock(now time.Time) { a.since, a.until = a.from.from(now), a.to.from(now) }

// newPageArgs are those of a call that names none.
func newPageArgs(e *schema.Edge) pageArgs {
	return pageArgs{limit: min(cmp.Or(e.First, defaultPage), e.MostItems())}
}

// readModifiers reads .limit(5).after(...) of an edge used as a field.
func readModifiers(e *schema.Edge, it *fields.Item) (pageArgs, *graph.Error) {
	a := newPageArgs(e)
	params := make([]graph.Param, 0, len(it.Args))
	for i := range it.Args {
		params = append(params, graph.Param{Name: it.Args[i].Name, Value: it.Args[i].Value})
	}
	a.fields = it.Sub.String()
	err := a.ask(e, params)
	return a, err
}

// ask takes what a call says about an edge: the parameters that it declares, and
// those of paging.
func (a *pageArgs) ask(e *schema.Edge, params []graph.Param) *graph.Error {
	for i := range e.Params {
		p := &e.Params[i]
		in, ok := graph.Given(params, p.Name)
		if !ok && p.Required {
			return graph.ErrNeedsParam.Args(p.Name)
		}
		if !ok {
			continue
		}
		v, err := decodeArg(p, in)
		if bad, told := errors.AsType[*graph.Error](err); told {
			return bad
		}
		a.args, a.said = append(a.args, v), append(a.said, graph.Param{Name: p.Name, Value: in.Value})
		switch {
		case p.Name == e.One, p.For != "" && p.For == e.One:
			a.one = p.Name
		case p.Name == e.With:
			a.with = p.Name
		}
	}
	for i := range params {
		if e.Param(params[i].Name) != nil {
			continue
		}
		if err := a.set(e, params[i].Name, params[i].Value); err != nil {
			return err
		}
	}
	return nil
}

// set takes one parameter of paging; others are none of its business.
func (a *pageArgs) set(e *schema.Edge, name, value string) *graph.Error {
	switch name {
	case "limit":
		n, ok := fields.Count(value, clampedLimit)
		if !ok {
			return graph.ErrParamKind.Args(name, "a whole number")
		}
		a.limit = min(n, e.MostItems())
	case "offset":
		n, ok := fields.Count(value, mostOffset)
		if !ok {
			return graph.ErrParamKind.Args(name, "a whole number")
		}
		a.offset = n
	case "after":
		a.after = value
	case "before":
		a.before = value
	case "since", "until":
		t, ok := readMoment(value)
		if !ok {
			return graph.ErrParamKind.Args(name, "a Unix timestamp or a date")
		}
		if name == "since" {
			a.from = t
		} else {
			a.to = t
		}
	case "__paging_token":
		a.token = value
	case "__previous":
		a.back = value == "1"
	case "summary":
		a.summary = value != "" && value != "false" && value != "0"
	}
	return nil
}

// rangeOf is what is asked of the store for one page of an edge: one item more
// than shown says whether there is another page.
func (s *state) rangeOf(l *list) (store.Range, error) {
	a := &l.args
	q := store.Range{From: l.from, Kind: l.edge.Assoc, Since: a.since, Until: a.until, Limit: a.limit + a.offset + 1}
	var err error
	text, back := a.cursor()
	switch {
	case text == "":
	case back:
		q.Before, err = s.openCursor(l, text)
		q.Reverse = true
	default:
		q.After, err = s.openCursor(l, text)
	}
	return q, err
}

// cursor is the place where the page begins, empty for the first page, and
// whether the page lies before it.
func (a *pageArgs) cursor() (text string, back bool) {
	switch {
	case a.token != "":
		return a.token, a.back
	case a.after != "":
		return a.after, false
	}
	return a.before, a.before != ""
}

// onward reports whether a next link of a list by time led here.
func (a *pageArgs) onward() bool { return a.token != "" && !a.back }

// cursorScope binds a cursor to who asks, where and for what.
func (s *state) cursorScope(l *list) string {
	v := &s.viewer
	b := append([]byte("cursor "), v.App.PublicID...)
	for _, id := range [...]store.ID{v.Person, v.Owner(), l.from} {
		b = strconv.AppendInt(append(b, ' '), int64(id), 10)
	}
	b = append(append(b, ' '), l.edge.Name...)
	for _, p := range l.args.said {
		b = strconv.AppendQuote(append(append(b, ' '), p.Name...), p.Value)
	}
	return string(b)
}

func (s *state) openCursor(l *list, text string) (*store.Pos, error) {
	t, to, ok := s.row.Env.Keys.OpenCursor(s.cursorScope(l), text)
	if !ok {
		return nil, graph.ErrBadCursor
	}
	return &store.Pos{Time: t, To: store.ID(to)}, nil
}
