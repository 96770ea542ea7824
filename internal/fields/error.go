package fields

import (
	"fmt"
	"unicode/utf8"
)

// A Kind says what is wrong with an expression. The first three are syntax
// errors to the client; over a limit Graph answers about too much data.
type Kind uint8

const (
	Syntax    Kind = iota // a character where the grammar has another
	Empty                 // a comma or bracket with no name before it
	Duplicate             // a name twice at one level
	TooMany               // over Limits.Names, or too many modifiers
	TooDeep               // over Limits.Depth, or too many open brackets
)

// An Error describes the first fault of an expression. The wire text is
//
//	Syntax error "<Msg>" at character <Pos>: <Text>
//
// with Msg and Pos as recorded. [seen idx:835053682, idx:29111991446]
type Error struct {
	Kind Kind
	Msg  string
	Pos  int    // byte offset, from 0; for a duplicate just after the repeated name
	Text string // the whole expression
}

// Error is for logs and tests of our own, not for the wire.
func (e *Error) Error() string {
	if e.Kind == Empty {
		return fmt.Sprintf("empty field name at %d", e.Pos)
	}
	return fmt.Sprintf("%s at %d", e.Msg, e.Pos)
}

// expected builds a syntax error at pos. What stands there is named in quotes;
// only `Expected end of string instead of "?".` is recorded, the same sentence
// for other expectations is a [guess].
func (p *parser) expected(what string, pos int) *Error {
	return p.fail(Syntax, "Expected "+what+" instead of "+p.found(pos)+".", pos)
}

// found quotes the character at pos, whole even when it takes several bytes.
func (p *parser) found(pos int) string {
	if pos >= len(p.text) {
		return "end of string"
	}
	r, _ := utf8.DecodeRuneInString(p.text[pos:])
	return `"` + string(r) + `"`
}

func (p *parser) fail(kind Kind, msg string, pos int) *Error {
	return &Error{Kind: kind, Msg: msg, Pos: p.base + pos}
}

// duplicate has no full stop at its end, as recorded. [seen idx:54702629928]
func (p *parser) duplicate(key string, pos int) *Error {
	return p.fail(Duplicate, "Field "+key+" specified more than once. This is only possible before version 2.1", pos)
}

func (p *parser) tooMany(pos int) *Error {
	return p.fail(TooMany, "Too many fields", pos)
}

func (p *parser) tooDeep(pos int) *Error {
	return p.fail(TooDeep, "Fields nested too deep", pos)
}
