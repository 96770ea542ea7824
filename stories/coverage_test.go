package stories_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"encoding/json"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
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
}

// beyond are rows that no story can reach, and why.
func beyond() map[string]string {
	return map[string]string{
		"error unknown":     "a fault inside the server: wire's own tests provoke it",
		"error unavailable": "a database that does not answer: wire's own tests provoke it",
	}
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
	c := &coverage{cat: cat, files: map[string]bool{}, reached: map[string]bool{}}
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

// observe sees every answer with what the journal says about it.
func (c *coverage) observe(o *story.Observed) {
	for _, w := range o.Why {
		c.rung(w)
	}
	version, ok := graph.ParseVersion(o.Header.Get("Facebook-API-Version"))
	if !ok {
		return
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(o.Body, &members) != nil {
		return
	}
	if o.Status != 200 {
		c.error(o.Status, members["error"])
		return
	}
	n := c.cat.Node(o.Node)
	if n == nil {
		return
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if _, there := members[f.Name]; there {
			c.reach("field %s.%s", n.Name, f.Name)
			if f.Need != nil {
				for _, p := range f.Need.Permissions(version).Names() {
					c.reach("permission %s granted", p)
				}
			}
		} else if f.Need != nil && asked(o.Target, f.Name) {
			for _, p := range f.Need.Permissions(version).Names() {
				c.reach("permission %s refused", p)
			}
		}
	}
	switch n.Name {
	case "InstagramUser":
		asks := n.PageAsks
		if strings.Contains(string(o.TokenKind), "instagram") {
			asks = n.LoginAsks
		}
		for _, p := range asks.Names() {
			c.reach("permission %s granted", p)
		}
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

func (c *coverage) error(status int, text json.RawMessage) {
	var e struct {
		Message, Type string
		Code          int
		Subcode       int `json:"error_subcode"`
	}
	if json.Unmarshal(text, &e) != nil {
		return
	}
	for _, s := range c.errors {
		if s.code == e.Code && s.subcode == e.Subcode && s.status == status && s.typ == e.Type && s.text.MatchString(e.Message) {
			c.reach("error %s", s.name)
		}
	}
}

// done notes a story that ran, with the events it tells.
func (c *coverage) done(s *story.Story, results []*story.Result) {
	for _, r := range results {
		if r.Failed() || r.Skipped != "" {
			return
		}
	}
	for _, step := range s.Steps {
		for _, word := range step.Verb {
			c.event(word)
		}
	}
	for _, word := range words(string(s.Seed)) {
		c.event(word)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files[s.Name] = true
}

func (c *coverage) event(word string) {
	if e, err := consent.ParseEvent(word); err == nil {
		c.reach("event %s", e)
	}
}

// check fails for every row that no story reached.
func (c *coverage) check(t *testing.T) {
	out := beyond()
	for _, row := range c.rows() {
		_, beyond := out[row]
		switch {
		case !c.reached[row] && !beyond:
			t.Errorf("no story reaches %s", row)
		case c.reached[row] && beyond:
			t.Errorf("a story reaches %s: take it off the list", row)
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
		rows = append(rows, "event "+e.String())
	}
	asks := graph.Permissions{}
	for _, n := range c.cat.Nodes {
		asks = asks.Or(n.PageAsks).Or(n.LoginAsks)
		if !n.PageAsks.Empty() {
			rows = append(rows, "task "+n.Task.String()+" granted", "task "+n.Task.String()+" refused")
		}
		for i := range n.Fields {
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
