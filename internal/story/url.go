package story

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Ext is what the names of story files end with.
const Ext = ".txtar"

// RunURL runs story files, and those in folders, against a server by its URL.
// A line for each story goes to out, and what went wrong below it. With update
// the files are rewritten; an answer that differed is then no failure. The
// error is for what kept stories from being run at all.
func RunURL(ctx context.Context, url string, files []string, update bool, out io.Writer) (failed int, err error) {
	names, err := expandFiles(files)
	if err != nil {
		return 0, err
	}
	w := &World{URL: strings.TrimRight(url, "/"), Client: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	defer w.Client.CloseIdleConnections()
	if w.Settings, err = w.settings(ctx); err != nil {
		return 0, err
	}
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

// settings asks the server for its knobs; it is also how one learns that
// nobody answers there.
func (w *World) settings(ctx context.Context) (map[string]string, error) {
	var a struct{ Settings map[string]string }
	if err := w.control(ctx, http.MethodGet, "version", nil, &a); err != nil {
		return nil, fmt.Errorf("no control plane at %s: %w", w.URL, err)
	}
	return a.Settings, nil
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

// expandFiles replaces folders by the stories in them.
func expandFiles(files []string) ([]string, error) {
	var names []string
	for _, f := range files {
		err := filepath.WalkDir(f, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (name == f || strings.HasSuffix(name, Ext)) {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no story in %s", strings.Join(files, ", "))
	}
	return names, nil
}
