package fields

import "strings"

// modifiers reads every ".name(args)" that follows a field's name.
// .fields(...) is the older spelling of {...} and may stand anywhere among
// them. [seen idx:14791401825]
func (p *parser) modifiers(it *Item) *Error {
	mark := len(p.args)
	for n := 0; ; n++ {
		p.skipBlanks()
		if p.peek() != '.' {
			break
		}
		if n == maxModifiers {
			return p.tooMany(p.pos)
		}
		if err := p.modifier(it); err != nil {
			return err
		}
	}
	if len(p.args) > mark {
		from := len(p.argsArena)
		p.argsArena = append(p.argsArena, p.args[mark:]...)
		it.Args = p.argsArena[from:len(p.argsArena):len(p.argsArena)]
		p.args = p.args[:mark]
	}
	return nil
}

func (p *parser) modifier(it *Item) *Error {
	dot := p.pos
	p.pos++
	p.skipBlanks()
	name := p.name()
	if name == "" {
		return p.expected("modifier name", p.pos)
	}
	p.skipBlanks()
	if p.peek() != '(' {
		return p.expected(`"("`, p.pos)
	}
	p.pos++
	if name == "fields" {
		return p.legacy(it, dot)
	}
	from := p.pos
	value, err := p.raw()
	if err != nil {
		return err
	}
	if name == "as" && !isAlias(value) {
		return p.expected("field name", p.firstBad(from))
	}
	p.args = append(p.args, Arg{Name: name, Value: value})
	return nil
}

// legacy reads the list of .fields(...); a field has one such list at most.
func (p *parser) legacy(it *Item, dot int) *Error {
	if it.Sub != nil {
		return p.expected("end of string", dot)
	}
	sub, err := p.selection(')')
	if err != nil {
		return err
	}
	if len(sub.Items) == 0 { // .fields([])
		return p.noName()
	}
	it.Sub = sub
	p.pos++
	return nil
}

// raw takes the text up to the ")" that matches, consumed. It may hold JSON:
// brackets nest and must match, and nothing inside quotes counts.
func (p *parser) raw() (string, *Error) {
	from := p.pos
	var open [maxBrackets]byte
	n := 0
	for ; p.pos < p.end; p.pos++ {
		switch c := p.text[p.pos]; c {
		case '(', '[', '{':
			if n == maxBrackets {
				return "", p.tooDeep(p.pos)
			}
			open[n] = closerOf(c)
			n++
		case ')', ']', '}':
			if n == 0 && c == ')' {
				p.pos++
				return strings.Trim(p.text[from:p.pos-1], " \t\r\n"), nil
			}
			if n == 0 || open[n-1] != c {
				return "", p.expected(closing(lastOpen(open[:n])), p.pos)
			}
			n--
		case '"', '\'':
			if c == '"' || p.opensQuote(from) {
				p.skipQuoted(c)
			}
		}
	}
	return "", p.expected(closing(lastOpen(open[:n])), p.end)
}

// opensQuote says whether the apostrophe here begins a string rather than
// standing inside a word.
func (p *parser) opensQuote(from int) bool {
	i := p.pos - 1
	for i >= from && isBlank(p.text[i]) {
		i--
	}
	return i < from || strings.IndexByte("([{,:", p.text[i]) >= 0
}

// skipQuoted moves to the closing quote, or to the last byte when none comes.
func (p *parser) skipQuoted(quote byte) {
	for p.pos++; p.pos < p.end && p.text[p.pos] != quote; p.pos++ {
		if p.text[p.pos] == '\\' {
			p.pos++
		}
	}
	p.pos = min(p.pos, p.end)
}

func closerOf(c byte) byte {
	switch c {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

func lastOpen(open []byte) byte {
	if len(open) == 0 {
		return ')'
	}
	return open[len(open)-1]
}

// isAlias keeps an alias to what a name may be: it becomes a key of the
// answer. [guess]
func isAlias(s string) bool {
	for i := range len(s) {
		if !isName(s[i]) {
			return false
		}
	}
	return s != ""
}

// firstBad finds the character that keeps text from being an alias.
func (p *parser) firstBad(pos int) int {
	for pos < p.end && isBlank(p.text[pos]) {
		pos++
	}
	for pos < p.end && isName(p.text[pos]) {
		pos++
	}
	return pos
}
