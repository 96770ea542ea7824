package population

import "github.com/kithgraph/kith/internal/consent"

// A Contact is what happened between a person and a Page or Instagram account,
// oldest first.
type Contact struct {
	Place Ref
	Acts  []Act
}

// An Act is one consent event.
type Act struct {
	Event consent.Event
	At    int64 // unix microseconds
	App   int   // that it is about, -1 for all
	Text  string
	Ad    consent.AdReferral
}

// A story is a way in which contacts go, with how often of 1000.
type story struct {
	often int
	hours int // since the last of it, at most
	acts  []consent.Event
}

// messengerStories have every state in which a contact can be: a window that is
// open and one that is closed, nothing granted, granted, withdrawn, blocked,
// muted, banned, gone, erased, and back again.
func messengerStories() []story {
	return []story{
		{180, 20, []consent.Event{consent.Message}},
		{250, 24 * 300, []consent.Event{consent.GetStarted, consent.Message}},
		{90, 24 * 300, []consent.Event{consent.Message, consent.Postback, consent.QuickReply}},
		{40, 24 * 100, []consent.Event{consent.CustomerMatching}},
		{40, 24 * 6, []consent.Event{consent.ConversationAd}},
		{40, 24 * 100, []consent.Event{consent.PageComment}},
		{30, 24 * 100, []consent.Event{consent.PageFirst}},
		{30, 24 * 100, []consent.Event{consent.PageFirst, consent.ReplyAfterPageFirst}},
		{25, 24 * 100, []consent.Event{consent.CheckboxPlugin, consent.CheckboxReply}},
		{25, 24 * 100, []consent.Event{consent.ChatPluginGuest}},
		{25, 24 * 100, []consent.Event{consent.WebPlugin}},
		{25, 24 * 100, []consent.Event{consent.NotificationOptin, consent.Message}},
		{40, 24 * 100, []consent.Event{consent.Message, consent.Revoke}},
		{40, 24 * 100, []consent.Event{consent.Message, consent.Block}},
		{15, 24 * 100, []consent.Event{consent.Message, consent.Block, consent.Unblock}},
		{35, 24 * 100, []consent.Event{consent.Message, consent.TurnOffMessages}},
		{10, 24 * 100, []consent.Event{consent.Message, consent.TurnOffMessages, consent.TurnOnMessages}},
		{20, 24 * 100, []consent.Event{consent.Message, consent.PageBan}},
		{10, 24 * 100, []consent.Event{consent.Message, consent.Deactivate}},
		{10, 24 * 100, []consent.Event{consent.Message, consent.DataDeletionRequest}},
		{10, 24 * 100, []consent.Event{consent.Message, consent.Erase}},
		{10, 24 * 100, []consent.Event{consent.AskPermission}},
		{10, 24 * 100, []consent.Event{consent.MMeLink, consent.Message}},
	}
}

func instagramStories() []story {
	return []story{
		{350, 24 * 100, []consent.Event{consent.Message}},
		{200, 24 * 100, []consent.Event{consent.Icebreaker, consent.Message}},
		{150, 24 * 100, []consent.Event{consent.StoryReply}},
		{100, 24 * 100, []consent.Event{consent.Comment}},
		{100, 24 * 100, []consent.Event{consent.Comment, consent.PrivateReply}},
		{100, 24 * 100, []consent.Event{consent.Message, consent.Block}},
	}
}

// contacts are the Pages a person has to do with.
func (p *Population) contacts(m *member, instagram bool) (list []Contact) {
	d := p.dice(ofContacts, int64(m.i))
	if d.share() < p.plan.Rate {
		if p.plan.Profile {
			return []Contact{{Ref{Page, 0}, p.play(&d, story{1, 20, []consent.Event{consent.Message}})}}
		}
		list = append(list, Contact{Ref{Page, 0}, p.play(&d, draw(&d, messengerStories()))})
	}
	if p.plan.Profile {
		return list
	}
	for n := 1; n < messagingPages; n++ {
		if d.happens(18) {
			list = append(list, Contact{Ref{Page, int64(n)}, p.play(&d, draw(&d, messengerStories()))})
		}
	}
	if instagram && d.happens(40) {
		list = append(list, Contact{Ref{Instagram, 0}, p.play(&d, draw(&d, instagramStories()))})
	}
	return list
}

func draw(d *dice, stories []story) story {
	all := 0
	for _, s := range stories {
		all += s.often
	}
	n := d.below(all)
	for _, s := range stories {
		if n -= s.often; n < 0 {
			return s
		}
	}
	return stories[0]
}

// play tells a story: each act an hour or more before the next.
func (p *Population) play(d *dice, s story) []Act {
	acts := make([]Act, len(s.acts))
	at := p.now*1e6 - int64(d.next()%uint64(int64(s.hours)*3600e6)) - 1
	for i := len(acts) - 1; i >= 0; i-- {
		acts[i] = Act{Event: s.acts[i], At: at, App: -1}
		switch s.acts[i] {
		case consent.Message, consent.ReplyAfterPageFirst:
			acts[i].Text = pick(d, []string{"hello", "Are you open on Sunday?", "Where is my order?", "Thank you!", "Do you have it in blue?"})
		case consent.ConversationAd:
			acts[i].Ad = consent.AdReferral{AdID: "6045246247433", Source: "ADS", Type: "OPEN_THREAD"}
		case consent.AskPermission:
			acts[i].App = appHelper
		}
		at -= 3600e6 + int64(d.next()%(48*3600e6))
	}
	return acts
}
