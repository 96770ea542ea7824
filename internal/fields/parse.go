package fields

import "strings"

// Parse reads a fields expression: a comma list, or a JSON array of strings
// each of which is such a list. [seen idx:7176224760] Blanks between tokens
// are skipped. [guess] Text that is blank, or an empty array, names no fields
// and gives nil.
//
// Time is linear in the text, and memory is bounded by lim. Names are ASCII
// letters, digits and underscores.
func Parse(text string, lim Limits) (*Selection, *Error) {
	p := parser{text: text, end: len(text), lim: lim.orDefault()}
	p.skipBlanks()
	if p.pos == p.end {
		return nil, nil
	}
	p.arena = make([]Item, 0, min(1+strings.Count(text, ",")+strings.Count(text, "{"), p.lim.Names))
	sel, err := p.selection(atEnd)
	if err != nil {
		err.Text = text
		return nil, err
	}
	if len(sel.Items) == 0 {
		return nil, nil
	}
	return sel, nil
}

// atEnd closes the list that nothing else closes.
const atEnd byte = 0

// A parser walks text[pos:end]. Lists under way live on the stacks items and
// args; a finished one is copied to its arena, so that an expression costs a
// few allocations however many levels it has.
type parser struct {
	text      string
	pos, end  int
	base      int // offset of text in the whole expression
	lim       Limits
	depth     int
	names     int
	items     []Item
	arena     []Item
	args      []Arg
	argsArena []Arg
}

// selection reads either form of list up to the closing character, which is
// not consumed.
func (p *parser) selection(closer byte) (*Selection, *Error) {
	if p.depth == p.lim.Depth {
		return nil, p.tooDeep(p.pos)
	}
	p.depth++
	lvl := level{start: len(p.items)}
	var err *Error
	p.skipBlanks()
	if closer != '}' && p.peek() == '[' {
		err = p.array(&lvl, closer)
	} else {
		err = p.list(&lvl, closer)
	}
	if err != nil {
		return nil, err
	}
	p.depth--
	from := len(p.arena)
	p.arena = append(p.arena, p.items[lvl.start:]...)
	p.items = p.items[:lvl.start]
	return &Selection{Items: p.arena[from:len(p.arena):len(p.arena)]}, nil
}

// list = item *("," item), up to the closer or the end of the window.
func (p *parser) list(lvl *level, closer byte) *Error {
	for {
		if err := p.item(lvl); err != nil {
			return err
		}
		p.skipBlanks()
		switch {
		case p.peek() == ',':
			p.pos++
		case p.closes(closer):
			return nil
		default:
			return p.expected(closing(closer), p.pos)
		}
	}
}

// item = name *modifier [ "{" list "}" ]; modifiers come before the braces.
// [seen idx:16646562001]
func (p *parser) item(lvl *level) *Error {
	p.skipBlanks()
	it := Item{Pos: p.base + p.pos}
	if it.Name = p.name(); it.Name == "" {
		return p.noName()
	}
	after := p.pos
	if p.names++; p.names > p.lim.Names {
		return p.tooMany(it.Pos - p.base)
	}
	if err := p.modifiers(&it); err != nil {
		return err
	}
	key := it.Key()
	if lvl.has(p.items, key) && !p.lim.Repeat {
		return p.duplicate(key, after)
	}
	p.skipBlanks()
	if p.peek() == '{' && it.Sub == nil {
		var err *Error
		p.pos++
		if it.Sub, err = p.selection('}'); err != nil {
			return err
		}
		p.pos++
	}
	p.items = append(p.items, it)
	lvl.add(p.items)
	return nil
}

// noName tells a missing name from a character no name begins with.
func (p *parser) noName() *Error {
	err := p.expected("field name", p.pos)
	if p.pos == p.end || strings.IndexByte(",})]", p.text[p.pos]) >= 0 {
		err.Kind = Empty
	}
	return err
}

func (p *parser) name() string {
	from := p.pos
	for p.pos < p.end && isName(p.text[p.pos]) {
		p.pos++
	}
	return p.text[from:p.pos]
}

func (p *parser) skipBlanks() {
	for p.pos < p.end && isBlank(p.text[p.pos]) {
		p.pos++
	}
}

// peek is the next byte, or atEnd. A NUL byte in the text looks the same, so
// what must be certain of the end compares positions.
func (p *parser) peek() byte {
	if p.pos < p.end {
		return p.text[p.pos]
	}
	return atEnd
}

func (p *parser) closes(closer byte) bool {
	if closer == atEnd {
		return p.pos == p.end
	}
	return p.pos < p.end && p.text[p.pos] == closer
}

func closing(closer byte) string {
	if closer == atEnd {
		return "end of string"
	}
	return `"` + string(rune(closer)) + `"`
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
