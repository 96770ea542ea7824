package cli

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/world"
)

// deedGroups are what a person can do, as the help of act lists it.
var deedGroups = []struct{ about, words string }{
	{"to write", "message, get_started, postback, quick_reply, icebreaker, persistent_menu, reply_after_page_first; " +
		"to a Page checkbox_reply; on Instagram story_reply, story_mention"},
	{"in a conversation", "read, deliver, react, unreact, edit, unsend, delete_conversation"},
	{"to come in, of a Page", "send_to_messenger, web_plugin, checkbox_plugin, chat_plugin, chat_plugin_guest, conversation_ad, m_me_link " +
		"(also of Instagram), shared_content, chat_extension, customer_matching, page_comment, notification_optin"},
	{"to come in, of Instagram", "comment, follow, unfollow"},
	{"to say yes or no", "accept_request, decline_request, ask_permission, ask_permission_declined, ask_messaging, revoke, block, unblock, " +
		"turn_off_messages, turn_on_messages"},
	{"accounts", "log_in, log_out, account_linking"},
	{"what the place does", "page_first, private_reply, echo, page_ban, page_unban; on Instagram business_follow, business_unfollow"},
	{"with an app (--app)", "install, decline, uninstall, revoke, data_deletion_request"},
	{"the person alone", "befriend, unfriend, set_audience, deactivate, reactivate, erase, delete"},
}

func deedsText() string {
	var b strings.Builder
	b.WriteString("What can happen:\n")
	for _, g := range deedGroups {
		b.WriteString("\n  " + g.about + "\n")
		line := "   "
		for _, word := range strings.Fields(g.words) {
			if len(line)+1+len(word) > 110 {
				b.WriteString(line + "\n")
				line = "   "
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// completeAct offers people, places and events for the words of act.
func (r *Run) completeAct(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	const quiet = cobra.ShellCompDirectiveNoFileComp
	switch n := len(args); {
	case n == 0:
		return slices.Sorted(maps.Keys(r.worldIDs(cmd).People)), quiet
	case n == 1:
		return append([]string{"on"}, world.Actions()...), quiet
	case n == 2 && args[1] == "on":
		ids := r.worldIDs(cmd)
		return append(slices.Sorted(maps.Keys(ids.Pages)), slices.Sorted(maps.Keys(ids.Instagram))...), quiet
	case n == 3 && args[1] == "on":
		return world.Actions(), quiet
	}
	return nil, quiet
}

// worldIDs are those of the server that runs, for completion: none if there is none.
func (r *Run) worldIDs(cmd *cobra.Command) *world.IDs {
	c, err := r.client(cmd)
	if err != nil {
		return &world.IDs{}
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), 2*time.Second)
	defer cancel()
	ids, err := c.ids(ctx)
	if err != nil {
		return &world.IDs{}
	}
	return ids
}
