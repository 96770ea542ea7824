package cli

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/world"
)

func (r *Run) token() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Make, list and end access tokens", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(r.mint(), r.tokens(), r.expire(), r.invalidate())
	return cmd
}

func (r *Run) mint() *cobra.Command {
	var spec world.TokenSpec
	var expires string
	cmd := &cobra.Command{
		Use:     "mint",
		Short:   "Make a further token for a Page, a person or an Instagram account, and print it",
		Example: "  kith token mint --page shop\n  kith token mint --user alice --app demo --permissions email,user_birthday --expires 2h",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if subjects := []string{spec.Page, spec.User, spec.Instagram}; len(slices.DeleteFunc(subjects, isEmpty)) != 1 {
				return usagef("a token is for one of --page, --user and --instagram")
			}
			if expires != "" {
				d, err := world.ParseDuration(expires)
				if err != nil || d < time.Second {
					return usagef("--expires %s is not a duration such as 2h or 60d", expires)
				}
				spec.ExpiresIn = int64(d / time.Second)
			}
			return r.mintToken(cmd, &spec)
		},
	}
	f := cmd.Flags()
	f.StringVar(&spec.Page, "page", "", "Page it is for")
	f.StringVar(&spec.User, "user", "", "person it is for")
	f.StringVar(&spec.Instagram, "instagram", "", "Instagram account it is for")
	f.StringVar(&spec.App, "app", "", "app it is issued to (default the first)")
	f.StringVar(&spec.Person, "person", "", "person who asked for a Page token (default the owner)")
	f.StringSliceVar(&spec.Permissions, "permissions", nil, "permissions it carries (default all of its kind)")
	f.StringVar(&expires, "expires", "", "how long it works, such as 2h or 60d (default for ever)")
	clientFlags(cmd)
	return cmd
}

func isEmpty(s string) bool { return s == "" }

func (r *Run) mintToken(cmd *cobra.Command, spec *world.TokenSpec) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	var made struct {
		Token string `json:"token"`
	}
	if err := c.send(cmd.Context(), http.MethodPost, "/_/api/tokens", spec, &made); err != nil {
		return err
	}
	if r.json {
		r.print(made)
		return nil
	}
	r.say("%s", made.Token)
	return nil
}

// tokenRow is one token of the world.
type tokenRow struct {
	Kind  string `json:"kind"`
	Of    string `json:"of"`
	App   string `json:"app"`
	Token string `json:"token"`
}

func (r *Run) tokens() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the tokens that come with the world",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			list, err := c.tokenRows(cmd)
			if err != nil {
				return err
			}
			if r.json {
				r.print(map[string]any{"tokens": list})
				return nil
			}
			rows := [][]string{{"KIND", "OF", "APP", "TOKEN"}}
			for _, t := range list {
				rows = append(rows, []string{t.Kind, t.Of, t.App, t.Token})
			}
			r.table(rows)
			return nil
		},
	}
	clientFlags(cmd)
	return cmd
}

func (c *client) tokenRows(cmd *cobra.Command) ([]tokenRow, error) {
	ids, err := c.ids(cmd.Context())
	if err != nil {
		return nil, err
	}
	list := []tokenRow{}
	for _, h := range slices.Sorted(maps.Keys(ids.Pages)) {
		list = append(list, tokenRow{"page", h, ids.Pages[h].App, ids.Pages[h].Token})
	}
	for _, h := range slices.Sorted(maps.Keys(ids.Instagram)) {
		list = append(list, tokenRow{"instagram", h, "", ids.Instagram[h].Token})
	}
	for _, h := range slices.Sorted(maps.Keys(ids.Apps)) {
		list = append(list, tokenRow{"app", h, h, ids.Apps[h].Token})
	}
	for _, h := range slices.Sorted(maps.Keys(ids.People)) {
		tokens := ids.People[h].Tokens
		for _, app := range slices.Sorted(maps.Keys(tokens)) {
			list = append(list, tokenRow{"user", h, app, tokens[app]})
		}
	}
	return slices.DeleteFunc(list, func(t tokenRow) bool { return t.Token == "" }), nil
}

func (r *Run) expire() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "expire TOKEN",
		Short: "Let a token expire, now or at a time",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := map[string]string{"token": args[0]}
			if at != "" {
				body["at"] = at
			}
			return r.change(cmd, http.MethodPost, "/_/api/tokens/expire", body, "expired")
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "when, such as 2026-03-01T09:00:00Z (default now)")
	clientFlags(cmd)
	return cmd
}

func (r *Run) invalidate() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "invalidate TOKEN REASON",
		Short:   "End a token for a reason: each has an error of its own",
		Example: "  kith token invalidate EAA... password_changed",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := map[string]string{"token": args[0], "reason": args[1]}
			return r.change(cmd, http.MethodPost, "/_/api/tokens/invalidate", body, "invalidated: "+args[1])
		},
	}
	clientFlags(cmd)
	return cmd
}

// change sends something that answers only whether it was done.
func (r *Run) change(cmd *cobra.Command, method, path string, body any, done string) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	if err := c.send(cmd.Context(), method, path, body, nil); err != nil {
		return err
	}
	if r.json {
		r.print(map[string]bool{"success": true})
		return nil
	}
	r.say("%s", done)
	return nil
}
