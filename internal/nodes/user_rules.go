package nodes

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
)

// aboutText is what a person says about themselves. about and bio are two names
// of one text: the record may have it under either. [doc user v2.10]
func aboutText(b []byte, r *schema.Row) []byte {
	for _, a := range [...]people.Attr{people.About, people.Bio} {
		if _, said := r.Person.Attr(a); said {
			return append(b, r.Person.Shown(a, r.Reach())...)
		}
	}
	return b
}

// email leaves out an address that no mail could reach. [doc user v2.10; what is
// valid guess]
func email(b []byte, r *schema.Row) []byte {
	local, host, _ := strings.Cut(r.Person.Text(people.Email), "@")
	name, top, _ := strings.Cut(host, ".")
	if local == "" || name == "" || top == "" || strings.ContainsAny(local+host, "@ \t\r\n") {
		return b
	}
	return append(b, r.Person.JSON(people.Email)...)
}

// devices are those that run iOS or Android. [doc user v2.10]
func devices(b []byte, r *schema.Row) []byte {
	var all []json.RawMessage
	text := r.Person.JSON(people.Devices)
	if text == "" || json.Unmarshal([]byte(text), &all) != nil {
		return b
	}
	b = append(b, '[')
	n := 0
	for _, one := range all {
		var d struct {
			OS string `json:"os"`
		}
		if json.Unmarshal(one, &d) != nil || !slices.ContainsFunc([]string{"iOS", "Android"}, func(os string) bool { return strings.EqualFold(os, d.OS) }) {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = append(b, one...)
	}
	return append(b, ']')
}

// verified is what the record says, and else whether the person registered with
// a phone number. [doc user v2.10]
func verified(b []byte, r *schema.Row) []byte {
	if said := r.Person.JSON(people.Verified); said != "" {
		return append(b, said...)
	}
	if r.Person.Text(people.Phone) == "" {
		return b
	}
	return append(b, "true"...)
}

const lastFirst = "{last}{first}"

// nameOrder is how the parts of a name stand, empty for a name of one part.
// Chinese, Japanese and Korean names have the family first. [doc user v2.10; seen
// "{first} {last}" in captures; the other text guess]
func nameOrder(p *people.Person) string {
	first, last := p.Text(people.FirstName), p.Text(people.LastName)
	switch said := p.Text(people.NameFormat); {
	case said != "":
		return said
	case first == "" || last == "":
		return ""
	case familyFirst(first) && familyFirst(last):
		return lastFirst
	}
	return "{first} {last}"
}

func familyFirst(name string) bool {
	for _, c := range name {
		if !unicode.In(c, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) {
			return false
		}
	}
	return true
}

// turned writes a name whose order has the family first; it reports whether it
// did: the others, and names of which a part is hidden, are joined as ever.
func turned(b []byte, p *people.Person, reach graph.Audience) ([]byte, bool) {
	order := nameOrder(p)
	at := strings.Index(order, "{last}")
	if at < 0 || at > strings.Index(order, "{first}") || p.Shown(people.FirstName, reach) == "" || p.Shown(people.LastName, reach) == "" {
		return b, false
	}
	first := p.Text(people.FirstName)
	if p.Shown(people.MiddleName, reach) != "" && !strings.Contains(order, "{middle}") {
		first += " " + p.Text(people.MiddleName) // [guess]
	}
	middle := p.Text(people.MiddleName)
	if p.Shown(people.MiddleName, reach) == "" {
		middle = ""
	}
	name := strings.NewReplacer("{first}", first, "{middle}", middle, "{last}", p.Text(people.LastName)).Replace(order)
	return graph.AppendString(b, name), true
}
