package story

import (
	"context"
	"fmt"
)

// runner is one run of a story.
type runner struct {
	w      *World
	s      *Story
	vars   map[string]string // version, captures and minted tokens
	minted map[string]string
	ids    *ids
	res    *Result
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
		r := &runner{w: w, s: s, vars: map[string]string{}, minted: map[string]string{}, res: &Result{Story: s, Version: v}}
		if v != "" {
			r.vars["version"] = v
		}
		if r.res.Skipped = w.lacks(s); r.res.Skipped == "" {
			r.run(ctx)
		}
		all = append(all, r.res)
	}
	return all
}

// lacks says which setting of a story the server does not have.
func (w *World) lacks(s *Story) string {
	for key, val := range s.Settings {
		if have := w.Settings[key]; have != val {
			return fmt.Sprintf("it needs a server with %s=%s", key, val)
		}
	}
	return ""
}

func (r *runner) run(ctx context.Context) {
	if r.s.Seed != nil {
		if err := r.w.reset(ctx, r.s.Seed); err != nil {
			r.fail(1, nil, "the world: %v", err)
			return
		}
	}
	for i := range r.s.Steps {
		step := &r.s.Steps[i]
		if step.Call != nil {
			if err := r.call(ctx, step); err != nil {
				r.fail(step.Line, nil, "%v", err)
				return
			}
			continue
		}
		if err := r.verb(ctx, step); err != nil {
			r.fail(step.Line, nil, "%s: %v", step.Verb[0], err)
			return
		}
	}
}

func (r *runner) fail(line int, why []Why, format string, args ...any) {
	r.res.Failures = append(r.res.Failures, Failure{Line: line, Text: fmt.Sprintf(format, args...), Why: why})
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
		r.fail(step.Line, o.Why, "%s %s\n%s", c.Method, bare, text)
	}
	return nil
}
