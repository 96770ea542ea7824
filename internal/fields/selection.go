// Package fields reads and prints the expressions of the fields parameter:
// names, modifiers, braces, the legacy .fields(...) form and the JSON array.
// [doc field-expansion]
//
// It owns the grammar and its syntax errors, and refuses to know which fields
// exist, what a modifier means or who is asking.
package fields

import "strings"

// A Selection is a list of fields in the order they were asked for. A nil
// Selection means that none were named, so the node's default set applies.
type Selection struct {
	Items []Item
}

// An Item is one field with what was asked of it. Its strings are pieces of
// the parsed text, so whoever keeps an Item longer than that text clones it.
type Item struct {
	Name string
	Args []Arg      // modifiers in the order given, without .fields(...)
	Sub  *Selection // from {...} or .fields(...); nil when there was neither
	Pos  int        // byte offset of the name in the text
}

// An Arg is one modifier: .limit(5) is {Name: "limit", Value: "5"}. Value is
// the raw text between the parentheses without the blanks around it.
type Arg struct {
	Name, Value string
}

// Arg returns the value of a modifier. Of a repeated one the last counts, as
// it does for a query parameter. [guess]
func (it *Item) Arg(name string) (string, bool) {
	for i := len(it.Args) - 1; i >= 0; i-- {
		if it.Args[i].Name == name {
			return it.Args[i].Value, true
		}
	}
	return "", false
}

// Key is the name under which the answer shows the field: the alias given with
// .as(alias), otherwise the name. [doc field-expansion]
func (it *Item) Key() string {
	if alias, ok := it.Arg("as"); ok {
		return alias
	}
	return it.Name
}

// String prints the selection in its canonical form: no blanks, modifiers
// before braces, never the legacy form. Parsing it gives it back.
func (s *Selection) String() string {
	if s == nil {
		return ""
	}
	var b strings.Builder
	s.print(&b)
	return b.String()
}

func (s *Selection) print(b *strings.Builder) {
	for i := range s.Items {
		if i > 0 {
			b.WriteByte(',')
		}
		s.Items[i].print(b)
	}
}

func (it *Item) print(b *strings.Builder) {
	b.WriteString(it.Name)
	for _, a := range it.Args {
		b.WriteByte('.')
		b.WriteString(a.Name)
		b.WriteByte('(')
		b.WriteString(a.Value)
		b.WriteByte(')')
	}
	if it.Sub != nil {
		b.WriteByte('{')
		it.Sub.print(b)
		b.WriteByte('}')
	}
}
