package stories_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/story"
)

// A coverage notes which rows of the declared Graph the stories reached.
type coverage struct {
	cat    *schema.Catalogue
	errors []spelling

	mu      sync.Mutex
	files   map[string]bool
	reached map[string]bool
	triples map[string][]string // which stories show it
}

// A spelling is how one row of the error table reads on the wire.
type spelling struct {
	name          string
	code, subcode int
	typ           string
	status        int
	text          *regexp.Regexp
}

func newCoverage(t *testing.T) *coverage {
	t.Helper()
	cat, err := nodes.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	c := &coverage{cat: cat, files: map[string]bool{}, reached: map[string]bool{}, triples: map[string][]string{}}
	for _, e := range graph.Errors() {
		c.errors = append(c.errors, spellings(e)...)
	}
	return c
}

// spellings lists the forms of an error over all versions and both hosts.
func spellings(e *graph.Error) []spelling {
	const hole = "\x00"
	var all []spelling
	seen := map[string]bool{}
	for _, v := range graph.Versions() {
		for _, instagram := range []bool{false, true} {
			env := e.Args(hole, hole, hole).Envelope(v, instagram)
			key := fmt.Sprint(env)
			if seen[key] {
				continue
			}
			seen[key] = true
			text := strings.ReplaceAll(regexp.QuoteMeta(env.Message), hole, ".*")
			all = append(all, spelling{e.Name(), env.Code, env.Subcode, env.Type, env.Status, regexp.MustCompile(`(?s)\A` + text + `\z`)})
		}
	}
	return all
}

func (c *coverage) stories() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.files)
}

func (c *coverage) reach(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reached[fmt.Sprintf(format, args...)] = true
}

// A witness sees the answers of one story. A permission counts as refused where
// a person's field that needs it is asked for and left out, while another
// answer of the story has it.
type witness struct {
	*coverage
	shown   map[string]bool     // person and field
	omitted map[string][]string // person and field: permissions
	edges   []glimpse           // of a person
}

func (c *coverage) witness() *witness {
	return &witness{coverage: c, shown: map[string]bool{}, omitted: map[string][]string{}}
}

// observe takes an answer with what the journal says about it.
func (w *witness) observe(o *story.Observed) {
	for _, y := range o.Why {
		w.rung(y)
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(o.Body, &members) != nil {
		w.refusals(o.Body)
		return
	}
	version, _ := graph.ParseVersion(o.Header.Get("Facebook-API-Version"))
	n := w.cat.Node(o.Node)
	edge := edgeOf(n, o.Target)
	if edge != nil {
		w.walked(n, edge, version, o, members)
		if n.Name == "User" {
			w.edges = append(w.edges, glimpsed(edge, o, members))
		}
	}
	switch {
	case o.Status != 200:
		names := w.error(o.Status, members["error"])
		if n != nil {
			w.tabled(n, version, o, names)
		}
		w.flat(members["error_message"])
	case n != nil && edge == nil:
		w.fields(n, version, o, members)
		w.nested(n, nil, members)
	}
}

// refusals notes the errors inside a batch: some are told nowhere else.
func (w *witness) refusals(body []byte) {
	var entries []*struct {
		Code int
		Body string
	}
	if json.Unmarshal(body, &entries) != nil {
		return
	}
	for _, e := range entries {
		var members map[string]json.RawMessage
		if e != nil && json.Unmarshal([]byte(e.Body), &members) == nil {
			w.error(e.Code, members["error"])
		}
	}
}

// edgeOf is the edge that a target names.
func edgeOf(n *schema.Node, target string) *schema.Edge {
	path, _, _ := strings.Cut(target, "?")
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if n == nil || len(parts) < 2 {
		return nil
	}
	last := len(parts) - 1
	if e := n.Edge(parts[last-1] + "/" + parts[last]); e != nil {
		return e
	}
	if e := n.Edge(parts[last-1]); e != nil && e.Key != "" {
		return e
	}
	return n.Edge(parts[last])
}

// walked notes what became of a call to an edge.
func (w *witness) walked(n *schema.Node, e *schema.Edge, v graph.Version, o *story.Observed, members map[string]json.RawMessage) {
	status, q := o.Status, query(o.Target)
	key := e.Key != "" && !strings.HasSuffix(strings.SplitN(o.Target, "?", 2)[0], "/"+e.Name)
	var names []string
	if e.Need.Asks(v) {
		names = e.Need.Permissions(v).Names()
	}
	empty := string(members["data"]) == "[]" && members["paging"] == nil
	switch {
	case status != 200 || empty:
		for _, name := range names {
			w.reach("permission %s refused", name)
		}
	default:
		w.granted(names)
		w.reach("edge %s.%s", n.Name, e.Name)
		for i := range e.Params {
			if p := e.Params[i].Name; q.Has(p) || p == e.Key && key {
				w.reach("parameter %s of %s.%s", p, n.Name, e.Name)
			}
		}
		w.items(w.cat.Node(e.To), e, members["data"])
	}
}

// items notes the fields that a list of nodes, or one of them, shows.
func (w *witness) items(n *schema.Node, via *schema.Edge, text json.RawMessage) {
	var list []map[string]json.RawMessage
	var one map[string]json.RawMessage
	switch {
	case n == nil:
	case json.Unmarshal(text, &list) == nil:
		for _, members := range list {
			w.nested(n, via, members)
		}
	case json.Unmarshal(text, &one) == nil:
		w.nested(n, via, one)
	}
}

// nested notes what a node shows, and what hangs on it.
func (w *witness) nested(n *schema.Node, via *schema.Edge, members map[string]json.RawMessage) {
	for name, text := range members {
		f, e := n.Field(name), n.Edge(name)
		switch {
		case f != nil:
			w.reach("field %s.%s", n.Name, name)
			w.items(w.cat.Node(f.To), nil, text)
		case via != nil && via.Field(name) != nil:
			w.reach("edge %s adds %s", via.Name, name)
		case e != nil:
			var page struct{ Data json.RawMessage }
			if json.Unmarshal(text, &page) == nil && string(page.Data) != "[]" {
				w.reach("edge %s.%s", n.Name, name)
				w.items(w.cat.Node(e.To), e, page.Data)
			}
		}
	}
}

func (w *witness) fields(n *schema.Node, v graph.Version, o *story.Observed, members map[string]json.RawMessage) {
	for i := range n.Fields {
		f := &n.Fields[i]
		_, shown := members[f.Name]
		if shown {
			w.reach("field %s.%s", n.Name, f.Name)
		}
		if f.Need == nil {
			continue
		}
		names, key := f.Need.Permissions(v).Names(), string(members["id"])+" "+f.Name
		switch {
		case shown:
			w.shown[key] = true
			w.granted(names)
		case asked(o.Target, f.Name):
			w.omitted[key] = append(w.omitted[key], names...)
		}
	}
	switch {
	case len(members) == 0:
	case o.TokenKind == "instagram":
		w.granted(n.LoginAsks.Names())
	case o.TokenKind == "page":
		w.granted(n.PageAsks.Names())
	}
}

func (w *witness) granted(names []string) {
	for _, name := range names {
		w.reach("permission %s granted", name)
	}
}

// asked says whether a target names the field among its fields.
func asked(target, field string) bool {
	_, query, _ := strings.Cut(target, "fields=")
	query, _, _ = strings.Cut(query, "&")
	return slices.Contains(strings.FieldsFunc(query, func(r rune) bool { return r == ',' || r == '+' }), field)
}

// rung reads what a ladder says about features, tasks and permissions.
func (c *coverage) rung(w story.Why) {
	verdict := map[string]string{"passed": "granted", "failed": "refused"}[w.Outcome]
	if verdict == "" {
		return
	}
	switch w.Rung {
	case "feature":
		c.reach("feature %s %s", graph.BusinessAssetUserProfileAccess, verdict)
	case "task":
		for _, name := range graph.AllTasks.Names() {
			if strings.Contains(w.Text, name) {
				c.reach("task %s %s", name, verdict)
			}
		}
	case "permission":
		for _, name := range words(w.Text) {
			if _, known := graph.ParsePermission(name); known && verdict == "refused" {
				c.reach("permission %s refused", name)
			}
		}
	case "unapproved_field":
		if verdict == "refused" {
			c.unapproved(words(w.Text))
		}
	}
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}

// unapproved finds the field that failed a MessengerUser call.
func (c *coverage) unapproved(words []string) {
	n := c.cat.Node("MessengerUser")
	for _, name := range words {
		if f := n.Field(name); f != nil && f.Need != nil {
			for _, p := range f.Need.AnyOf.Names() {
				c.reach("permission %s refused", p)
			}
		}
	}
}

// flat notes an error of api.instagram.com, which has a text only.
func (c *coverage) flat(text json.RawMessage) {
	var message string
	if json.Unmarshal(text, &message) != nil {
		return
	}
	for _, s := range c.errors {
		if s.text.MatchString(message) || s.text.MatchString(message+".") {
			c.reach("error %s", s.name)
		}
	}
}

// error notes the rows of the error table that an answer may be, and returns
// their names.
func (c *coverage) error(status int, text json.RawMessage) (names []string) {
	var e struct {
		Message, Type string
		Code          int
		Subcode       int `json:"error_subcode"`
	}
	if json.Unmarshal(text, &e) != nil {
		return nil
	}
	for _, s := range c.errors {
		if s.code == e.Code && s.subcode == e.Subcode && s.status == status && s.typ == e.Type && s.text.MatchString(e.Message) {
			c.reach("error %s", s.name)
			names = append(names, s.name)
		}
	}
	return names
}

// tabled notes that a call got an answer of the table of errors which the
// reference page has for calls of its kind: which kind follows from method and
// path, DELETE /{page_id}/blocked.
func (w *witness) tabled(n *schema.Node, v graph.Version, o *story.Observed, names []string) {
	page, action, call := n, schema.Reading, o.Step.Call
	method := call.Method
	if q := query(o.Target); q.Has("method") {
		method = strings.ToUpper(q.Get("method"))
	}
	if method != "GET" {
		op := operationOf(n, method, o.Target, v)
		if op == nil {
			return
		}
		if action = op.Action; op.Target != "" {
			page = w.cat.Node(op.Target)
		}
	}
	t := page.Table(action)
	if t == nil {
		return
	}
	for _, row := range t.Rows {
		for _, e := range row.From {
			if slices.Contains(names, e.Name()) {
				w.reach("error %d of the table %s of %s", row.Code, t.Name, page.Name)
			}
		}
	}
}

// query is what stands behind the path.
func query(target string) url.Values {
	_, text, _ := strings.Cut(target, "?")
	q, _ := url.ParseQuery(text) // what cannot be read is none
	return q
}

// operationOf is the write that method and path name: of the node, of an edge of
// it, or of what the path names on an edge.
func operationOf(n *schema.Node, method, target string, v graph.Version) *schema.Operation {
	path, _, _ := strings.Cut(target, "?")
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(parts) > 0 {
		if _, known := graph.ParseVersion(parts[0]); known {
			parts = parts[1:]
		}
	}
	switch len(parts) {
	case 0, 1:
		return n.Operation(method, "", false, v)
	case 2:
		return n.Operation(method, parts[1], false, v)
	}
	if op := n.Operation(method, parts[1]+"/"+parts[2], false, v); op != nil {
		return op
	}
	return n.Operation(method, parts[1], true, v)
}

// done notes a story that ran, with the events it tells.
func (w *witness) done(s *story.Story, results []*story.Result) {
	for _, r := range results {
		if r.Failed() || r.Skipped != "" {
			return
		}
	}
	for key, names := range w.omitted {
		for _, name := range names {
			if w.shown[key] {
				w.reach("permission %s refused", name)
			}
		}
	}
	for _, h := range happenings(s) {
		w.reach("%s", h)
	}
	shown := triples(s, w.edges)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, row := range shown {
		w.triples[row] = append(w.triples[row], s.Name)
	}
	w.files[s.Name] = true
}

// check fails for every row that no story reached.
func (c *coverage) check(t *testing.T) {
	for _, row := range c.rows() {
		if !c.reached[row] {
			t.Errorf("no story reaches %s", row)
		}
	}
}

// rows lists everything declared, in the words of reach.
func (c *coverage) rows() []string {
	var rows []string
	for _, e := range graph.Errors() {
		rows = append(rows, "error "+e.Name())
	}
	for _, e := range consent.Events() {
		for _, on := range surfaces() {
			if e.On(on == instagram) {
				rows = append(rows, on.happening(e))
			}
		}
	}
	asks := graph.Permissions{}
	for _, n := range c.cat.Nodes {
		rows = append(rows, tables(n)...)
		asks = asks.Or(n.PageAsks).Or(n.LoginAsks)
		if slices.Contains(n.Ladder, journal.Task) {
			rows = append(rows, "task "+n.Task.String()+" granted", "task "+n.Task.String()+" refused")
		}
		for i := range n.Edges {
			e := &n.Edges[i]
			rows = append(rows, "edge "+n.Name+"."+e.Name)
			for j := range e.Params {
				rows = append(rows, "parameter "+e.Params[j].Name+" of "+n.Name+"."+e.Name)
			}
			for j := range e.Extra {
				rows = append(rows, "edge "+e.Name+" adds "+e.Extra[j].Name)
			}
			if e.Need != nil {
				asks = asks.Or(e.Need.AnyOf).Or(e.Need.AnyOfLater)
			}
		}
		for i := range n.Fields {
			if n.Unaddressed && n.Fields[i].Name == "id" {
				continue // on the wire there is none
			}
			if n.Fields[i].Since >= graph.V(255, 0) {
				continue // kept, and no field in any version
			}
			rows = append(rows, "field "+n.Name+"."+n.Fields[i].Name)
			if need := n.Fields[i].Need; need != nil {
				asks = asks.Or(need.AnyOf).Or(need.AnyOfLater)
			}
		}
	}
	for _, p := range asks.Names() {
		rows = append(rows, "permission "+p+" granted", "permission "+p+" refused")
	}
	f := graph.BusinessAssetUserProfileAccess.String()
	return append(rows, "feature "+f+" granted", "feature "+f+" refused")
}

// tables lists the rows of the tables of errors that kith answers.
func tables(n *schema.Node) (rows []string) {
	for _, t := range n.Errors {
		for _, row := range t.Rows {
			if len(row.From) > 0 {
				rows = append(rows, fmt.Sprintf("error %d of the table %s of %s", row.Code, t.Name, n.Name))
			}
		}
	}
	return rows
}
