package story

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// runner is one run of a story.
type runner struct {
	w      *World
	s      *Story
	vars   map[string]string // version, captures and minted tokens
	minted map[string]string
	// receivers are what apps run in the story.
	receivers map[string]*receiver
	ids       *ids
	res       *Result
}

// Run runs a story, once for each of its versions. It stops a run at a verb
// that fails, because what follows would mean nothing; requests are all made.
func Run(ctx context.Context, w *World, s *Story) []*Result {
	versions := s.Versions
	if len(versions) == 0 {
		versions = []string{""}
	}
	var all []*Result
	for _, v := range versions {
		r := &runner{w: w, s: s, vars: map[string]string{}, minted: map[string]string{}, receivers: map[string]*receiver{}, res: &Result{Story: s, Version: v}}
		if v != "" {
			r.vars["version"] = v
		}
		switch lacks, err := w.lacks(ctx, s); {
		case err != nil:
			r.stop(1, "the settings", err)
		case lacks != "":
			r.res.Skipped = lacks
		default:
			r.run(ctx)
			r.closeReceivers()
		}
		all = append(all, r.res)
	}
	return all
}

// lacks says which setting of a story the server does not have.
func (w *World) lacks(ctx context.Context, s *Story) (string, error) {
	if len(s.Settings) == 0 {
		return "", nil
	}
	have := w.Settings
	if have == nil {
		var a struct{ Settings map[string]string }
		if err := w.control(ctx, http.MethodGet, "version", nil, &a); err != nil {
			return "", err
		}
		have = a.Settings
	}
	for _, key := range slices.Sorted(maps.Keys(s.Settings)) {
		if val := s.Settings[key]; have[key] != val {
			return fmt.Sprintf("it needs a server with %s=%s", key, val), nil
		}
	}
	return "", nil
}

func (r *runner) run(ctx context.Context) {
	if r.s.Seed != nil {
		if err := r.w.reset(ctx, r.s.Seed); err != nil {
			r.stop(1, "the world", err)
			return
		}
	}
	for i := range r.s.Steps {
		step := &r.s.Steps[i]
		if step.Call != nil {
			call := r.call
			if step.Call.Method == received {
				call = r.receivedCall
			}
			if err := call(ctx, step); err != nil {
				r.stop(step.Line, step.Call.Method, err)
				return
			}
			continue
		}
		if err := r.verb(ctx, step); err != nil {
			r.stop(step.Line, step.Verb[0], err)
			return
		}
	}
}

// stop notes what kept the run from going on.
func (r *runner) stop(line int, what string, err error) {
	r.res.Failures = append(r.res.Failures, Failure{Line: line, Text: what + ": " + err.Error(), cause: err})
}

func (r *runner) verb(ctx context.Context, step *Step) error {
	v, ok := verbFor(step.Verb[0])
	if !ok {
		return fmt.Errorf("no such verb")
	}
	args := make([]string, 0, len(step.Verb))
	for _, a := range step.Verb[1:] {
		a, err := expand(a, r.find(ctx))
		if err != nil {
			return err
		}
		args = append(args, a)
	}
	r.ids = nil
	defer func() { r.ids = nil }()
	return v.run(r, ctx, args)
}

// call makes a request and compares the answer. The error is for what kept the
// request from being made.
func (r *runner) call(ctx context.Context, step *Step) error {
	c := step.Call
	s, err := r.fill(ctx, c)
	if err != nil {
		return err
	}
	bare := s.target
	if err := r.sign(ctx, c, s); err != nil {
		return err
	}
	got, err := r.w.do(ctx, c.Method, s.host, s.target, s.header, s.body)
	if err != nil {
		return err
	}
	text, err := r.compare(ctx, c, got)
	if err != nil {
		return err
	}
	a := Answer{Step: step, Target: bare, Status: got.status, Header: got.header, Body: got.body, OK: text == ""}
	if !a.OK {
		a.fresh = r.refresh(ctx, c, got)
		r.keepFrom(ctx, a.fresh, got)
	}
	r.res.Answers = append(r.res.Answers, a)
	if a.OK && r.w.Observe == nil {
		return nil
	}
	o := &Observed{Answer: a, TokenKind: c.As.Kind}
	o.Node, o.Why = r.w.explain(ctx, got.header.Get("X-Kith-Request"))
	if r.w.Observe != nil {
		r.w.Observe(o)
	}
	if !a.OK {
		r.res.Failures = append(r.res.Failures, Failure{Line: step.Line, Text: c.Method + " " + bare + "\n" + text, Why: o.Why})
	}
	return nil
}
