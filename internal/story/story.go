package story

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A Story is one file. Parse makes it; it is not changed by running.
type Story struct {
	Name     string
	Sentence string   // the comment, without marks' lines
	Marks    []string // "[doc user-profile 2018]"
	Versions []string // one run for each; empty: a single run
	Settings map[string]string
	Seed     []byte // the world file; nil: whatever world is there
	Steps    []Step

	lines []string // of the file, for Update
}

// A Step is a request with its expected answer, or a verb.
type Step struct {
	Line int
	Call *Call
	Verb []string // name and arguments
}

// A Mode says how a body is compared.
type Mode uint8

// Modes of a body.
const (
	JSON Mode = iota
	Text
	Any
)

var modeNames = [...]string{"json", "text", "any"}

func (m Mode) String() string { return modeNames[min(int(m), len(modeNames)-1)] }

// A Viewer is who asks, as written: "page", "bakery", and perhaps an app.
type Viewer struct{ Kind, Handle, App string }

// A Pair is one header line.
type Pair struct{ Name, Value string }

// A Call is one request as written, placeholders and all.
type Call struct {
	Method, Target, Host string
	As                   Viewer
	Proof                bool
	Via                  string
	Header               []Pair
	Body                 string

	Status int
	Mode   Mode
	Expect []Pair // headers of the answer; a name with "!" must be absent
	Want   string

	statusLine       int // where "= 200" is
	bodyFrom, bodyTo int // lines of the expected body, 1-based, half open
}

// frozen is where the clock of a story stands unless its world says otherwise.
var frozen = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A Result is what became of one run of a story.
type Result struct {
	Story    *Story
	Version  string // of the run, empty for the only one
	Skipped  string // why the story did not run
	Failures []Failure
	Answers  []Answer
}

// An Answer is what a Call got.
type Answer struct {
	Step   *Step
	Target string // as sent, without the token
	Status int
	Header http.Header
	Body   []byte
	OK     bool // as expected

	fresh []string // what the file should say, unless OK
}

// A Failure is one step that did not go as written.
type Failure struct {
	Line int
	Text string
	Why  []Why // the ladder of the request

	cause error // what kept the step from being taken; nil: an answer differed
}

// Failed says whether the run did not go as written.
func (r *Result) Failed() bool { return len(r.Failures) > 0 }

// String tells the failures, each beginning with file and line.
func (r *Result) String() string {
	var b strings.Builder
	name := r.Story.Name
	if r.Version != "" {
		name += " (" + r.Version + ")"
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "%s:%d: %s\n", name, f.Line, strings.TrimRight(f.Text, "\n"))
		for _, w := range f.Why {
			fmt.Fprintf(&b, "    why: %s\n", w)
		}
	}
	return b.String()
}

// A Problem is why a file is no story.
type Problem struct {
	Name string
	Line int
	Text string
}

func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.Name, p.Line, p.Text) }
