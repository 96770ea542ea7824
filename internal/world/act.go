package world

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// An Action is what a person does. People, Pages, Instagram accounts and apps
// are named by their handles or by their IDs on the wire.
type Action struct {
	Person    string `json:"person"`
	Page      string `json:"page,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	App       string `json:"app,omitempty"`
	// Event is a consent event or one of read, deliver, react, unreact, edit,
	// unsend, log_in, log_out, install, decline, uninstall, business_follow, business_unfollow,
	// befriend, unfriend, set_audience and delete.
	Event string `json:"event"`
	Text  string `json:"text,omitempty"`
	Mid   string `json:"mid,omitempty"`
	AdID  string `json:"ad_id,omitempty"`
	// Ad is what else a referral says of the ad, by the names of messaging.AdContext.
	Ad map[string]string `json:"ads_context_data,omitempty"`
	// What is said of a button, a link, a plugin, a comment or a story, as far as the
	// event has it.
	Payload     string                 `json:"payload,omitempty"`
	Title       string                 `json:"title,omitempty"`
	Ref         string                 `json:"ref,omitempty"`
	UserRef     string                 `json:"user_ref,omitempty"`
	Referer     string                 `json:"referer,omitempty"`
	Code        string                 `json:"code,omitempty"`
	URL         string                 `json:"url,omitempty"` // where to log in
	NotifyToken string                 `json:"notify_token,omitempty"`
	Comment     string                 `json:"comment,omitempty"`
	Post        string                 `json:"post,omitempty"`
	Parent      string                 `json:"parent,omitempty"`
	OneTime     bool                   `json:"one_time,omitempty"`
	Story       string                 `json:"story,omitempty"`
	ReplyTo     string                 `json:"reply_to,omitempty"`
	Attachments []messaging.Attachment `json:"attachments,omitempty"`
	// Attach is the short form of Attachments: "image=https://...",
	// "location=52.52,13.40", "sticker=369239263222822,https://...".
	Attach []string `json:"attach,omitempty"`
	// Files are sent along with a message, and kept.
	Files []SentFile `json:"files,omitempty"`
	// Reaction and Emoji are what react says; either follows from the other.
	Reaction string    `json:"reaction,omitempty"`
	Emoji    string    `json:"emoji,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Seq      int64     `json:"seq,omitempty"`
	// Permissions are granted by install and taken back by decline.
	Permissions []string `json:"permissions,omitempty"`
	// Audience is what set_audience changes: field to public, friends or only_me.
	Audience map[string]string `json:"audience,omitempty"`
	// Friend is the other person of befriend and unfriend.
	Friend string `json:"friend,omitempty"`
}

// A SentFile is a file that a person sends: image, audio, video or file.
type SentFile struct {
	Type string `json:"type"`
	Name string `json:"name,omitempty"`
	Mime string `json:"mime,omitempty"`
	Data []byte `json:"data"` // base64 in JSON
}

// AppAccess is the profile for an app under some editions.
type AppAccess struct {
	App      string   `json:"app"`
	Editions []string `json:"editions"`
}

// A Changed says what an action did.
type Changed struct {
	Person    string `json:"person"`
	Page      string `json:"page,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	App       string `json:"app,omitempty"`
	Event     string `json:"event"`
	// Result is applied, or duplicate for a message ID seen before, or dead
	// for a person who was erased.
	Result string `json:"result"`
	// ScopedID is how the Page, Instagram account or app knows the person.
	ScopedID string `json:"id,omitempty"`
	// Mid is the message that it was, in Conversation.
	Mid          string `json:"mid,omitempty"`
	Conversation string `json:"conversation,omitempty"`
	// Recipient is by what else than an ID the place may write to the person now, as
	// the Send API takes it.
	Recipient map[string]string `json:"recipient,omitempty"`
	Gained    []AppAccess       `json:"gained,omitempty"`
	Lost      []AppAccess       `json:"lost,omitempty"`
	// State is where the contact stands for each app, by handle: NONE, GRANTED,
	// REVOKED, BLOCKED or ERASED.
	State map[string]string `json:"state,omitempty"`
	// URL is what opens when the person goes to log in.
	URL string `json:"url,omitempty"`
	// Token is the text of the token that install made.
	Token string `json:"token,omitempty"`
}

// acting is one Act inside its transaction.
type acting struct {
	b      *Builder
	tx     *store.Tx
	a      *Action
	now    time.Time
	at     *place // nil for none
	app    *people.App
	person *people.Person
	out    *Changed
	begun  bool       // a job
	told   []store.ID // lanes of the outbox that something was added to
	// contact is how the person stands with the place afterwards.
	contact consent.Contact
	// owner is the app that has control of the conversation, by its ID.
	owner string
	// awaited says that somebody else than the person had opened the conversation.
	awaited bool
}

// Act lets a person do something, in one transaction. Errors are *NotFound or
// *BadAction if the action itself is wrong; nothing has changed then.
func (b *Builder) Act(ctx context.Context, a Action) (*Changed, error) {
	var out *Changed
	var after func()
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) (err error) {
		out, after, err = b.Within(ctx, tx, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	if after != nil {
		after()
	}
	return out, nil
}

// Within is Act as a part of a transaction of somebody else. When it began
// something that is not finished, after is not nil, and to be called once the
// transaction is through.
func (b *Builder) Within(ctx context.Context, tx *store.Tx, a Action) (out *Changed, after func(), err error) {
	x := &acting{b: b, tx: tx, a: &a, now: b.opt.Now(), out: &Changed{Event: a.Event, Result: "applied"}}
	if !a.At.IsZero() {
		x.now = a.At
	}
	if err := x.find(ctx); err != nil {
		return nil, nil, err
	}
	if err := x.act(ctx); err != nil {
		return nil, nil, err
	}
	return x.out, x.after(), nil
}

// Begun tells whoever does the rest of an erasure that there is one.
func (b *Builder) Begun() {
	if b.opt.Begun != nil {
		b.opt.Begun()
	}
}

// after tells whoever does the rest that there is one: of an erasure, or of what
// apps are told.
func (x *acting) after() func() {
	if !x.begun && x.told == nil {
		return nil
	}
	b, begun, told := x.b, x.begun, x.told
	return func() {
		if begun {
			b.Begun()
		}
		for _, lane := range told {
			b.opt.Outbox.Wake(lane)
		}
	}
}

// find looks up everybody the action names.
func (x *acting) find(ctx context.Context) (err error) {
	a, r := x.a, &x.tx.Reader
	if x.at, err = findPlace(ctx, r, a.Page, a.Instagram); err != nil {
		return err
	}
	if a.App != "" {
		if x.app, err = findApp(ctx, r, a.App); err != nil {
			return err
		}
		x.out.App = x.app.Handle
	}
	if a.Person == "" {
		return bad("", "an action needs a person")
	}
	if x.person, err = findPerson(ctx, r, a.Person, x.at, x.app); err != nil {
		return err
	}
	x.out.Person = x.person.Handle
	switch {
	case x.at == nil:
	case x.at.instagram:
		x.out.Instagram = x.at.handle
	default:
		x.out.Page = x.at.handle
	}
	return nil
}

// act is the table of what people do besides consent events.
func (x *acting) act(ctx context.Context) error {
	for _, d := range deeds() {
		if d.name == x.a.Event && (d.place || x.at == nil) {
			return d.do(x, ctx)
		}
	}
	event, err := consent.ParseEvent(x.a.Event)
	if err != nil {
		return bad(cmp.Or(didYouMean(x.a.Event, Actions()), "kith act --help has them all"), "unknown event %q", x.a.Event)
	}
	if x.at == nil {
		return bad("name the page or the instagram account", "event %q happens somewhere", event)
	}
	return x.consent(ctx, event)
}

// A deed is an action that is no consent event at a place. Those with place
// false are it only where none is named.
type deed struct {
	name  string
	place bool
	do    func(x *acting, ctx context.Context) error
}

var deeds = sync.OnceValue(func() []deed {
	return []deed{
		{"install", true, (*acting).install},
		{"decline", true, (*acting).decline},
		{"uninstall", true, (*acting).uninstall},
		{"business_follow", true, (*acting).businessFollow},
		{"business_unfollow", true, (*acting).businessUnfollow},
		{"befriend", true, (*acting).befriend},
		{"unfriend", true, (*acting).unfriend},
		{"set_audience", true, (*acting).setAudience},
		{messaging.Reads, true, (*acting).inThread},
		{messaging.Delivers, true, (*acting).inThread},
		{messaging.Reacts, true, (*acting).inThread},
		{messaging.Unreacts, true, (*acting).inThread},
		{messaging.Edits, true, (*acting).inThread},
		{messaging.Unsends, true, (*acting).inThread},
		{"log_in", true, (*acting).openLinking},
		{"log_out", true, (*acting).closeLinking},
		{"delete", true, (*acting).erase},
		{consent.Erase.String(), false, (*acting).erase},
		{consent.Revoke.String(), false, (*acting).revokeEverywhere},
		{consent.DataDeletionRequest.String(), false, (*acting).deletionRequest},
		{consent.Deactivate.String(), false, (*acting).deactivate},
		{consent.Reactivate.String(), false, (*acting).reactivate},
	}
})

// Actions are the names of what Act does.
func Actions() []string {
	list := eventNames()
	for _, d := range deeds() {
		if d.place {
			list = append(list, d.name)
		}
	}
	return list
}

// consent applies a consent event at the place.
func (x *acting) consent(ctx context.Context, event consent.Event) error {
	if x.a.Seq < 0 || x.a.Seq > consent.MaxSeq {
		return bad("leave it away, and the event is the latest", "seq is a number from 1 to %d", consent.MaxSeq)
	}
	if !event.On(x.at.instagram) {
		return bad(elsewhere(x.at.instagram), "event %q does not happen on %s", event, medium(x.at.instagram))
	}
	if x.at.instagram && !x.person.Instagram {
		return bad("", "person %s has no Instagram account", x.person.Handle)
	}
	for name := range x.a.Ad {
		if !slices.Contains(messaging.AdContext(), name) {
			return bad(didYouMeanOr(name, messaging.AdContext()), "ads_context_data has no %q", name)
		}
	}
	rec, err := x.tx.Pair(ctx, x.at.id, store.AssocContact, x.person.ID)
	if err != nil {
		return err
	}
	// Who was erased here has no ID here any more, and gets no other.
	c, ok := record[*consent.Contact](rec)
	fresh := !ok || !c.Thread
	x.awaited = ok && c.PageFirst
	if !ok || !c.Erased {
		if x.out.ScopedID, err = x.mint(ctx, x.at.space(), x.at.id, x.at.public); err != nil {
			return err
		}
	}
	change, err := x.apply(ctx, x.at, x.input(event))
	if err != nil {
		return err
	}
	x.out.Result = resultNames(change.Result)
	if change.Result == consent.Applied && event != consent.Erase {
		if err := x.converse(ctx, event, fresh); err != nil {
			return err
		}
	}
	switch event {
	case consent.Follow:
		err = x.tx.Link(ctx, store.Assoc{From: x.person.ID, Kind: store.AssocUserFollows, To: x.at.id, Time: x.micros()})
	case consent.Unfollow:
		err = x.tx.Unlink(ctx, store.Pair{From: x.person.ID, Kind: store.AssocUserFollows, To: x.at.id})
	case consent.AccountLinking:
		if change.Result == consent.Applied {
			_, err = x.linked(ctx, true)
		}
	case consent.PageBan:
		err = x.ban(ctx, change.Result)
	case consent.PageUnban:
		err = x.tx.Unlink(ctx, store.Pair{From: x.at.id, Kind: store.Edge("page.blocked"), To: x.person.ID})
	case consent.Revoke:
		if x.app != nil {
			err = x.leave(ctx, x.app)
		}
	case consent.DataDeletionRequest:
		if x.app != nil {
			err = x.tell(ctx, webhook.DataDeletion, x.app)
		}
	case consent.Erase:
		err = x.forgetAt(ctx, x.at)
	}
	return err
}

// ban puts the person on the list of those whom the Page blocks: the list and
// the contact say the same.
func (x *acting) ban(ctx context.Context, r consent.Result) error {
	if r != consent.Applied || x.at.instagram {
		return nil
	}
	return x.tx.Link(ctx, store.Assoc{From: x.at.id, Kind: store.Edge("page.blocked"), To: x.person.ID, Time: x.micros()})
}

func (x *acting) input(event consent.Event) consent.Input {
	in := consent.Input{Event: event, At: x.now.UnixMicro(), Seq: x.a.Seq, Mid: x.a.Mid, AdReferral: adReferral(x.a.AdID)}
	if x.app != nil {
		in.App = x.app.ID
	}
	return in
}

func (x *acting) micros() int64 { return max(x.now.UnixMicro(), 1) }

// mint gives the person an ID in a scope, also before an event reveals it, so
// that those who watch the world can name it.
func (x *acting) mint(ctx context.Context, space store.Space, owner store.ID, public string) (string, error) {
	return scopedid.Mint(ctx, x.tx, x.b.opt.Keys, space, owner, public, x.person.ID, x.person.Seed, "")
}

// apply applies an event at a place and notes what it changed.
func (x *acting) apply(ctx context.Context, at *place, in consent.Input) (consent.Change, error) {
	contact, change, err := x.b.happened(ctx, x.tx, at, x.person.ID, in, x.a.Text)
	if err != nil {
		return change, err
	}
	names, err := namesOf(ctx, &x.tx.Reader, change.Gained, change.Lost)
	if err != nil {
		return change, err
	}
	x.out.Gained = append(x.out.Gained, accesses(names, change.Gained)...)
	x.out.Lost = append(x.out.Lost, accesses(names, change.Lost)...)
	if at == x.at {
		x.contact = contact
		x.out.State, err = x.b.standing(ctx, &x.tx.Reader, at, x.person, &contact, x.now)
	}
	return change, err
}

func resultNames(r consent.Result) string {
	return [...]string{consent.Applied: "applied", consent.Duplicate: "duplicate", consent.Foreign: "foreign", consent.Dead: "dead"}[r]
}
