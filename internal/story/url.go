package story

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// A Target is a server that stories are told to by its URL.
type Target struct {
	URL     string // of the Graph, and of the control plane unless Control is set
	Control string
	Admin   string // credential of the control plane, if it asks for one
	// Settings are the knobs that are not the defaults; nil: the server is asked,
	// should a story need one.
	Settings map[string]string
}

// RunURL runs story files, and those in folders, against a server by its URL.
// A line for each story goes to out, and what went wrong below it. With update
// the files are rewritten; an answer that differed is then no failure. The
// error is for what kept stories from being run at all, such as a server that
// is not there.
func RunURL(ctx context.Context, to Target, files []string, update bool, out io.Writer) (failed int, err error) {
	names, err := expandFiles(files)
	if err != nil {
		return 0, err
	}
	for _, text := range []string{to.URL, to.Control} {
		if u, err := url.Parse(text); err != nil || text != "" && u.Host == "" {
			return 0, fmt.Errorf("%q is no URL of a server", text)
		}
	}
	w := &World{
		URL: strings.TrimRight(to.URL, "/"), Control: strings.TrimRight(to.Control, "/"), Admin: to.Admin, Settings: to.Settings,
		Client: &http.Client{Transport: &http.Transport{DisableCompression: true}},
	}
	defer w.Client.CloseIdleConnections()
	for _, name := range names {
		bad, err := runFile(ctx, w, name, update, out)
		if err != nil {
			return failed, err
		}
		if bad {
			failed++
		}
	}
	return failed, nil
}

// runFile runs one file and reports it.
func runFile(ctx context.Context, w *World, name string, update bool, out io.Writer) (bad bool, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return false, err
	}
	s, err := Parse(name, data)
	if err != nil {
		fmt.Fprintf(out, "FAIL %s\n    %v\n", name, err)
		return true, nil
	}
	results := Run(ctx, w, s)
	if err := unreached(results); err != nil {
		return false, err
	}
	if update {
		if fresh := Update(s, results); string(fresh) != string(data) {
			fmt.Fprintf(out, "new  %s\n", name)
			return false, os.WriteFile(name, fresh, 0o644)
		}
	}
	for _, r := range results {
		bad = r.report(out) || bad
	}
	return bad, nil
}

// unreached finds that there was no server to talk to: then no other story can
// run either.
func unreached(results []*Result) error {
	for _, r := range results {
		for _, f := range r.Failures {
			if op, ok := errors.AsType[*net.OpError](f.cause); ok && op.Op == "dial" {
				return f.cause
			}
		}
	}
	return nil
}

// report writes the line of a run and says whether it failed.
func (r *Result) report(out io.Writer) bool {
	name := r.Story.Name
	if r.Version != "" {
		name += " " + r.Version
	}
	switch {
	case r.Skipped != "":
		fmt.Fprintf(out, "skip %s: %s\n", name, r.Skipped)
	case r.Failed():
		fmt.Fprintf(out, "FAIL %s\n", name)
		for line := range strings.Lines(r.String()) {
			fmt.Fprintf(out, "    %s", line)
		}
	default:
		fmt.Fprintf(out, "ok   %s\n", name)
	}
	return r.Failed()
}
