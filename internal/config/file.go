package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// A fileReader turns a YAML settings file into values by key. It keeps the
// place of each, so that a value refused later is found.
type fileReader struct {
	name     string // as the user called the file
	settings []setting
	values   map[string]any
	places   map[string]string // key -> "name:line:column"
	problems Problems
}

// read never fails: what it cannot use becomes a problem.
func (r *fileReader) read(data []byte) {
	r.values, r.places = map[string]any{}, map[string]string{}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.syntax(err)
		return
	}
	for i, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil:
		case *ast.NullNode, *ast.CommentGroupNode:
		case *ast.MappingNode:
			if i == 0 {
				r.mapping(body, "")
				continue
			}
			r.problem(body, "", "a settings file has one document only", "")
		default:
			r.problem(body, "", "a settings file holds keys and values", "")
		}
	}
}

func (r *fileReader) syntax(err error) {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		p := at.GetToken().Position
		r.problems = append(r.problems, Problem{Origin: fmt.Sprintf("%s:%d:%d", r.name, p.Line, p.Column), Text: at.GetMessage()})
		return
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	r.problems = append(r.problems, Problem{Origin: r.name, Text: first})
}

// mapping reads the keys of one level; above ends with a dot, or is empty.
func (r *fileReader) mapping(m *ast.MappingNode, above string) {
	for _, kv := range m.Values {
		key := above + kv.Key.GetToken().Value
		s := find(r.settings, (*setting).name, key)
		inner, nested := kv.Value.(*ast.MappingNode)
		switch {
		case s != nil:
			r.value(s, kv)
		case r.section(key) && nested:
			r.mapping(inner, key+".")
		case r.section(key):
			r.problem(kv.Key, key, fmt.Sprintf("%s holds settings of its own", key), "")
		default:
			r.problem(kv.Key, key, fmt.Sprintf("unknown key %q", key), meant(key, names(r.settings, (*setting).name)))
		}
	}
}

func (r *fileReader) section(key string) bool {
	for i := range r.settings {
		if strings.HasPrefix(r.settings[i].key, key+".") {
			return true
		}
	}
	return false
}

func (r *fileReader) value(s *setting, kv *ast.MappingValueNode) {
	if _, twice := r.places[s.key]; twice {
		r.problem(kv.Key, s.key, fmt.Sprintf("key %q is there twice", s.key), "")
		return
	}
	text, ok := scalar(kv.Value)
	if list, isList := kv.Value.(*ast.SequenceNode); isList && s.isList() {
		text, ok = joined(list)
	}
	if !ok {
		r.problem(kv.Value, s.key, fmt.Sprintf("%s wants a single value", s.key), "")
		return
	}
	if s.path && text != "" && !filepath.IsAbs(text) {
		text = filepath.Join(filepath.Dir(r.name), text)
	}
	r.values[s.key] = text
	r.places[s.key] = r.place(kv.Key)
}

// scalar is the text of a plain or quoted value.
func scalar(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return strings.TrimSuffix(v.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return v.GetToken().Value, true
	}
	return "", false
}

func joined(list *ast.SequenceNode) (string, bool) {
	parts := make([]string, len(list.Values))
	for i, n := range list.Values {
		text, ok := scalar(n)
		if !ok {
			return "", false
		}
		parts[i] = text
	}
	return strings.Join(parts, ","), true
}

func (r *fileReader) place(n ast.Node) string {
	p := n.GetToken().Position
	return fmt.Sprintf("%s:%d:%d", r.name, p.Line, p.Column)
}

func (r *fileReader) problem(n ast.Node, key, text, remedy string) {
	r.problems = append(r.problems, Problem{Key: key, Origin: r.place(n), Text: text, Remedy: remedy})
}
