package graph

import "encoding/json"

// LooseJSON is JSON as clients write it: as it is where it is valid, and else
// with texts in single quotes put into double ones, as samples of the vendor have
// them. What is neither stays as it is, for its reader to refuse. [seen samples of
// the Messenger documents; what is taken beyond them guess]
func LooseJSON(text []byte) []byte {
	if json.Valid(text) {
		return text
	}
	if out := requote(text); json.Valid(out) {
		return out
	}
	return text
}

// requote puts what stands in single quotes into double ones.
func requote(text []byte) []byte {
	out := make([]byte, 0, len(text)+8)
	quote := byte(0) // that of the text we are in
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && quote != 0 && i+1 < len(text):
			if i++; text[i] != '\'' { // \' is an escape between single quotes only
				out = append(out, c)
			}
			out = append(out, text[i])
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
			out = append(out, '"')
		case c == quote:
			quote = 0
			out = append(out, '"')
		case c == '"': // within single quotes
			out = append(out, '\\', '"')
		default:
			out = append(out, c)
		}
	}
	return out
}
