package control

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/journal"
)

// A Request is one Graph call as the plane shows it. Its path is redacted.
type Request struct {
	ID      uint64    `json:"id"`
	Time    time.Time `json:"time"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Node    string    `json:"node,omitempty"`
	App     string    `json:"app,omitempty"`
	Page    string    `json:"page,omitempty"`
	Status  int       `json:"status"`
	Code    int       `json:"code,omitempty"`
	Subcode int       `json:"subcode,omitempty"`
	Micros  int64     `json:"micros"`
}

func view(e *journal.Entry) Request {
	return Request{
		ID: e.ID, Time: e.At.UTC(), Method: e.Method, Path: e.Path, Node: e.Node, App: e.App, Page: e.Page,
		Status: e.Status, Code: e.Code, Subcode: e.Subcode, Micros: e.DurationMicros,
	}
}

// A Why is a call and the decision ladder behind its answer.
type Why struct {
	Request Request `json:"request"`
	Why     []Line  `json:"why"`
}

// A Line is one rung of it: what was asked, how it went (passed, failed,
// skipped), that in words, and what backs the rule.
type Line struct {
	Rung      string `json:"rung"`
	Outcome   string `json:"outcome"`
	Detail    string `json:"detail,omitempty"`
	Text      string `json:"text"`
	Reference string `json:"reference"`
}

func explain(e *journal.Entry) Why {
	w := Why{Request: view(e), Why: []Line{}}
	for _, l := range e.Why() {
		w.Why = append(w.Why, Line{l.Rung.String(), l.Outcome.String(), l.Detail.String(), l.Text, l.Reference})
	}
	return w
}

// Bounds of a list.
const (
	listed     = 100
	mostListed = 1000
)

// requests lists calls newest first: ?limit=, ?since= (an ID), ?status= (404
// or 4xx), ?node=.
func (p *plane) requests(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		p.fail(w, err)
		return
	}
	list := []Request{}
	if p.Journal != nil {
		for _, e := range p.Journal.List(q.since, q.limit, q.keep) {
			list = append(list, view(&e))
		}
	}
	reply(w, http.StatusOK, map[string][]Request{"requests": list})
}

type query struct {
	since    uint64
	limit    int
	from, to int // of the status
	node     string
}

func parseQuery(raw string) (query, error) {
	q := query{limit: listed, to: 1000}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return q, bad("", "The query cannot be read.")
	}
	for name, all := range values {
		value := all[len(all)-1]
		switch name {
		case "limit":
			q.limit, err = strconv.Atoi(value)
			if err != nil || q.limit < 1 || q.limit > mostListed {
				return q, bad("", "limit is %q: from 1 to %d.", value, mostListed)
			}
		case "since":
			if q.since, err = strconv.ParseUint(value, 10, 63); err != nil {
				return q, bad("", "since is %q: the number of a request.", value)
			}
		case "status":
			if q.from, q.to, err = statusRange(value); err != nil {
				return q, err
			}
		case "node":
			q.node = value
		default:
			return q, bad("Use limit, since, status or node.", "The query has an unknown parameter %q.", name)
		}
	}
	return q, nil
}

// statusRange reads 404 or 4xx.
func statusRange(text string) (from, to int, err error) {
	if len(text) == 3 && strings.HasSuffix(text, "xx") && text[0] >= '1' && text[0] <= '5' {
		from = int(text[0]-'0') * 100
		return from, from + 99, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 100 || n > 599 {
		return 0, 0, bad("", "status is %q: such as 404 or 4xx.", text)
	}
	return n, n, nil
}

func (q *query) keep(e *journal.Entry) bool {
	return e.Status >= q.from && e.Status <= q.to && (q.node == "" || strings.EqualFold(q.node, e.Node))
}

func (p *plane) request(w http.ResponseWriter, r *http.Request) {
	if e, ok := p.find(w, r); ok {
		reply(w, http.StatusOK, view(&e))
	}
}

func (p *plane) why(w http.ResponseWriter, r *http.Request) {
	if e, ok := p.find(w, r); ok {
		reply(w, http.StatusOK, explain(&e))
	}
}

// find looks up the call of the path: a number, or "last".
func (p *plane) find(w http.ResponseWriter, r *http.Request) (e journal.Entry, ok bool) {
	text := r.PathValue("id")
	id, err := strconv.ParseUint(text, 10, 63)
	switch {
	case err != nil && text != "last":
		refuse(w, http.StatusBadRequest, "The path names no request: a number, or last.", "")
		return e, false
	case p.Journal == nil:
		refuse(w, http.StatusNotFound, "This server keeps no requests.", "Start it with --journal-size and --journal-sample.")
		return e, false
	case text == "last":
		e, ok = p.Journal.Last()
	default:
		e, ok = p.Journal.Get(id)
	}
	if !ok {
		refuse(w, http.StatusNotFound, "No such request is kept: it is too old, was not sampled, or never was.", "GET /_/api/requests lists those that are.")
	}
	return e, ok
}
