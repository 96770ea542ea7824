package world

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A thingLine is a thing. Nodes are named "person ana", "page bakery" and things
// by their IDs: "thing 123".
type thingLine struct {
	ID      string     `json:"id"`
	Type    string     `json:"type"`
	Handle  string     `json:"handle,omitempty"`
	Owner   string     `json:"owner,omitempty"`
	At      int64      `json:"at,omitempty"`      // since when it is on the list of what the owner has
	Created int64      `json:"created,omitempty"` // seconds
	Parts   []partLine `json:"parts,omitempty"`
	Rest    []byte     `json:"rest,omitempty"`
}

// A partLine is one plain field: a value, or what it refers to.
type partLine struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value,omitempty"`
	Ref   string          `json:"ref,omitempty"`
	Refs  []string        `json:"refs,omitempty"`
}

// An edgeLine is what is on one stored edge of a node, the newest first; a long
// list takes several lines.
type edgeLine struct {
	Of    string         `json:"of"`
	Edge  string         `json:"edge"`
	Items []edgeItemLine `json:"items"`
}

type edgeItemLine struct {
	To    string     `json:"to"`
	At    int64      `json:"at"`
	Parts []partLine `json:"parts,omitempty"`
	Rest  []byte     `json:"rest,omitempty"`
}

// names are the nodes that parts refer to.
func namesIn(parts []partLine) (list []string) {
	for _, p := range parts {
		if p.Ref != "" {
			list = append(list, p.Ref)
		}
		list = append(list, p.Refs...)
	}
	return list
}

// checkThing reports what is wrong with a line, as far as the catalogue and the
// line alone tell.
func (d directory) checkThing(cat *schema.Catalogue, l *thingLine) error {
	n := cat.Node(l.Type)
	if !isThing(n) {
		return fmt.Errorf("unknown type %q of a thing", l.Type)
	}
	if !n.ValidID(l.ID) {
		return fmt.Errorf("%q is no ID of %s", l.ID, l.Type)
	}
	if l.Handle != "" && !ValidThingHandle(l.Handle) {
		return fmt.Errorf("bad handle %q of a thing", l.Handle)
	}
	if l.Owner == "" && l.At != 0 || l.Owner != "" && l.At == 0 && !goesWithThread(l.Type) || l.At < 0 {
		return errors.New("a thing with an owner says since when, in at")
	}
	if strings.HasPrefix(l.Owner, thingKind+" ") {
		return errors.New("a thing belongs to a person, page, app or business")
	}
	return checkParts(cat, n.Field, l.Parts)
}

// goesWithThread reports whether things of a type may be on no list of what their owner
// has: Pages and accounts have them with the people who write to them.
func goesWithThread(of string) bool { return of == "Conversation" || of == "Message" }

func checkParts(cat *schema.Catalogue, field func(string) *schema.Field, parts []partLine) error {
	seen := map[string]bool{}
	for i := range parts {
		p := &parts[i]
		f := field(p.Name)
		switch {
		case f == nil || !f.Plain:
			return fmt.Errorf("unknown field %q", p.Name)
		case seen[p.Name]:
			return fmt.Errorf("%s is said twice", p.Name)
		case f.To == "" && (p.Value == nil || p.Ref != "" || p.Refs != nil):
			return fmt.Errorf("%s takes a value", p.Name)
		case f.To != "" && (p.Value != nil || (p.Ref != "") == (len(p.Refs) > 0)):
			return fmt.Errorf("%s takes ref or refs", p.Name)
		}
		seen[p.Name] = true
		if f.To == "" {
			if err := checkValue(f, p.Value); err != nil {
				return err
			}
		}
		for _, name := range namesIn(parts[i : i+1]) {
			if err := checkKind(p.Name, name, kindOf(cat, f.To)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkKind reports a name that is not of the kind that is wanted; "" wants any.
func checkKind(what, name string, want ...string) error {
	kind, _, _ := strings.Cut(name, " ")
	if slices.Contains(want, "") || slices.Contains(want, kind) {
		return nil
	}
	return fmt.Errorf("%s takes a %s, not %q", what, strings.Join(want, " or "), name)
}

// checkValue checks canonical JSON by the kind of its field.
func checkValue(f *schema.Field, text json.RawMessage) error {
	var into any
	switch f.Kind {
	case schema.Bool:
		into = new(bool)
	case schema.Integer, schema.Datetime:
		into = new(int64)
	case schema.Float:
		into = new(float64)
	case schema.Struct, schema.NodeRef:
		into = new(map[string]json.RawMessage)
	case schema.List:
		into = new([]json.RawMessage)
	default:
		into = new(string)
	}
	if string(text) == "null" || json.Unmarshal(text, into) != nil {
		return fmt.Errorf("%s must be of kind %s", f.Name, f.Kind)
	}
	if s, ok := into.(*string); ok {
		if why, _ := badText(f, *s); why != "" {
			return fmt.Errorf("%s %s", f.Name, why)
		}
	}
	return nil
}

// checkEdge reports what is wrong with a line of an edge.
func (d directory) checkEdge(cat *schema.Catalogue, l *edgeLine) error {
	kind, ok := store.EdgeKind(l.Edge)
	if !ok {
		return fmt.Errorf("unknown edge %q", l.Edge)
	}
	targets := targetsOf(cat, kind, l.Of)
	if at, _, _ := strings.Cut(l.Of, " "); targets == nil && slices.Contains(targetKinds(), at) {
		return fmt.Errorf("%s has no edge %s", l.Of, l.Edge)
	}
	kinds := make([]string, len(targets))
	for i, to := range targets {
		kinds[i] = kindOf(cat, to)
	}
	seen := map[string]bool{}
	for i := range l.Items {
		it := &l.Items[i]
		if err := checkKind(l.Edge, it.To, kinds...); err != nil && targets != nil {
			return err
		}
		switch {
		case it.At < 1:
			return fmt.Errorf("%s is on %s since when? at is missing", it.To, l.Edge)
		case seen[it.To]:
			return fmt.Errorf("%s is on %s twice", it.To, l.Edge)
		case it.To == l.Of:
			return fmt.Errorf("%s cannot be on their own %s", it.To, l.Edge)
		}
		seen[it.To] = true
		if err := checkParts(cat, func(name string) *schema.Field { return extraOf(cat, kind, name) }, it.Parts); err != nil {
			return err
		}
	}
	return nil
}

// targetsOf are the node types that a stored edge of a node leads to: one but for
// edges that nodes of several types have in different ways.
func targetsOf(cat *schema.Catalogue, kind store.Kind, of string) (list []string) {
	at, _, _ := strings.Cut(of, " ")
	for _, n := range cat.Nodes {
		if kindOf(cat, n.Name) != at {
			continue
		}
		for i := range n.Edges {
			e := &n.Edges[i]
			if to := cmp.Or(e.To, e.Of); e.Assoc == kind && to != "" && !slices.Contains(list, to) {
				list = append(list, to)
			}
		}
	}
	return list
}

// extraOf finds a field that an edge of this kind adds to its items.
func extraOf(cat *schema.Catalogue, kind store.Kind, name string) *schema.Field {
	for _, n := range cat.Nodes {
		for i := range n.Edges {
			if n.Edges[i].Assoc != kind {
				continue
			}
			for _, f := range n.Edges[i].Says() {
				if f.Name == name {
					return f
				}
			}
		}
	}
	return nil
}

// partsOf makes the parts of a record; those that refer to what is not known
// are in missing.
func (k nameIndex) partsOf(lines []partLine) (ps people.Parts, missing bool) {
	for _, l := range lines {
		p := people.Part{Name: l.Name, Text: string(l.Value), List: l.Refs != nil}
		for _, name := range namesIn([]partLine{l}) {
			id := k[name]
			if missing = missing || id == 0; id != 0 {
				p.Refs = append(p.Refs, id)
			}
		}
		if p.Text != "" || len(p.Refs) > 0 {
			ps = append(ps, p)
		}
	}
	return ps, missing
}

// A nameIndex has objects by kind and name: "person ana", "thing 123".
type nameIndex map[string]store.ID
