// Package graph holds the words of the wire: IDs, versions, permissions,
// features, tasks and the one table of errors. It refuses to know who asks and
// where anything is kept.
package graph

// An ID is the public name of a node: a decimal string of 1 to 19 digits,
// above zero and below 2^63. It is never a number and never an internal id.
type ID string

// ValidID reports whether s has the form of an ID: no sign, no leading zero, no
// blanks, nothing but ASCII digits.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 19 || s[0] == '0' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) < 19 || s <= "9223372036854775807"
}
