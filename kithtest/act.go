package kithtest

import (
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// Act lets a person do something with a Page or Instagram account: "message",
// "revoke", "block" and the other events of a world file. Without a place it is
// something they do everywhere: "erase".
func (s *Server) Act(person, place, event string) {
	s.t.Helper()
	s.Do(Action{Person: person, Place: place, Event: event})
}

// An Action is what a person does, with all that comes with it. Place is the handle of
// a Page or an Instagram account, empty for what they do everywhere. What an event has
// nothing to do with is left alone; kith act --help lists the events.
type Action struct {
	Person, Place string
	// Event is an event of a world file, or one of read, deliver, react, unreact, edit and
	// unsend, which are about a conversation, log_in and log_out, install, decline and
	// uninstall, business_follow and business_unfollow, befriend and unfriend, set_audience
	// and erase.
	Event string
	// Text is what they write. Mid is the ID of the message, or which one they read, react
	// to, edit or unsend.
	Text, Mid string
	// Attach is what they send along: "image=https://...", "location=52.52,13.40". Files
	// are kept and served.
	Attach []string
	Files  []File
	// Payload and Title are those of a button, Ref that of a link, a plugin or an ad.
	Payload, Title, Ref string
	// AdID is the ad that they came by, Ad what else it says: ad_title, photo_url...
	AdID string
	Ad   map[string]string
	// UserRef is that of the checkbox, Referer the website of the chat plugin.
	UserRef, Referer string
	// Comment, Post and Parent are the IDs of a comment, of what it is on and of the
	// comment that it answers; Story is the URL of a story.
	Comment, Post, Parent, Story string
	// NotifyToken is the token of a notification opt-in, which is for one message if
	// OneTime is set.
	NotifyToken string
	OneTime     bool
	// Open is the address that log_in opens, Code what account_linking comes back with.
	Open, Code string
	// ReplyTo is the mid of the message that they answer.
	ReplyTo string
	// Reaction or Emoji is how they react; neither means love.
	Reaction, Emoji string
	// App is which app it is about, empty for the first of the place, or for all.
	App string
	// Permissions are granted by install and taken back by decline.
	Permissions []string
	// Audience is what set_audience changes: a field to public, friends or only_me.
	Audience map[string]string
	// Friend is the other person of befriend and unfriend.
	Friend string
	// At is when it happened, now unless said; Seq is its number, where events arrive out
	// of order.
	At  time.Time
	Seq int64
}

// A File is one that a person sends: of type image, audio, video or file.
type File struct {
	Type, Name, Mime string
	Data             []byte
}

// Done is what became of an Action.
type Done struct {
	ID           string // how the Page, account or app knows the person
	Mid          string // the message that it was, or was about
	Conversation string
	Token        string // of an install
	// Result is applied, duplicate for a mid that was there before, or dead for a person
	// who was erased.
	Result string
	// Recipient is by what else than the ID the place may write to them now, as the Send
	// API takes it: comment_id, user_ref...
	Recipient map[string]string
	// Opens is the address that log_in opened.
	Opens string
	// Gained and Lost are apps for which the profile opened or closed by it, with the
	// editions under which; State is where each app stands now: GRANTED, REVOKED...
	Gained, Lost map[string][]string
	State        map[string]string
}

// Do lets a person do something, and tells what became of it.
func (s *Server) Do(a Action) Done {
	s.t.Helper()
	act := a.of()
	if a.Place != "" {
		ids := s.ids()
		if _, page := ids.Pages[a.Place]; page {
			act.Page = a.Place
		} else {
			pick(s, ids.Instagram, "page or instagram account", a.Place)
			act.Instagram = a.Place
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.graph.World.Act(s.context(), act)
	if err != nil {
		s.t.Fatalf("kithtest: %s on %s %s: %v", a.Person, a.Place, a.Event, err)
	}
	return Done{ID: c.ScopedID, Mid: c.Mid, Conversation: c.Conversation, Token: c.Token, Result: c.Result,
		Recipient: c.Recipient, Opens: c.URL, Gained: editions(c.Gained), Lost: editions(c.Lost), State: c.State}
}

// of is the action as the world takes it, without the place.
func (a *Action) of() world.Action {
	act := world.Action{Person: a.Person, App: a.App, Event: a.Event, Text: a.Text, Mid: a.Mid, AdID: a.AdID, Ad: a.Ad,
		Payload: a.Payload, Title: a.Title, Ref: a.Ref, UserRef: a.UserRef, Referer: a.Referer, Code: a.Code, URL: a.Open,
		NotifyToken: a.NotifyToken, Comment: a.Comment, Post: a.Post, Parent: a.Parent, OneTime: a.OneTime, Story: a.Story,
		ReplyTo: a.ReplyTo, Attach: a.Attach, Reaction: a.Reaction, Emoji: a.Emoji, At: a.At, Seq: a.Seq,
		Permissions: a.Permissions, Audience: a.Audience, Friend: a.Friend}
	for _, f := range a.Files {
		act.Files = append(act.Files, world.SentFile{Type: f.Type, Name: f.Name, Mime: f.Mime, Data: f.Data})
	}
	return act
}

func editions(list []world.AppAccess) map[string][]string {
	if len(list) == 0 {
		return nil
	}
	m := map[string][]string{}
	for _, a := range list {
		m[a.App] = a.Editions
	}
	return m
}
