package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// print writes v as JSON, one value a line.
func (r *Run) print(v any) { r.printTo(r.Out, v) }

func (r *Run) printTo(w io.Writer, v any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		fmt.Fprintln(r.Err, "kith: the answer cannot be written as JSON:", err)
	}
}

// say writes a line for people.
func (r *Run) say(format string, args ...any) { fmt.Fprintf(r.Out, format+"\n", args...) }

// table writes rows in columns; the first row is the heading.
func (r *Run) table(rows [][]string) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 4, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush()
	for line := range strings.Lines(out.String()) {
		fmt.Fprintln(r.Out, strings.TrimRight(line, " \n"))
	}
}

// terminal reports whether a person watches w.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// bar shows progress where a person watches, and nothing elsewhere. A negative
// total is one that is not known.
func (r *Run) bar(total int64, what string) *progressbar.ProgressBar {
	if r.json || !terminal(r.Err) {
		return progressbar.DefaultSilent(total, what)
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(r.Err), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100_000_000))
}
