package world

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
)

// Bounds of a world file: those who need more write JSON Lines. The YAML library
// takes time with the square of the lines.
const (
	maxFile  = 1 << 20
	maxDepth = 64
)

// A form is what a node of the file is.
type form uint8

const (
	formNull form = iota
	formText
	formNumber
	formBool
	formList
	formMap
	formBroken // a problem has been reported already
)

var formNames = [...]string{"nothing", "text", "a number", "true or false", "a list", "a mapping", "broken"}

// A node is one value of the file with where it stands. It is all that is kept
// of YAML: no anchors, tags or documents.
type node struct {
	form      form
	text      string // of a scalar, as written; of quoted text without quotes
	items     []*node
	entries   []entry
	line, col int
}

type entry struct{ key, value *node }

// readYAML parses data into a node. Anchors, aliases, tags and merges are
// refused: they are how a small file becomes a large one.
func readYAML(file string, data []byte) (root *node, ps Problems) {
	problem := func(line, col int, text string) (*node, Problems) {
		return nil, Problems{{File: file, Line: line, Column: col, Text: text}}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxFile:
		return problem(0, 0, fmt.Sprintf("world files are at most %d MiB: use JSON Lines and import", maxFile>>20))
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return problem(0, 0, "not UTF-8 text")
	}
	if line := tooDeep(data); line > 0 {
		return problem(line, 1, "nested too deeply")
	}
	defer func() {
		if r := recover(); r != nil { // of the YAML library, on input it did not foresee
			root, ps = problem(1, 1, "cannot be read as YAML")
		}
	}()
	f, err := yamlparser.ParseBytes(data, 0, yamlparser.AllowDuplicateMapKey())
	if err != nil {
		line, col, text := 1, 1, err.Error()
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) {
			text = syntax.GetMessage()
			if t := syntax.GetToken(); t != nil && t.Position != nil {
				line, col = t.Position.Line, t.Position.Column
			}
		}
		return problem(line, col, text)
	}
	c := &converter{file: file}
	for _, d := range f.Docs {
		if d.Body == nil || d.Body.Type() == ast.CommentType {
			continue
		}
		if root != nil {
			c.refuse(d.Body, "a second document: one file holds one world")
			continue
		}
		root = c.convert(d.Body, 0)
	}
	if root == nil {
		root = &node{form: formMap, line: 1, col: 1}
	}
	return root, c.problems
}

// tooDeep returns the line where brackets or dashes nest deeper than any world
// needs, before a parser that recurses sees them; zero for none.
func tooDeep(data []byte) int {
	const most = 500
	line, open, lead := 1, 0, 0
	blank := true
	for _, c := range data {
		switch c {
		case '\n':
			line, lead, blank = line+1, 0, true
		case '[', '{':
			open++
			blank = false
		case ']', '}':
			open = max(open-1, 0)
			blank = false
		case '-', '?', ':':
			if blank {
				lead++
			}
		case ' ', '\t':
		default:
			blank = false
		}
		if open > most || lead > most {
			return line
		}
	}
	return 0
}

type converter struct {
	file     string
	problems Problems
}

func (c *converter) refuse(n ast.Node, text string) *node {
	at := position(n)
	at.form = formBroken
	c.problems = append(c.problems, Problem{File: c.file, Line: at.line, Column: at.col, Text: text})
	return &at
}

// position is an empty node where n begins.
func position(n ast.Node) node {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return position(m.Values[0].Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return node{line: t.Position.Line, col: t.Position.Column}
	}
	return node{line: 1, col: 1}
}

func (c *converter) convert(n ast.Node, depth int) *node {
	if depth > maxDepth {
		return c.refuse(n, "nested too deeply")
	}
	at := position(n)
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		at.form, at.text = formText, n.Value
	case *ast.LiteralNode:
		at.form, at.text = formText, n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode:
		at.form, at.text = formNumber, n.GetToken().Value
	case *ast.BoolNode:
		at.form, at.text = formBool, n.GetToken().Value
	case *ast.SequenceNode:
		at.form = formList
		for _, v := range n.Values {
			at.items = append(at.items, c.convert(v, depth+1))
		}
	case *ast.MappingNode:
		c.mapping(&at, n.Values, depth)
	case *ast.MappingValueNode:
		c.mapping(&at, []*ast.MappingValueNode{n}, depth)
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		return c.refuse(n, "anchors, aliases and tags are not used in world files")
	default:
		return c.refuse(n, "a world file has text, numbers, true, false, lists and mappings only")
	}
	return &at
}

func (c *converter) mapping(to *node, values []*ast.MappingValueNode, depth int) {
	to.form = formMap
	seen := map[string]int{}
	for _, v := range values {
		key, ok := v.Key.(ast.Node)
		if !ok {
			continue
		}
		switch key.(type) {
		case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode, *ast.FloatNode, *ast.NullNode:
		default:
			c.refuse(key, "a key is a plain word; anchors, aliases and merges are not used in world files")
			continue
		}
		k := c.convert(key, depth+1)
		if k.form != formText {
			k.text = key.GetToken().Value
		}
		k.text = strings.TrimSpace(k.text)
		if line, twice := seen[k.text]; twice {
			c.refuse(key, fmt.Sprintf("key %q is already there on line %d", k.text, line))
			continue
		}
		seen[k.text] = k.line
		to.entries = append(to.entries, entry{k, c.convert(v.Value, depth+1)})
	}
}
