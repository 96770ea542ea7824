package world

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// What nobody can do in a conversation is refused, and nothing of it stays.
func TestDeedsAreRefused(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	b.opt.MostFile = 100
	mustLoad(t, b, strings.Replace(bakery, "instagram: bakery_ig}", "instagram: bakery_ig, messenger_profile: {ice_breakers: [{question: Open?, payload: O}, {question: Where?, payload: W}]}}", 1))
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Mid: "m_ana"})
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Mid: "m_gone", Text: "oops"})
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "unsend", Mid: "m_gone"})
	act(t, b, Action{Person: "olga", Page: "bakery", Event: "message", Mid: "m_olga"})
	act(t, b, Action{Person: "ana", Instagram: "bakery_ig", Event: "message", Mid: "aWdfZana"})
	act(t, b, Action{Person: "olga", Page: "bakery", Event: "checkbox_plugin", UserRef: "cart-1"})
	act(t, b, Action{Person: "olga", Page: "bakery", Event: "checkbox_plugin", UserRef: "cart-1"}) // once more
	before := export(t, b)
	on := func(event string, more Action) Action {
		more.Person, more.Event = "ana", event
		if more.Instagram == "" {
			more.Page = "bakery"
		}
		return more
	}
	tests := []struct {
		a    Action
		want string
	}{
		{Action{Person: "ana", Event: "read"}, `event "read" happens somewhere (name the page or the instagram account)`},
		{Action{Person: "ben", Page: "bakery", Event: "read"}, `ben and bakery have no conversation (let them write first: message)`},
		{on("read", Action{}), `bakery said nothing that is new to ana (let it write first)`},
		{on("deliver", Action{}), `bakery said nothing that is new to ana (let it write first)`},
		{on("deliver", Action{Instagram: "bakery_ig"}), `event "deliver" does not happen on Instagram (use a page)`},
		{on("read", Action{Mid: "m_none"}), `ana and bakery have no message "m_none"`},
		{on("react", Action{}), `event "react" is about a message (name it by its mid)`},
		{on("react", Action{Mid: "m_olga"}), `ana and bakery have no message "m_olga"`},
		{on("react", Action{Mid: mustIDs(t, b).Pages["bakery"].ID}), `ana and bakery have no message "` + mustIDs(t, b).Pages["bakery"].ID + `"`},
		{on("react", Action{Mid: "m_gone"}), `message "m_gone" was taken back`},
		{on("react", Action{Mid: "m_ana", Reaction: "joy"}), `unknown reaction "joy" (smile, angry, sad, wow, love, like, dislike, or other with an emoji)`},
		{on("react", Action{Mid: "m_ana", Reaction: "sad", Emoji: "👍"}), `👍 is "like"`},
		{on("react", Action{Mid: "m_ana", Emoji: strings.Repeat("👍", 20)}), `an emoji takes up to 64 bytes`},
		{on("react", Action{Mid: "m_ana", Emoji: "\xff"}), `an emoji takes up to 64 bytes`},
		{on("unreact", Action{Mid: "m_ana"}), `ana did not react to message "m_ana"`},
		{on("edit", Action{Mid: "m_ana"}), `event "edit" needs the new text (say what: text)`},
		{on("edit", Action{Mid: "m_gone", Text: "x"}), `message "m_gone" was taken back`},
		{on("unsend", Action{Mid: "m_gone"}), `message "m_gone" was taken back`},
		{on("unsend", Action{Instagram: "bakery_ig", Mid: "m_ana"}), `ana and bakery_ig have no message "m_ana"`},
		{on("message", Action{Attach: []string{"picture=https://a.example/"}}), `unknown type of attachment "picture": image, audio, video, file, location, fallback, template`},
		{on("message", Action{Attach: []string{"image=ftp://a.example/"}}), `"ftp://a.example/" is no address of attachment image`},
		{on("message", Action{Attach: []string{"image"}}), `"" is no address of attachment image`},
		{on("message", Action{Attach: []string{"location=91,0"}}), `"91,0" is no place on the map: write location=52.52,13.40`},
		{on("message", Action{Attach: []string{"location=NaN,0"}}), `"NaN,0" is no place on the map: write location=52.52,13.40`},
		{on("message", Action{Attach: []string{"sticker=thumb"}}), `"thumb" is no sticker: write sticker=369239263222822,https://...`},
		{on("message", Action{Attach: []string{"image=https://a.example/" + strings.Repeat("a", 5000)}}), `an attachment takes up to 4096 bytes`},
		{on("message", Action{Files: []SentFile{{Type: "file", Name: "a.txt", Data: make([]byte, 101)}}}), `"a.txt" has 101 bytes, which are too many (attachments.max_size is 100)`},
		{on("message", Action{Attach: make([]string, 31)}), `a message takes up to 30 attachments`},
		{on("message", Action{Instagram: "bakery_ig", Attach: []string{"location=1,1"}}), `unknown type of attachment "location": image, video, audio, file, share, story_mention, ig_post, ig_reel, reel, story, ig_story, like_heart, unsupported_type`},
		{on("quick_reply", Action{}), `bakery offers ana nothing to tap for event "quick_reply" (let the place offer one, or say payload and title)`},
		{on("icebreaker", Action{Title: "Open"}), `bakery offers ana no "Open" (one of "Open?", "Where?", or say payload)`},
		{on("persistent_menu", Action{Instagram: "bakery_ig"}), `bakery_ig offers ana nothing to tap for event "persistent_menu" (let the place offer one, or say payload and title)`},
		{on("story_mention", Action{Instagram: "bakery_ig", Story: "cake.jpg"}), `"cake.jpg" is no address of attachment story_mention`},
		{on("checkbox_plugin", Action{UserRef: "cart-1"}), `user_ref "cart-1" at bakery is somebody else's (say another one)`},
		{on("decline_request", Action{Instagram: "bakery_ig"}), `event "decline_request" does not happen on Instagram (use a page)`},
	}
	for _, tt := range tests {
		_, err := b.Act(context.Background(), tt.a)
		var wrong *BadAction
		if err == nil || err.Error() != tt.want || !errors.As(err, &wrong) {
			t.Errorf("Act(%+v)\n got %v\nwant %s", tt.a, err, tt.want)
		}
	}
	if export(t, b) != before {
		t.Error("a refused action changed the world")
	}
}

// A conversation that an older kith wrote is on the list of what its Page has, as are its
// messages, and only the list of the person says when it was last written to.
func TestConversationsOfOlderServers(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	ctx := context.Background()
	at := time.Date(2018, 5, 1, 0, 0, 0, 0, time.UTC)
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Mid: "m_first", At: at})
	age := func() {
		t.Helper()
		err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
			talk, err := findThing(ctx, &tx.Reader, "page/bakery/threads/ana")
			if err != nil {
				return err
			}
			said, err := tx.Range(ctx, store.Range{From: talk.ID, Kind: store.Edge("conversation.messages"), Limit: 9})
			if err != nil {
				return err
			}
			older := *talk
			older.Parts = slices.DeleteFunc(slices.Clone(talk.Parts), func(p people.Part) bool { return p.Name == "moved" })
			if len(older.Parts) == len(talk.Parts) {
				t.Error("the conversation does not know when it was written to")
			}
			links := []store.Assoc{ownLink(talk, at.UnixMicro())}
			for i := range said {
				links = append(links, ownLink(&people.Thing{ID: said[i].ID, Owner: talk.Owner}, said[i].Time))
			}
			if err := tx.Put(ctx, thingObject(&older)); err != nil {
				return err
			}
			return tx.Link(ctx, links...)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	age()
	// Later than the list says, though it says the same moment.
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Mid: "m_second", At: at})
	var order []string
	for line := range strings.Lines(export(t, b)) {
		if strings.Contains(line, `"conversation.messages"`) {
			order = append(order, fmt.Sprint(strings.Index(line, "m_second") < strings.Index(line, "m_first")))
		}
	}
	if !slices.Equal(order, []string{"true"}) {
		t.Errorf("the second message comes first: %v", order)
	}
	age()
	before := export(t, b)
	second := testBuilder(t, openMemory(t))
	if err := second.Import(ctx, strings.NewReader(before), nil); err != nil {
		t.Fatal(err)
	}
	if got := export(t, second); got != before {
		t.Errorf("export of an import differs:\n%s", cmp.Diff(strings.Split(before, "\n"), strings.Split(got, "\n")))
	}
	for _, b := range []*Builder{b, second} {
		act(t, b, Action{Person: "ana", Event: "delete"})
		checkEnds(t, b)
		if left := export(t, b); strings.Contains(left, "Conversation") || strings.Contains(left, "Message") {
			t.Errorf("left of it:\n%s", left)
		}
	}
}

// Who was erased at a place has no conversation there any more.
func TestDeedsAfterAnErasure(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "message", Mid: "m_ana"})
	act(t, b, Action{Person: "ana", Page: "bakery", Event: "erase"})
	if _, err := b.Act(context.Background(), Action{Person: "ana", Page: "bakery", Event: "edit", Mid: "m_ana", Text: "x"}); err == nil {
		t.Error("a message of somebody who was erased was edited")
	}
}
