package cli

import (
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

// set changes settings of a running server's apps, Pages and accounts.
func (r *Run) set() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set app|page|instagram HANDLE SETTING=VALUE...",
		Short: "Change settings of an app, a Page or an Instagram account",
		Example: "  kith set page shop default_app=demo primary_receiver=demo\n" +
			"  kith set instagram shop_ig default_app=\n" +
			"  kith set app demo 'webhooks=[{\"object\":\"page\",\"callback_url\":\"http://127.0.0.1:3000/hooks\",\"verify_token\":\"abc\",\"fields\":[\"messages\"]}]'",
		Args: cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch args[0] {
			case "app", "page", "instagram":
			default:
				return usagef("%s has no settings: app, page and instagram have", args[0])
			}
			settings := edgeItem(args[2:])
			if _, plain := settings["to"]; plain || len(settings) != len(args)-2 {
				return usagef("settings are written SETTING=VALUE, each once")
			}
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			if err := c.send(cmd.Context(), http.MethodPut, "/_/api/"+plurals()[args[0]]+"/"+url.PathEscape(args[1]), settings, nil); err != nil {
				return err
			}
			if r.json {
				r.print(map[string]bool{"success": true})
				return nil
			}
			r.say("%s/%s is set", args[0], args[1])
			return nil
		},
	}
	clientFlags(cmd)
	return cmd
}
