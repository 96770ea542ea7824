package cli

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/world"
)

func (r *Run) act() *cobra.Command {
	var a world.Action
	var at string
	cmd := &cobra.Command{
		Use:   "act PERSON [on PAGE] EVENT",
		Short: "Let a person do something, and see what access that gives or takes",
		Example: "  kith act carl on shop message --text hello\n" +
			"  kith act carl on shop message --attach image=https://example.org/cake.jpg\n" +
			"  kith act carl on shop read\n" +
			"  kith act carl on shop react --mid m_... --reaction love\n" +
			"  kith act alice on shop block\n" +
			"  kith act alice follow shop_ig\n" +
			"  kith act alice erase",
		Long: "act lets a person of the world do something, as on the real platform: consent comes and goes with it, and apps\n" +
			"that are subscribed are told. PAGE is the handle of a Page or of an Instagram account.\n\n" + deedsText(),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 || len(args) > 4 {
				return errAct
			}
			return nil
		},
		ValidArgsFunction: r.completeAct,
		RunE: func(cmd *cobra.Command, args []string) error {
			place, err := parseAct(&a, at, args)
			if err != nil {
				return err
			}
			if err := enclose(&a); err != nil {
				return err
			}
			return r.doAct(cmd, &a, place)
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.Text, "text", "", "what the person writes")
	f.StringVar(&a.App, "app", "", "app that it is about (default the Page's)")
	f.StringVar(&a.AdID, "ad-id", "", "ad the person came by")
	f.StringToStringVar(&a.Ad, "ad", nil, "what else the ad says: "+strings.Join(messaging.AdContext(), ", ")+", as NAME=VALUE")
	f.StringVar(&a.Mid, "mid", "", "id of the message: its own, or of the one that read, react, edit or unsend is about")
	f.StringVar(&a.Payload, "payload", "", "payload of the button")
	f.StringVar(&a.Title, "title", "", "title of the button")
	f.StringVar(&a.Ref, "ref", "", "ref of the link, plugin or ad")
	f.StringVar(&a.UserRef, "user-ref", "", "user_ref of the checkbox")
	f.StringVar(&a.Referer, "referer", "", "website of the chat plugin")
	f.StringVar(&a.Code, "code", "", "authorization_code of account linking")
	f.StringVar(&a.URL, "open", "", "address that log_in opens (default that of the latest Log In button, or else account_linking_url of the Page)")
	f.StringVar(&a.NotifyToken, "notify-token", "", "token of a notification opt-in")
	f.StringVar(&a.Comment, "comment", "", "id of the comment, or of the story")
	f.StringVar(&a.Post, "post", "", "id of the post that is commented on, or of one on the Page")
	f.StringVar(&a.Parent, "parent", "", "id of the comment that a comment answers")
	f.BoolVar(&a.OneTime, "one-time", false, "a notification opt-in for one message")
	f.StringVar(&a.Story, "story", "", "URL of the story")
	f.StringVar(&a.ReplyTo, "reply-to", "", "mid of the message that is answered")
	f.StringArrayVar(&a.Attach, "attach", nil, "what a message has with it: image=URL or image=PATH of a file that is kept, audio, video or file likewise, location=LAT,LONG, sticker=ID,URL")
	f.StringVar(&a.Reaction, "reaction", "", "reaction of react: "+strings.Join(messaging.Reactions(), ", "))
	f.StringVar(&a.Emoji, "emoji", "", "emoji of react, instead of a reaction")
	f.Int64Var(&a.Seq, "seq", 0, "sequence number, for events that arrive out of order")
	f.StringVar(&at, "at", "", "when, such as 2026-03-01T09:00:00Z (default now)")
	f.StringSliceVar(&a.Permissions, "permissions", nil, "permissions granted by install")
	f.StringToStringVar(&a.Audience, "audience", nil, "attribute=public, friends or only_me, for set_audience")
	f.StringVar(&a.Friend, "friend", "", "the other person of befriend and unfriend")
	clientFlags(cmd)
	return cmd
}

// enclose reads the files that are attached by their paths.
func enclose(a *world.Action) error {
	var rest []string
	for _, text := range a.Attach {
		kind, path, _ := strings.Cut(text, "=")
		if !slices.Contains(attachment.Types(), kind) || path == "" || strings.Contains(path, "://") {
			rest = append(rest, text)
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return usagef("--attach %s: %v", text, err)
		}
		a.Files = append(a.Files, world.SentFile{Type: kind, Name: filepath.Base(path), Data: data})
	}
	a.Attach = rest
	return nil
}

var errAct = usagef("say who does what where: kith act carl on shop message; kith act --help lists what can happen")

// parseAct reads PERSON on PLACE EVENT, PERSON PLACE EVENT, PERSON EVENT PLACE and
// PERSON EVENT.
func parseAct(a *world.Action, at string, words []string) (place string, err error) {
	a.Person = words[0]
	switch {
	case len(words) == 4 && words[1] == "on":
		place, a.Event = words[2], words[3]
	case len(words) == 3 && words[1] != "on":
		a.Event, place = words[1], words[2]
		if known := world.Actions(); !slices.Contains(known, event(a.Event)) && slices.Contains(known, event(place)) {
			a.Event, place = place, a.Event
		}
	case len(words) == 2:
		a.Event = words[1]
	default:
		return "", errAct
	}
	a.Event = event(a.Event)
	if strings.HasSuffix(a.Event, "friend") && place != "" {
		a.Friend, place = place, ""
	}
	if at != "" {
		if a.At, err = time.Parse(time.RFC3339, at); err != nil {
			return "", usagef("--at %s is not a time such as 2026-03-01T09:00:00Z", at)
		}
	}
	return place, nil
}

// event is the name of one, which may have hyphens too.
func event(word string) string { return strings.ReplaceAll(word, "-", "_") }

func (r *Run) doAct(cmd *cobra.Command, a *world.Action, place string) error {
	c, err := r.client(cmd)
	if err != nil {
		return err
	}
	if err := c.settle(cmd.Context(), a, place); err != nil {
		return err
	}
	var done world.Changed
	if err := c.send(cmd.Context(), http.MethodPost, "/_/api/act", a, &done); err != nil {
		return err
	}
	if r.json {
		r.print(done)
		return nil
	}
	r.printChanged(&done)
	return nil
}

// settle says whether a place is an Instagram account or a Page; one that is
// neither goes as a Page, which the server refuses with a suggestion.
func (c *client) settle(ctx context.Context, a *world.Action, place string) error {
	if place == "" {
		return nil
	}
	ids, err := c.ids(ctx)
	if err != nil {
		return err
	}
	if _, isPage := ids.Pages[place]; !isPage {
		for handle, ig := range ids.Instagram {
			if place == handle || place == ig.ID {
				a.Instagram = place
				return nil
			}
		}
	}
	a.Page = place
	return nil
}

// printChanged says what happened, how the person is known there, what access
// came or went, and where the contact stands now.
func (r *Run) printChanged(c *world.Changed) {
	where, result := "", ""
	if place := c.Page + c.Instagram; place != "" {
		where = " on " + place
	}
	if c.Result != "applied" {
		result = " (" + c.Result + ")"
	}
	r.say("%s%s: %s%s", c.Person, where, c.Event, result)
	if c.ScopedID != "" {
		r.say("  id      %s", c.ScopedID)
	}
	if c.Mid != "" {
		r.say("  mid     %s", c.Mid)
	}
	if c.URL != "" {
		r.say("  opens   %s", c.URL)
	}
	for form, text := range c.Recipient {
		r.say("  write   %s %s", form, text)
	}
	for _, side := range []struct {
		word string
		list []world.AppAccess
	}{{"gained", c.Gained}, {"lost", c.Lost}} {
		for _, access := range side.list {
			r.say("  %-7s the profile for %s, in the edition of %s", side.word, access.App, strings.Join(access.Editions, ", "))
		}
	}
	for _, app := range slices.Sorted(maps.Keys(c.State)) {
		r.say("  now     %s for %s", strings.ToLower(c.State[app]), app)
	}
	if c.Token != "" {
		r.say("  token   %s", c.Token)
	}
}
