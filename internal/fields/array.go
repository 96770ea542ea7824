package fields

import "encoding/json"

// array = "[" [ string *( "," string ) ] "]". Each string is a list of its
// own, and a name counts as repeated across all of them.
func (p *parser) array(lvl *level, closer byte) *Error {
	p.pos++
	p.skipBlanks()
	if p.peek() == ']' {
		p.pos++
		return p.endArray(closer)
	}
	for {
		p.skipBlanks()
		if err := p.element(lvl); err != nil {
			return err
		}
		p.skipBlanks()
		switch p.peek() {
		case ',':
			p.pos++
		case ']':
			p.pos++
			return p.endArray(closer)
		default:
			return p.expected(`"]"`, p.pos)
		}
	}
}

func (p *parser) endArray(closer byte) *Error {
	p.skipBlanks()
	if !p.closes(closer) {
		return p.expected(closing(closer), p.pos)
	}
	return nil
}

// element parses the list inside one JSON string, where it stands if nothing
// in it is escaped.
func (p *parser) element(lvl *level) *Error {
	if p.peek() != '"' {
		return p.expected("string", p.pos)
	}
	open := p.pos
	p.skipQuoted('"')
	if p.pos >= p.end {
		return p.expected(`"""`, p.end)
	}
	shut := p.pos
	for i := open + 1; i < shut; i++ {
		if p.text[i] == '\\' {
			return p.escaped(lvl, open, shut)
		}
	}
	end := p.end
	p.pos, p.end = open+1, shut
	err := p.list(lvl, atEnd)
	p.pos, p.end = shut+1, end
	return err
}

// escaped parses the decoded text of an element in place of its own. Offsets
// in it count decoded bytes from where the element begins, as far as it goes: what
// is no UTF-8 is longer once it is decoded.
func (p *parser) escaped(lvl *level, open, shut int) *Error {
	var s string
	if json.Unmarshal([]byte(p.text[open:shut+1]), &s) != nil {
		return p.expected("string", open)
	}
	text, end, base := p.text, p.end, p.base
	p.text, p.pos, p.end, p.base = s, 0, len(s), base+open+1
	err := p.list(lvl, atEnd)
	p.text, p.pos, p.end, p.base = text, shut+1, end, base
	if err != nil {
		err.Pos = min(err.Pos, base+shut)
	}
	return err
}
