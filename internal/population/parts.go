package population

import (
	"encoding/json"
	"strconv"
	"strings"
)

// text is a part with a string.
func text(name, value string) Part { return Part{Name: name, Text: quoted(value)} }

// count is a part with a whole number.
func count(name string, n int64) Part { return Part{Name: name, Text: strconv.FormatInt(n, 10)} }

// flag is a part that is true.
func flag(name string) Part { return Part{Name: name, Text: "true"} }

// refers is a part that refers to a node.
func refers(name string, to Ref) Part { return Part{Name: name, Refs: []Ref{to}} }

// quoted is a JSON string without needless escapes.
func quoted(s string) string {
	if !strings.ContainsAny(s, "\"\\\n\t\r") {
		return `"` + s + `"`
	}
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// named is a JSON object with an ID and a name, as the Graph writes nodes that
// stand for an entry of a profile.
func named(id, name string) string { return `{"id":"` + id + `","name":` + quoted(name) + `}` }
