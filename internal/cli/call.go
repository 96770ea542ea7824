package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/control"
)

// callOptions are the flags of call.
type callOptions struct {
	fields  []string
	as, app string
	head    bool
	why     bool
}

func (r *Run) call() *cobra.Command {
	var o callOptions
	cmd := &cobra.Command{
		Use:   "call [METHOD] PATH [HANDLE]",
		Short: "Call the Graph as a Page, person, app or Instagram account of the world",
		Long: "call sends a request to the Graph with the token of --as, and prints the status and the answer.\n" +
			"In PATH, {psid alice shop}, {asid alice demo}, {igsid alice shop_ig} and {id shop} stand for IDs.",
		Example: "  kith call /me --as page shop\n" +
			"  kith call '/{psid alice shop}' -f fields=first_name,last_name --as page shop --why\n" +
			"  kith call GET /v2.10/me -f fields=id,name --as user alice --app demo",
		Args: cobra.RangeArgs(1, 3),
		RunE: func(cmd *cobra.Command, args []string) error { return r.doCall(cmd, &o, args) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.fields, "field", "f", nil, "parameter as key=value; again for more")
	f.StringVar(&o.as, "as", "", "who calls: page, user, app or instagram, and then the handle")
	f.StringVar(&o.app, "app", "", "app of a user token (default the first that has one)")
	f.BoolVarP(&o.head, "include", "i", false, "print the headers of the answer too")
	f.BoolVar(&o.why, "why", false, "explain the answer on standard error")
	clientFlags(cmd)
	return cmd
}

// A graphCall is a request as the command line has it.
type graphCall struct {
	method, path string
	kind, handle string // of who calls
	params       url.Values
}

func (r *Run) doCall(cmd *cobra.Command, o *callOptions, args []string) error {
	g, err := parseCall(o, args)
	if err != nil {
		return err
	}
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	req, err := c.graphRequest(cmd.Context(), g, o.app)
	if err != nil {
		return err
	}
	resp, err := c.do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	var why *control.Why
	if o.why {
		why = &control.Why{}
		if err := c.get(cmd.Context(), "/_/api/requests/"+numberOf(resp)+"/why", why); err != nil {
			return err
		}
	}
	r.printAnswer(resp, body, o.head, why)
	if resp.StatusCode >= 400 {
		return errSilent
	}
	return nil
}

// numberOf is the number of the call in the journal.
func numberOf(resp *http.Response) string {
	if n := resp.Header.Get("X-Kith-Request"); n != "" {
		return n
	}
	return "last"
}

// parseCall sorts the words of the command line: a method in capitals, a path
// and, behind --as, a handle.
func parseCall(o *callOptions, args []string) (*graphCall, error) {
	g := &graphCall{method: http.MethodGet, params: url.Values{}}
	if len(args) > 1 && isMethod(args[0]) {
		g.method, args = args[0], args[1:]
	}
	if o.as != "" {
		kind, handle, joined := strings.Cut(strings.Replace(o.as, " ", ":", 1), ":")
		if !joined && len(args) == 2 {
			handle, args = otherThanPath(args)
		}
		if g.kind, g.handle = kind, handle; handle == "" {
			return nil, usagef("--as %s wants a handle behind it, such as --as page shop", o.as)
		}
	}
	if len(args) != 1 {
		return nil, usagef("call wants one PATH, and a METHOD in capitals before it if it is not GET")
	}
	g.path = args[0]
	for _, f := range o.fields {
		key, value, ok := strings.Cut(f, "=")
		if !ok || key == "" {
			return nil, usagef("-f %s: a parameter is key=value", f)
		}
		g.params.Add(key, value)
	}
	return g, nil
}

func isMethod(s string) bool {
	switch s {
	case http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodOptions:
		return true
	}
	return false
}

// otherThanPath takes the handle out of two words: the one that does not begin
// like a path, else the second.
func otherThanPath(words []string) (handle string, rest []string) {
	if !strings.HasPrefix(words[0], "/") && strings.HasPrefix(words[1], "/") {
		return words[0], words[1:]
	}
	return words[1], words[:1]
}

// graphRequest fills in IDs and token. The token travels in a header, so that
// it stays out of addresses.
func (c *client) graphRequest(ctx context.Context, g *graphCall, app string) (*http.Request, error) {
	base, err := c.graphURL(ctx)
	if err != nil {
		return nil, err
	}
	token := ""
	if g.kind != "" || strings.Contains(g.path, "{") {
		ids, err := c.ids(ctx)
		if err != nil {
			return nil, err
		}
		if g.path, err = fillIn(g.path, ids); err != nil {
			return nil, err
		}
		if token, err = tokenOf(ids, g.kind, g.handle, app); err != nil {
			return nil, err
		}
	}
	target := base + "/" + strings.TrimPrefix(g.path, "/")
	var body io.Reader
	if g.method == http.MethodPost {
		body = strings.NewReader(g.params.Encode())
	} else if len(g.params) > 0 {
		join := "?"
		if strings.Contains(target, "?") {
			join = "&"
		}
		target += join + g.params.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, g.method, target, body)
	if err != nil {
		return nil, usagef("%q is not a path of the Graph", g.path)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req, nil
}

// calledJSON is what call --json prints.
type calledJSON struct {
	Status  int          `json:"status"`
	Headers http.Header  `json:"headers"`
	Body    any          `json:"body"` // JSON as it came, or text
	Why     *control.Why `json:"why,omitempty"`
}

func (r *Run) printAnswer(resp *http.Response, body []byte, head bool, why *control.Why) {
	if r.json {
		answer := calledJSON{Status: resp.StatusCode, Headers: resp.Header, Body: string(body), Why: why}
		if json.Valid(body) {
			answer.Body = json.RawMessage(body)
		}
		r.print(answer)
		return
	}
	r.say("%s", resp.Status)
	if head {
		_ = resp.Header.Write(r.Out)
		r.say("")
	}
	r.say("%s", body)
	if why != nil {
		printWhy(r.Err, why)
	}
}
