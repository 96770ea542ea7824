package cli

import (
	"errors"
	"fmt"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/world"
)

// Exit codes.
const (
	exitOK = iota
	exitFailed
	exitUsage
	exitUnreachable
	exitInvalid
)

// usageError is a command line that makes no sense.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// unreachable is a server that is not there.
type unreachable struct {
	url   string
	cause error
}

func (e *unreachable) Error() string {
	return fmt.Sprintf("no kith answers at %s: %v; start one with: kith serve", e.url, e.cause)
}

func (e *unreachable) Unwrap() error { return e.cause }

// errSilent fails the command whose output has already said why.
var errSilent = errors.New("failed")

func (r *Run) code(err error) int {
	if s, ok := errors.AsType[exitStatus](err); ok {
		return int(s)
	}
	if _, ok := errors.AsType[*usageError](err); ok || !r.asked {
		return exitUsage
	}
	if isUnreachable(err) {
		return exitUnreachable
	}
	if _, ok := errors.AsType[config.Problems](err); ok {
		return exitInvalid
	}
	if _, ok := errors.AsType[world.Problems](err); ok {
		return exitInvalid
	}
	if f, ok := errors.AsType[*control.Failure](err); ok && len(f.Problems) > 0 {
		return exitInvalid
	}
	return exitFailed
}

// complain tells the error where errors go, in the form asked for.
func (r *Run) complain(err error) {
	if _, ended := err.(exitStatus); ended || errors.Is(err, errSilent) { //nolint:errorlint // wrapped it has a text of its own
		return
	}
	if r.json {
		r.printTo(r.Err, failure(err))
		return
	}
	text := err.Error()
	if f, ok := errors.AsType[*control.Failure](err); ok && len(f.Problems) > 0 {
		text = f.Problems.Error() + "\n" + f.Message
	}
	fmt.Fprintln(r.Err, "kith: "+text)
}

// failure is the error as JSON, with the problems one by one.
func failure(err error) any {
	type body struct {
		Message  string `json:"message"`
		Problems any    `json:"problems,omitempty"`
	}
	b := body{Message: err.Error()}
	if f, ok := errors.AsType[*control.Failure](err); ok {
		b.Message, b.Problems = f.Error(), nil
		if len(f.Problems) > 0 {
			b.Problems = f.Problems
		}
	} else if ps, ok := errors.AsType[config.Problems](err); ok {
		b.Message, b.Problems = "the settings are invalid", ps
	} else if ps, ok := errors.AsType[world.Problems](err); ok {
		b.Message, b.Problems = "the world is invalid", ps
	}
	return map[string]any{"error": b}
}
