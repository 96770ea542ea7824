package graph

import (
	"strconv"
	"strings"
)

// An Error speaks to the client: one row of the table, with what its text
// interpolates and an optional private cause. Anything that is not an *Error is
// the operator's and becomes ErrUnknown on the wire.
type Error struct {
	row   *errorRow
	args  []string
	cause error
}

// Types of error, as the envelope spells them.
const (
	oauthException       = "OAuthException"
	graphMethodException = "GraphMethodException"
	graphBatchException  = "GraphBatchException"
	instagramException   = "IGApiException"
)

// An errorRow is what the wire needs to know of one error.
type errorRow struct {
	name      string // key of docs, stories and tests
	code      int
	subcode   int
	typ       string
	status    int
	kind      string // kind in WWW-Authenticate; empty sends no such header
	transient int8   // is_transient: 1 true, -1 false, 0 absent
	prefix    bool   // message carries "(#code) "
	text      string // %s are the args
	// title and told are for the person: error_user_title and error_user_msg.
	title, told string
	older       []olderText
	mark        string
}

// An olderText replaces the row up to a version.
type olderText struct {
	below   Version
	text    string
	code    int // zero keeps the row's
	subcode int // -1 removes the row's
	status  int
	kind    string
	bare    bool // without "(#code) "
}

// An Envelope is an Error as one version and host spell it.
type Envelope struct {
	Message, Type string
	Code, Subcode int
	Status        int
	Kind          string
	Transient     int8
	// Title and Told are error_user_title and error_user_msg.
	Title, Told string
}

// Args returns the error with what its text interpolates.
func (e *Error) Args(args ...string) *Error {
	return &Error{row: e.row, args: args, cause: e.cause}
}

// With returns the error with a private cause for the log.
func (e *Error) With(cause error) *Error {
	return &Error{row: e.row, args: e.args, cause: cause}
}

// Error returns name, code and cause: for logs, never for the wire.
func (e *Error) Error() string {
	s := "graph: " + e.row.name + " (" + strconv.Itoa(e.row.code)
	if e.row.subcode != 0 {
		s += "/" + strconv.Itoa(e.row.subcode)
	}
	s += ")"
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the same row, whatever its args.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.row == e.row
}

// Name returns the key of the row.
func (e *Error) Name() string { return e.row.name }

// Mark returns what backs the row.
func (e *Error) Mark() string { return e.row.mark }

// Code and Subcode return the numbers of the newest form of the row.
func (e *Error) Code() int { return e.row.code }

// Subcode returns the row's subcode, zero for none.
func (e *Error) Subcode() int { return e.row.subcode }

// Envelope returns the error as version v spells it, or as graph.instagram.com
// does: type IGApiException and no "(#code) ". [seen chatwoot#11496]
func (e *Error) Envelope(v Version, instagram bool) Envelope {
	r := e.row
	env := Envelope{Type: r.typ, Code: r.code, Subcode: r.subcode, Status: r.status, Kind: r.kind, Transient: r.transient, Title: r.title, Told: r.told}
	text, prefix := r.text, r.prefix && !instagram
	for _, o := range r.older {
		if v >= o.below {
			continue
		}
		text, prefix = o.text, prefix && !o.bare
		if o.code != 0 {
			env.Code = o.code
		}
		if o.subcode != 0 {
			env.Subcode = max(o.subcode, 0)
		}
		if o.status != 0 {
			env.Status = o.status
		}
		if o.kind != "" {
			env.Kind = o.kind
		}
		break
	}
	if instagram {
		env.Type = instagramException
	}
	env.Message = interpolate(text, e.args)
	if prefix {
		env.Message = "(#" + strconv.Itoa(env.Code) + ") " + env.Message
	}
	return env
}

func interpolate(text string, args []string) string {
	for _, a := range args {
		before, after, found := strings.Cut(text, "%s")
		if !found {
			break
		}
		return before + a + interpolate(after, args[1:])
	}
	return text
}

// Errors returns the whole table, for docs and for the test that no row is unreached.
func Errors() []*Error { return append([]*Error(nil), table...) }

// ErrorNamed returns the row of a name, nil if there is none.
func ErrorNamed(name string) *Error {
	for _, e := range table {
		if e.row.name == name {
			return e
		}
	}
	return nil
}

// Holes is how many args the text of the row interpolates.
func (e *Error) Holes() int { return strings.Count(e.row.text, "%s") }

// ErrorNames returns the names of all rows.
func ErrorNames() string {
	names := make([]string, len(table))
	for i, e := range table {
		names[i] = e.row.name
	}
	return strings.Join(names, ", ")
}
