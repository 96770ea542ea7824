package schema

import (
	"fmt"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Actions of operations, as reference pages head them.
const (
	Reading    = "read"
	Creating   = "create"
	Updating   = "update"
	Deleting   = "delete"
	Dissociate = "dissociate"
)

// Usual are the permissions that apps usually request for a call, by kind of
// app: nil where the reference has no data, empty where it says that none are.
// What is needed says Need. [doc user v2.10]
type Usual struct{ Marketing, PageManagement, Other []graph.Permission }

// An ErrorTable is a table of errors on the reference page of a node: it holds
// for the operations of its actions.
type ErrorTable struct {
	Name    string
	Actions []string
	Rows    []ErrorRow
}

// An ErrorRow is one code with what the page says about it. From are the rows of
// the error table that answer so; an empty one cannot be brought about.
type ErrorRow struct {
	Code int
	Text string
	From []*graph.Error
}

// Table is the table of errors that holds for an action, nil for none.
func (n *Node) Table(action string) *ErrorTable {
	for i := range n.Errors {
		for _, a := range n.Errors[i].Actions {
			if a == action {
				return &n.Errors[i]
			}
		}
	}
	return nil
}

func (t *ErrorTable) check() error {
	for _, r := range t.Rows {
		for _, e := range r.From {
			if e.Code() != r.Code {
				return fmt.Errorf("row %d is answered by code %d", r.Code, e.Code())
			}
		}
	}
	return nil
}

// IDName is how reference pages call the ID of a node in a path: custom_audience_id.
func (n *Node) IDName() string {
	if n.Short != "" {
		return n.Short + "_id"
	}
	var b strings.Builder
	for i, r := range n.Name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String()) + "_id"
}

// Typed is the type of a parameter as reference pages print it.
func (p *Param) Typed() string {
	switch {
	case p.Type != "":
		return p.Type
	case p.Kind == EnumParam:
		return "enum {" + strings.Join(p.Enum, ", ") + "}"
	case p.Kind == ListParam:
		return "list<" + p.Of.Typed() + ">"
	}
	return paramTypes[p.Kind]
}

var paramTypes = [...]string{TextParam: "string", IntParam: "int", BoolParam: "boolean", FloatParam: "float", IDParam: "numeric string",
	URLParam: "URL", TimeParam: "datetime", ObjectParam: "Object", AnyParam: "JSON", FileParam: "file", CountParam: "int"}
