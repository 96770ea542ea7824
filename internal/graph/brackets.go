package graph

import (
	"encoding/json"
	"strconv"
	"strings"
)

// mostNested bounds the brackets of a name; a longer one is ignored. [own]
const mostNested = 16

// Given finds a parameter as it was sent: whole, or in parts with brackets as
// forms of PHP send it, "user[0]=1", which make a list or an object. An empty text
// counts as not given. [guess]
func Given(params []Param, name string) (Param, bool) {
	for i := len(params) - 1; i >= 0; i-- {
		if params[i].Name == name {
			return params[i], params[i].Value != ""
		}
	}
	var root *branch
	for _, p := range params {
		rest, ok := strings.CutPrefix(p.Name, name)
		if !ok || !strings.HasPrefix(rest, "[") || !strings.HasSuffix(rest, "]") {
			continue
		}
		path := strings.Split(rest[1:len(rest)-1], "][")
		if len(path) > mostNested {
			continue
		}
		if root == nil {
			root = &branch{}
		}
		root.put(path, p)
	}
	if root == nil {
		return Param{}, false
	}
	return Param{Name: name, Value: string(root.json(nil)), JSON: true}, true
}

// A branch is a parameter that came in parts: a value, or members in order.
type branch struct {
	value *Param
	names []string
	to    []*branch
	at    map[string]int // where a name is
}

func (t *branch) put(path []string, p Param) {
	for _, name := range path {
		if name == "" {
			name = strconv.Itoa(len(t.names))
		}
		i, there := t.at[name]
		if !there {
			i = len(t.names)
			t.names, t.to = append(t.names, name), append(t.to, &branch{})
			if t.at == nil {
				t.at = map[string]int{}
			}
			t.at[name] = i
		}
		t = t.to[i]
	}
	t.value = &p
}

// json writes what came: a list where the names count from zero.
func (t *branch) json(b []byte) []byte {
	if len(t.to) == 0 {
		if t.value.JSON {
			return append(b, t.value.Value...)
		}
		text, _ := json.Marshal(t.value.Value)
		return append(b, text...)
	}
	list := true
	for i, name := range t.names {
		list = list && name == strconv.Itoa(i)
	}
	open, shut := byte('{'), byte('}')
	if list {
		open, shut = '[', ']'
	}
	b = append(b, open)
	for i, name := range t.names {
		if i > 0 {
			b = append(b, ',')
		}
		if !list {
			text, _ := json.Marshal(name)
			b = append(append(b, text...), ':')
		}
		b = t.to[i].json(b)
	}
	return append(b, shut)
}
