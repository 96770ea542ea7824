package engine

import (
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// Asides are what a call wants to hear beside the values.
type Asides struct {
	// Metadata is the type of the node, its fields and where its edges are. [doc
	// graph-api overview]
	Metadata bool
	// Debug is why something is missing.
	Debug Debug
	// Dates is the pattern of datetimes, as PHP's date() reads it; empty: ISO 8601.
	Dates string
	// Language is that of values which have words for people, see graph.Language.
	Language string
	// Secure has addresses of pictures and files begin with https.
	Secure bool

	notes []Note
}

// env is what fields may use of the server, as the call asks for it.
func (e *Engine) env(c *Call) *schema.Env {
	rest, plain := strings.CutPrefix(e.opt.Env.PictureBase, "http://")
	if c.Asides == nil || !c.Asides.Secure || !plain {
		return e.opt.Env
	}
	secure := *e.opt.Env
	secure.PictureBase = "https://" + rest
	return &secure
}

// Debug is how much of it.
type Debug uint8

// Debugs. Each has what the one before has. [doc debugging; that they nest guess]
const (
	DebugNone Debug = iota
	DebugWarning
	DebugInfo
	DebugAll
)

// A Note is one message of __debug__.
type Note struct {
	Text string
	Type Debug
	Link string
}

// mostNotes bounds what one answer says of itself. [own]
const mostNotes = 50

func (a *Asides) note(n Note) {
	if a == nil || n.Type > a.Debug || len(a.notes) == mostNotes {
		return
	}
	for i := range a.notes {
		if a.notes[i].Text == n.Text {
			return
		}
	}
	a.notes = append(a.notes, n)
}

// reset forgets what an earlier attempt said.
func (a *Asides) reset() {
	if a != nil {
		a.notes = a.notes[:0]
	}
}

// lacking says that something was left out for want of a permission. [doc debugging]
func (c *Call) lacking(name string, of *schema.Node, n *schema.Need) {
	if c.Asides == nil || c.Asides.Debug == DebugNone || n == nil {
		return
	}
	need := n.Permissions(c.Served).Names()
	if len(need) == 0 {
		return
	}
	c.Asides.note(Note{
		Text: "Field " + name + " is only accessible on " + of.Wire + " object, if " + strings.Join(need, " or ") + " permission is granted by the user",
		Type: DebugWarning,
	})
}

// hint says what an edge says of itself.
func (c *Call) hint(e *schema.Edge) {
	if c.Asides != nil && e.Hint != "" {
		c.Asides.note(Note{Text: e.Hint, Type: DebugInfo, Link: e.HintLink})
	}
}

var debugTypes = [...]string{DebugWarning: "warning", DebugInfo: "info"}

// inLanguage puts a JSON text into a language.
func inLanguage(text []byte, f *schema.Field, language string) []byte {
	var s string
	if json.Unmarshal(text, &s) != nil {
		return text
	}
	return graph.AppendString(nil, f.Words(language, s))
}

// AppendDebug writes __debug__ as the last member of an object. With nothing to
// say it is empty. [doc debugging; the latter guess]
func (a *Asides) AppendDebug(b []byte) []byte {
	if a == nil || a.Debug == DebugNone || len(b) < 2 || b[len(b)-1] != '}' {
		return b
	}
	b = b[:len(b)-1]
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, `"__debug__":{`...)
	for i, n := range a.notes {
		if i == 0 {
			b = append(b, `"messages":[`...)
		} else {
			b = append(b, ',')
		}
		b = graph.AppendString(append(b, `{"message":`...), n.Text)
		b = append(append(append(b, `,"type":"`...), debugTypes[n.Type]...), '"')
		if n.Link != "" {
			b = graph.AppendString(append(b, `,"link":`...), n.Link)
		}
		b = append(b, '}')
	}
	if len(a.notes) > 0 {
		b = append(b, ']')
	}
	return append(b, "}}"...)
}
