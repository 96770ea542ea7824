package story

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
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

// A sent is a call with every placeholder filled in.
type sent struct {
	host, target, body string
	header             []Pair
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

func (r *runner) fill(ctx context.Context, c *Call) (*sent, error) {
	find := r.find(ctx)
	target, err := expand(c.Target, find)
	if err != nil {
		return nil, err
	}
	s := &sent{host: c.Host, target: target}
	if s.body, err = expand(c.Body, find); err != nil {
		return nil, err
	}
	for _, h := range c.Header {
		v, err := expand(h.Value, find)
		if err != nil {
			return nil, err
		}
		s.header = append(s.header, Pair{h.Name, v})
	}
	if _, rest, whole := strings.Cut(s.target, "://"); whole && !strings.HasPrefix(s.target, "/") {
		host, path, _ := strings.Cut(rest, "/")
		if s.target = "/" + path; s.host == "" {
			s.host = host
		}
	}
	return s, nil
}

// sign puts token and proof where the call wants them.
func (r *runner) sign(ctx context.Context, c *Call, s *sent) error {
	token, err := r.token(ctx, c.As)
	if err != nil {
		return err
	}
	var members []Pair
	if token != "" {
		switch c.Via {
		case "bearer":
			s.header = append(s.header, Pair{"Authorization", "Bearer " + token})
		case "oauth":
			s.header = append(s.header, Pair{"Authorization", "OAuth " + token})
		default:
			members = append(members, Pair{"access_token", token})
		}
	}
	if c.Proof {
		proof, err := r.proof(ctx, c.As)
		if err != nil {
			return err
		}
		members = append(members, Pair{"appsecret_proof", proof})
	}
	return s.add(c.Via, members)
}

// add puts parameters into the query, a form or a JSON object.
func (s *sent) add(via string, members []Pair) error {
	for _, m := range members {
		pair := m.Name + "=" + url.QueryEscape(m.Value)
		switch via {
		case "form":
			s.body = join(s.body, "&", pair)
		case "json":
			member, err := json.Marshal(m.Value)
			if err != nil {
				return err
			}
			inner := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s.body), "{"), "}")
			s.body = "{" + join(inner, ",", `"`+m.Name+`":`+string(member)) + "}"
		default:
			sep := "?"
			if strings.Contains(s.target, "?") {
				sep = "&"
			}
			s.target += sep + pair
		}
	}
	if via == "form" || via == "json" {
		kind := map[string]string{"form": "application/x-www-form-urlencoded", "json": "application/json"}[via]
		for _, h := range s.header {
			if strings.EqualFold(h.Name, "Content-Type") {
				return nil
			}
		}
		s.header = append(s.header, Pair{"Content-Type", kind})
	}
	return nil
}

func join(a, sep, b string) string {
	if strings.TrimSpace(a) == "" {
		return b
	}
	return a + sep + b
}

// compare says how an answer differs from the expected one, "" if it does not.
func (r *runner) compare(ctx context.Context, c *Call, got *reply) (string, error) {
	var b strings.Builder
	if got.status != c.Status {
		fmt.Fprintf(&b, "status: want %d, got %d\n", c.Status, got.status)
	}
	for _, h := range c.Expect {
		if err := r.header(ctx, h, got.header, &b); err != nil {
			return "", err
		}
	}
	if c.Mode == Any {
		return b.String(), nil
	}
	text := strings.TrimRight(string(got.body), "\n")
	if c.Mode == JSON {
		text = compact(text)
	}
	p, err := compile(strings.TrimRight(c.Want, "\n"), c.Mode == JSON, r.find(ctx))
	if err != nil {
		return "", err
	}
	kept, same := p.match(text)
	switch {
	case !same:
		b.WriteString(diff(p.shown, text) + "\n")
	case c.Mode == JSON && text != "" && !json.Valid(got.body):
		fmt.Fprintf(&b, "the body is no JSON: %s\n", text)
	}
	for name, v := range kept {
		r.vars[name] = v
	}
	return b.String(), nil
}

func (r *runner) header(ctx context.Context, want Pair, got http.Header, b *strings.Builder) error {
	if name, not := strings.CutPrefix(want.Name, "!"); not {
		if v := got.Values(name); len(v) > 0 {
			fmt.Fprintf(b, "%s: want none, got %q\n", name, v)
		}
		return nil
	}
	p, err := compile(want.Value, false, r.find(ctx))
	if err != nil {
		return err
	}
	kept, same := p.match(got.Get(want.Name))
	if !same {
		fmt.Fprintf(b, "%s: want %s\n%*s got %s\n", want.Name, p.shown, len(want.Name)+1, "", got.Get(want.Name))
	}
	for name, v := range kept {
		r.vars[name] = v
	}
	return nil
}
