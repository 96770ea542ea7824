package world

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// A reader turns nodes into declarations and collects every problem on the way.
type reader struct {
	file     string
	problems Problems
}

// A ref is a name at a place in the file; the zero ref names nothing.
type ref struct {
	name      string
	line, col int
}

func (n *node) ref() ref { return ref{n.text, n.line, n.col} }

func (r *reader) at(line, col int, suggestion, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Column: col,
		Text: fmt.Sprintf(format, args...), Suggestion: suggestion})
}

func (r *reader) wrong(n *node, suggestion, format string, args ...any) {
	if n.form != formBroken {
		r.at(n.line, n.col, suggestion, format, args...)
	}
}

// fields are the keys a mapping may have and what reads each.
type fields map[string]func(key, value *node)

// mapping reads a mapping strictly. what names it in problems. Nothing at all
// counts as an empty mapping.
func (r *reader) mapping(n *node, what string, known fields) {
	if n.form == formNull {
		return
	}
	if n.form != formMap {
		r.wrong(n, "", "%s must be a mapping, not %s", what, formNames[n.form])
		return
	}
	for _, e := range n.entries {
		read, ok := known[e.key.text]
		if !ok {
			names := make([]string, 0, len(known))
			for k := range known {
				names = append(names, k)
			}
			slices.Sort(names)
			r.wrong(e.key, didYouMeanOr(e.key.text, names), "unknown key %q in %s", e.key.text, what)
			continue
		}
		read(e.key, e.value)
	}
}

// each reads a mapping from handles.
func (r *reader) each(n *node, what string, read func(key, value *node)) {
	if n.form == formNull {
		return
	}
	if n.form != formMap {
		r.wrong(n, "", "%s must be a mapping from handles, not %s", what, formNames[n.form])
		return
	}
	for _, e := range n.entries {
		if !ValidHandle(e.key.text) {
			r.wrong(e.key, handleRule, "bad handle %q in %s", e.key.text, what)
			continue
		}
		read(e.key, e.value)
	}
}

const handleRule = "1 to 64 of a-z, 0-9, _ and -"

// ValidHandle reports whether s may be the local name of something in a world.
func ValidHandle(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// text reads a text. Numbers are refused: 007 and 7 are not the same text.
func (r *reader) text(n *node, what string) (string, bool) {
	if n.form == formText {
		return n.text, true
	}
	suggestion := ""
	if n.form == formNumber || n.form == formBool {
		suggestion = fmt.Sprintf("write %q", n.text)
	}
	r.wrong(n, suggestion, "%s must be text, not %s", what, formNames[n.form])
	return "", false
}

func (r *reader) textTo(what string, to *string) func(_, v *node) {
	return func(_, v *node) {
		if s, ok := r.text(v, what); ok {
			*to = s
		}
	}
}

func (r *reader) boolTo(what string, to *bool) func(_, v *node) {
	return func(_, v *node) {
		if v.form != formBool {
			r.wrong(v, "", "%s must be true or false, not %s", what, formNames[v.form])
			return
		}
		*to = v.text == "true" || v.text == "True" || v.text == "TRUE"
	}
}

func (r *reader) intTo(what string, to *int64) func(_, v *node) {
	return func(_, v *node) {
		n, err := strconv.ParseInt(v.text, 10, 64)
		if v.form != formNumber || err != nil || n < 0 {
			r.wrong(v, "", "%s must be a whole number, zero or more", what)
			return
		}
		*to = n
	}
}

func (r *reader) rateTo(what string, to *float64) func(_, v *node) {
	return func(_, v *node) {
		f, err := strconv.ParseFloat(v.text, 64)
		if v.form != formNumber || err != nil || math.IsNaN(f) || f < 0 || f > 1 {
			r.wrong(v, "", "%s must be a number from 0 to 1", what)
			return
		}
		*to = f
	}
}

// idTo reads an ID of the wire.
func (r *reader) idTo(what string, to *ref) func(_, v *node) {
	return func(_, v *node) {
		s, ok := r.text(v, what)
		if !ok {
			return
		}
		if !graph.ValidID(s) {
			r.wrong(v, "1 to 19 digits, the first not 0", "%s %q is no ID", what, s)
			return
		}
		*to = v.ref()
	}
}

// handleTo reads the handle of something declared elsewhere.
func (r *reader) handleTo(what string, to *ref) func(_, v *node) {
	return func(_, v *node) {
		if _, ok := r.text(v, what); ok {
			*to = v.ref()
		}
	}
}

// handlesTo reads one handle or a list of them.
func (r *reader) handlesTo(what string, to *[]ref) func(_, v *node) {
	return func(_, v *node) {
		for _, item := range r.list(v, what) {
			var one ref
			r.handleTo(what, &one)(nil, item)
			if one.name != "" {
				*to = append(*to, one)
			}
		}
	}
}

func (r *reader) list(n *node, what string) []*node {
	switch n.form {
	case formList:
		return n.items
	case formNull:
		return nil
	}
	r.wrong(n, "write ["+strings.TrimSpace(n.text)+"]", "%s must be a list, not %s", what, formNames[n.form])
	return nil
}

// choice reads one of a few names.
func (r *reader) choice(n *node, what string, names []string) (int, bool) {
	s, ok := r.text(n, what)
	if !ok {
		return 0, false
	}
	i := slices.Index(names, s)
	if i < 0 {
		r.wrong(n, didYouMeanOr(s, names), "unknown %s %q", what, s)
		return 0, false
	}
	return i, true
}

// permissions reads a list of permissions; "user_*" is all that begin so.
func (r *reader) permissions(n *node, what string) (set graph.Permissions) {
	for _, item := range r.list(n, what) {
		s, ok := r.text(item, what)
		if !ok {
			continue
		}
		if prefix, all := strings.CutSuffix(s, "*"); all && !permissionsWith(prefix).Empty() {
			set = set.Or(permissionsWith(prefix))
			continue
		}
		p, known := graph.ParsePermission(s)
		if !known {
			r.wrong(item, didYouMean(s, graph.PermissionNames()), "unknown permission %q", s)
			continue
		}
		set = set.With(p)
	}
	return set
}

// names lists what a numbered type calls its values, until it repeats unknown.
func names[T ~uint8](name func(T) string, count int) []string {
	list := make([]string, count)
	for i := range list {
		list[i] = name(T(i))
	}
	return list
}
