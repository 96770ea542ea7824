package cli

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/spf13/cobra"
)

// apart are settings that have a path of their own, and a mapping as their value.
func apart(kind string) []string {
	switch kind {
	case "app":
		return []string{"mode", "review", "roles"}
	case "page":
		return []string{"info_about_people", "tasks"}
	case "person":
		return []string{"audience"}
	}
	return nil
}

// set changes settings of a running server's apps, Pages, accounts and people.
func (r *Run) set() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set app|page|instagram|person HANDLE SETTING=VALUE...",
		Short: "Change settings of an app, a Page or an Instagram account, or what is known of a person",
		Long: "set changes settings as world files call them, and fields of people. A value is JSON or plain text, null takes a field away.\n" +
			"Of an app mode, review and roles, of a Page info_about_people and tasks, and of a person audience are set alone.\n" +
			"A setting that does not exist is answered with those that do.",
		Example: "  kith set page shop default_app=demo primary_receiver=demo\n" +
			"  kith set instagram shop_ig default_app=\n" +
			"  kith set app demo mode=development\n" +
			"  kith set app demo 'review={\"pages_user_locale\":\"none\"}'\n" +
			"  kith set app demo 'webhooks=[{\"object\":\"page\",\"callback_url\":\"http://127.0.0.1:3000/hooks\",\"verify_token\":\"abc\",\"fields\":[\"messages\"]}]'\n" +
			"  kith set person alice first_name=Alicia about=null",
		Args: cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch args[0] {
			case "app", "page", "instagram", "person":
			default:
				return usagef("%s has no settings: app, page, instagram and person have", args[0])
			}
			path, body, err := settingsOf(args[0], args[1], args[2:])
			if err != nil {
				return err
			}
			return r.change(cmd, http.MethodPut, path, body, args[0]+"/"+args[1]+" is set")
		},
	}
	clientFlags(cmd)
	return cmd
}

// settingsOf is where settings go to, and how.
func settingsOf(kind, handle string, words []string) (path string, body any, err error) {
	settings := edgeItem(words)
	if _, plain := settings["to"]; plain || len(settings) != len(words) {
		return "", nil, usagef("settings are written SETTING=VALUE, each once")
	}
	path = "/_/api/" + plurals()[kind] + "/" + url.PathEscape(handle)
	for name, value := range settings {
		if !slices.Contains(apart(kind), name) {
			continue
		}
		if len(settings) > 1 {
			return "", nil, usagef("%s is set alone", name)
		}
		if name == "mode" {
			return path + "/mode", settings, nil
		}
		return path + "/" + name, value, nil
	}
	return path, settings, nil
}
