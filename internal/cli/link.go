package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/world"
)

// plurals are how the control plane calls the kinds of nodes that have edges.
func plurals() map[string]string {
	return map[string]string{"person": "people", "page": "pages", "app": "apps", "business": "businesses", "instagram": "instagram", "thing": "things"}
}

func edgePath(of, handle, edge string) (string, error) {
	plural, ok := plurals()[of]
	if !ok {
		return "", usagef("--of is one of person, page, app, business, instagram and thing")
	}
	return "/_/api/" + plural + "/" + url.PathEscape(handle) + "/edges/" + url.PathEscape(edge), nil
}

func (r *Run) link() *cobra.Command {
	var of string
	cmd := &cobra.Command{
		Use:   "link HANDLE EDGE [ITEM] [KEY=VALUE...]",
		Short: "Put something on an edge, or make something there",
		Example: "  kith link alice likes shop at=2017-03-01T10:00:00Z\n" +
			"  kith link alice albums name=Summer\n" +
			"  kith link shop blocked bob\n" +
			"  kith link shop subscribed_apps demo 'subscribed_fields=[\"messages\"]'",
		Args: cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.changeEdge(cmd, http.MethodPost, of, args, "", edgeItem(args[2:]))
		},
	}
	ofFlag(cmd, &of)
	clientFlags(cmd)
	return cmd
}

// edgeItem reads ITEM key=value...; values are JSON or plain text.
func edgeItem(args []string) map[string]any {
	item := map[string]any{}
	for i, a := range args {
		key, value, pair := strings.Cut(a, "=")
		switch {
		case !pair && i == 0:
			item["to"] = a
		case json.Valid([]byte(value)):
			item[key] = json.RawMessage(value)
		default:
			item[key] = value
		}
	}
	return item
}

func (r *Run) unlink() *cobra.Command {
	var of string
	cmd := &cobra.Command{
		Use:     "unlink HANDLE EDGE ITEM",
		Short:   "Take something off an edge",
		Example: "  kith unlink alice likes shop",
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.changeEdge(cmd, http.MethodDelete, of, args, "?to="+url.QueryEscape(args[2]), nil)
		},
	}
	ofFlag(cmd, &of)
	clientFlags(cmd)
	return cmd
}

func (r *Run) remove() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove HANDLE",
		Short:   "Delete a thing with all that hangs on it",
		Example: "  kith remove alice/albums/1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			var gone world.Removed
			if err := c.send(cmd.Context(), http.MethodDelete, "/_/api/things/"+url.PathEscape(args[0]), nil, &gone); err != nil {
				return err
			}
			if r.json {
				r.print(gone)
				return nil
			}
			r.say("%s %s is gone", gone.Type, gone.Handle)
			r.say("  id      %s", gone.ID)
			return nil
		},
	}
	clientFlags(cmd)
	return cmd
}

func ofFlag(cmd *cobra.Command, of *string) {
	cmd.Flags().StringVar(of, "of", "", "whose edge: person, page, app, business, instagram or thing (default what has the handle, a person first)")
}

// holder says what has a handle: a person, a Page, an app or an Instagram account. One
// that nothing of these has goes as a person, which the server refuses.
func (c *client) holder(ctx context.Context, handle string) (string, error) {
	ids, err := c.ids(ctx)
	if err != nil {
		return "", err
	}
	if _, ok := ids.People[handle]; !ok {
		if _, ok := ids.Pages[handle]; ok {
			return "page", nil
		}
		if _, ok := ids.Instagram[handle]; ok {
			return "instagram", nil
		}
		if _, ok := ids.Apps[handle]; ok {
			return "app", nil
		}
	}
	return "person", nil
}

// changeEdge is about an edge of the first of words, which is the second.
func (r *Run) changeEdge(cmd *cobra.Command, method, of string, words []string, query string, body any) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	if of == "" {
		if of, err = c.holder(cmd.Context(), words[0]); err != nil {
			return err
		}
	}
	path, err := edgePath(of, words[0], words[1])
	if err != nil {
		return err
	}
	path += query
	var done world.Linked
	if err := c.send(cmd.Context(), method, path, body, &done); err != nil {
		return err
	}
	if r.json {
		r.print(done)
		return nil
	}
	sign := "has"
	if method == http.MethodDelete {
		sign = "no longer has"
	}
	r.say("%s: %s %s %s", done.Of, done.Edge, sign, done.To)
	if done.ID != "" {
		r.say("  id      %s", done.ID)
	}
	return nil
}
