package story

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

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

// keepFrom takes the captures of an answer that differed, so that one
// difference does not bring down everything after it.
func (r *runner) keepFrom(ctx context.Context, fresh []string, got *reply) {
	lines := fresh[1:]
	for len(lines) > 0 && strings.HasPrefix(lines[0], "<") {
		lines = lines[1:]
	}
	p, err := compile(strings.Join(lines, "\n"), true, r.find(ctx))
	if err != nil {
		return
	}
	kept, _ := p.match(compact(string(got.body)))
	for name, v := range kept {
		r.vars[name] = v
	}
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
