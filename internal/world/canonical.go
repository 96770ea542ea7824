package world

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/people"
)

// canonical turns a value of the file into the text that records keep: plain
// for simple attributes, JSON for lists and objects.
func (p *parser) canonical(a people.Attr, v *node) (string, bool) {
	switch a.Type() {
	case people.Strings, people.Struct, people.Structs:
		return p.canonicalJSON(a, v)
	case people.Bool:
		if v.form != formBool {
			p.wrong(v, "", "%s must be true or false, not %s", a, formNames[v.form])
			return "", false
		}
		return strings.ToLower(v.text), true
	case people.Integer:
		if v.form != formNumber {
			p.wrong(v, "", "%s must be a number, not %s", a, formNames[v.form])
			return "", false
		}
		return v.text, true
	case people.Zone, people.Date:
		if v.form == formNumber {
			return v.text, true
		}
	}
	return p.text(v, a.String())
}

func (p *parser) canonicalJSON(a people.Attr, v *node) (string, bool) {
	want := formMap
	if a.Type() != people.Struct {
		want = formList
	}
	if v.form != want {
		p.wrong(v, "", "%s must be %s, not %s", a, formNames[want], formNames[v.form])
		return "", false
	}
	b, bad := appendNode(nil, v)
	if bad != nil {
		p.wrong(bad, "", "%s in %s is no JSON number", bad.text, a)
		return "", false
	}
	return string(b), true
}

// appendNode appends v as JSON, keys in their order; bad is a number that JSON
// does not have.
func appendNode(b []byte, v *node) (_ []byte, bad *node) {
	switch v.form {
	case formText:
		return appendText(b, v.text), nil
	case formNumber:
		if !json.Valid([]byte(v.text)) {
			return b, v
		}
		return append(b, v.text...), nil
	case formBool:
		return append(b, strings.ToLower(v.text)...), nil
	case formList:
		b = append(b, '[')
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			if b, bad = appendNode(b, item); bad != nil {
				return b, bad
			}
		}
		return append(b, ']'), nil
	case formMap:
		b = append(b, '{')
		for i, e := range v.entries {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, e.key.text), ':')
			if b, bad = appendNode(b, e.value); bad != nil {
				return b, bad
			}
		}
		return append(b, '}'), nil
	}
	return append(b, "null"...), nil
}

// appendText appends a JSON string without HTML escapes.
func appendText(b []byte, s string) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return append(b, `""`...)
	}
	return append(b, bytes.TrimRight(buf.Bytes(), "\n")...)
}
