package story

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Update returns the file with the answers of a run in place of the expected
// ones, where these differ. Only answers that Run was asked about are there:
// what a failed verb kept from running stays as it is. Read the difference as
// you would read code.
func Update(s *Story, results []*Result) []byte {
	if len(results) == 0 {
		return []byte(strings.Join(s.lines, "\n") + "\n")
	}
	var out []string
	next := 1 // line of the file that is to be copied
	for _, a := range results[0].Answers {
		if a.OK {
			continue
		}
		c := a.Step.Call
		out = append(out, s.lines[next-1:c.statusLine-1]...)
		out = append(out, a.fresh...)
		next = c.bodyTo
	}
	out = append(out, s.lines[next-1:]...)
	return []byte(strings.Join(out, "\n") + "\n")
}

var (
	traceMember = regexp.MustCompile(`"fbtrace_id":"(?:[^"\\]|\\.)*"`)
	signedURL   = regexp.MustCompile(`"https?:\\/\\/[^"]*(?:hash=|oh=)[^"]*"`)
	cursor      = regexp.MustCompile(`"(before|after)":"[A-Za-z0-9_-]{20,}"`)
	nextLink    = regexp.MustCompile(`"next":"https?:\\/\\/[^"]*"`)
	otherLink   = regexp.MustCompile(`"(next|previous)":"https?:\\/\\/[^"]*"`)
	wildMember  = regexp.MustCompile(`"(\w+)":("[^"]*\{(?:capture \w+|url|any|trace|now[+-]?\d*)\}[^"]*"|\{any\})`)
)

// refresh writes what a call should have expected, from "= STATUS" on.
func (r *runner) refresh(ctx context.Context, c *Call, got *reply) []string {
	status := "= " + strconv.Itoa(got.status)
	mode := c.Mode
	if mode == JSON && len(got.body) > 0 && !json.Valid(got.body) {
		mode = Text
	}
	if mode != JSON {
		status += " " + mode.String()
	}
	lines := []string{status}
	for _, h := range c.Expect {
		if v := got.header.Get(h.Name); v != "" && !strings.Contains(h.Value, "{") {
			h.Value = v
		}
		lines = append(lines, strings.TrimSuffix("< "+h.Name+": "+h.Value, ": "))
	}
	text := strings.TrimRight(string(got.body), "\n")
	switch {
	case mode == Any:
		text = c.Want
	case mode == JSON:
		text = r.generalise(ctx, compact(text), compact(c.Want))
		if !strings.HasPrefix(text, `{"error":`) { // the envelope reads best on one line
			text = pretty(text)
		}
	}
	if text == "" {
		return lines
	}
	return append(lines, strings.Split(text, "\n")...)
}

// generalise puts placeholders where a value of this world stands, and
// wildcards where one is different each time or the old text had one.
func (r *runner) generalise(ctx context.Context, body, old string) string {
	body = traceMember.ReplaceAllString(body, `"fbtrace_id":"{trace}"`)
	body = signedURL.ReplaceAllString(body, `"{url}"`)
	body = cursor.ReplaceAllString(body, `"$1":"{any}"`)
	if len(nextLink.FindAllStringIndex(body, 2)) == 1 {
		body = nextLink.ReplaceAllLiteralString(body, `"next":"{capture next}"`)
	}
	body = otherLink.ReplaceAllString(body, `"$1":"{url}"`)
	for _, m := range wildMember.FindAllStringSubmatch(old, -1) {
		one, err := regexp.Compile(`"` + m[1] + `":(?:"(?:[^"\\]|\\.)*"|[^",{}\[\]]+)`)
		if err == nil {
			body = one.ReplaceAllLiteralString(body, `"`+m[1]+`":`+m[2])
		}
	}
	return strings.NewReplacer(r.backwards(ctx)...).Replace(body)
}

// shortest is the length from which a value is taken for a name of something.
const shortest = 8

// backwards lists the values of this world with their placeholders.
func (r *runner) backwards(ctx context.Context) []string {
	var known [][2]string
	add := func(value, words string) {
		if len(value) >= shortest {
			known = append(known, [2]string{string(graph.AppendEscaped(nil, value)), "{" + words + "}"})
		}
	}
	for name, v := range r.vars {
		add(v, name)
	}
	if r.ids != nil || r.s.Seed != nil { // else the server may know nothing of names
		if a, err := r.names(ctx); err == nil {
			a.each(add)
		}
	}
	// The longest first, so that none hides in another.
	slices.SortFunc(known, func(x, y [2]string) int {
		return cmp.Or(cmp.Compare(len(y[0]), len(x[0])), cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	})
	var flat []string
	for _, k := range known {
		flat = append(flat, k[0], k[1])
	}
	return flat
}

// each calls f with every name of the world and its placeholder.
func (a *ids) each(f func(value, words string)) {
	for h, app := range a.Apps {
		f(app.Token, "token app "+h)
		f(app.Secret, "secret "+h)
		f(app.ID, "id app "+h)
	}
	for h, page := range a.Pages {
		f(page.Token, "token page "+h)
		f(page.ID, "id page "+h)
		for p, id := range page.PSIDs {
			f(id, "psid "+p+" "+h)
		}
	}
	for h, ig := range a.Instagram {
		f(ig.Token, "token instagram "+h)
		f(ig.ID, "id instagram "+h)
		for p, id := range ig.IGSIDs {
			f(id, "igsid "+p+" "+h)
		}
	}
	for h, id := range a.Businesses {
		f(id, "id business "+h)
	}
	for h, id := range a.Things {
		f(id, "id thing "+h)
	}
	for h, p := range a.People {
		for app, id := range p.ASIDs {
			f(id, "asid "+h+" "+app)
		}
		for app, t := range p.Tokens {
			f(t, "token user "+h+" "+app)
		}
	}
}
