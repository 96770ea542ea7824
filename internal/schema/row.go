package schema

import (
	"encoding/hex"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/store"
)

// Env is what fields may use of the server, the same for every request.
type Env struct {
	Keys     *access.Keys
	Pictures *picture.Signer
	// PictureBase is where picture URLs begin, without a slash at the end.
	PictureBase string
	// GraphBase is where links of the Graph begin, likewise.
	GraphBase string
	// PictureTTL and InstagramPictureTTL are how long a picture URL works.
	PictureTTL, InstagramPictureTTL time.Duration
	// Realistic is versions.policy realistic: what was taken away from everyone
	// on a day is gone from then on.
	Realistic bool
	// PublicPages is the knob pages.public: by_version, reviewed, open or closed.
	PublicPages string
	// Silhouettes is the knob pictures.unknown: silhouette, for who brings no token.
	Silhouettes bool
	// TellRecipient is the knob sending.recipient_id: by_edition, always or never.
	// PhoneFee says that no Page has paid for customer matching yet.
	TellRecipient string
	PhoneFee      bool
	// TestUsers is how many test users an app has at most.
	TestUsers int
	Files     Files
}

// Files are how what is sent along is kept.
type Files struct {
	Signer *attachment.Signer
	// TTL is how long an address works, Lasts how long an attachment_id does.
	TTL, Lasts time.Duration
	// Most bounds a file, MostImage a picture that is named by its address, in bytes.
	Most, MostImage int64
	// Sendable is how many a Page or account can have that can be sent by their IDs.
	Sendable int64
	// Fetch says which addresses are fetched: all, refusing what is no target; targets
	// alone, others being passed on as they are; or none.
	Fetch string
}

// Values of Files.Fetch.
const (
	FetchAlways  = "always"
	FetchTargets = "targets"
	FetchNever   = "never"
)

// FileURL is where a file is from now on, for as long as addresses work.
func (e *Env) FileURL(f *attachment.Ref, now time.Time) string {
	if f.URL != "" {
		return f.URL
	}
	const hour = 3600 // what is read again says the same for a while
	return e.Files.Signer.URL(e.PictureBase, f, (now.Add(e.Files.TTL).Unix()/hour+1)*hour)
}

// Public reports whether user and app tokens read published Pages in v.
func (e *Env) Public(v graph.Version) bool {
	return e.PublicPages == "open" || e.PublicPages != "closed" && PublicPages.Has(v)
}

// Reviewed reports whether apps with Page Public Content Access read them in v, and the
// others are told so.
func (e *Env) Reviewed(v graph.Version) bool {
	return e.PublicPages == "reviewed" && !PublicPages.Has(v)
}

// A Row is one node as one Viewer may read it: everything its fields need,
// gathered before the first byte is written.
type Row struct {
	Env     *Env
	Viewer  *access.Viewer
	Version graph.Version
	Edition consent.Edition
	Now     time.Time
	// ID is the public ID of the node for this Viewer; Owner the object in
	// whose scope it is.
	ID    string
	Owner store.ID
	// Space is the space of the ID of somebody who takes part in something, or whom a
	// Page knows by an ID of its own. ASID is the one that the app has of a person.
	Space store.Space
	ASID  string
	// Of is the ID that the app has of the person on whose list of people this one is,
	// empty where it is on none.
	Of string

	Person    *people.Person
	App       *people.App
	Page      *people.Page
	Instagram *people.Instagram
	Business  *people.Business
	Thing     *people.Thing
	// Parts are the plain fields of a thing, Page, app or business.
	Parts people.Parts
	// Count is how many there are of the node's Counts.
	Count int64
	// Item is what the edge that led here says about the node, and Linked when
	// it was put there, in microseconds since 1970.
	Item   *people.Item
	Linked int64

	Contact *consent.Contact
	Role    graph.Role
	Tasks   graph.Tasks
	Install *people.Install
	// Apps are the apps of the same business in which the person has an ID, and
	// Sessions the tokens by which the app knows them.
	Apps []AppID
	// Pages are the Pages of the same business that know the person.
	Pages           []PageID
	Sessions        []store.ID
	UserFollows     bool
	BusinessFollows bool
	Friend          bool
	// Self says that the Viewer is the person, or acts for the Page, app or
	// business.
	Self bool
	// Asked is what was asked of an edge whose items are worked out from the row,
	// nil elsewhere.
	Asked *Asked
	// Listed are the records of one page of such an edge that has an Assoc; Item is what
	// it says of the last of them.
	Listed []any

	// Params are those of the call, of the node that it names alone.
	Params []graph.Param

	// Scratch is reused between fields.
	Scratch []byte
}

// An AppID is the ID of a person in one app.
type AppID struct {
	App *people.App
	ID  string
}

// A PageID is the ID of a person for one Page.
type PageID struct {
	Page *people.Page
	ID   string
}

// SessionKey is the opaque text by which an app knows a session of a person.
func SessionKey(env *Env, app *people.App, token store.ID) string {
	label := env.Keys.Label("session key", app.PublicID, strconv.FormatInt(int64(token), 10))
	return hex.EncodeToString(label[:])
}

// Reach is the widest audience the Viewer belongs to, seen from the person.
func (r *Row) Reach() graph.Audience {
	switch {
	case r.Self, r.Viewer.Kind == access.AppToken && r.Install != nil:
		// What a person granted an app, the app sees whatever others may see. [guess]
		return graph.OnlyMe
	case r.Friend:
		return graph.Friends
	}
	return graph.Public
}

// PublicID appends the ID of the node.
func PublicID(b []byte, r *Row) []byte {
	b = append(b, '"')
	b = append(b, r.ID...)
	return append(b, '"')
}

// Attr appends an attribute of the person.
func Attr(a people.Attr) func([]byte, *Row) []byte {
	return func(b []byte, r *Row) []byte { return append(b, r.Person.JSON(a)...) }
}

// Handle is the ID of a way of seeing people that has one, for one app.
func Handle(env *Env, n *Node, app *people.App, person store.ID) string {
	return env.Keys.Handle(n.Handle, app.PublicID, int64(person))
}

// Part appends a plain field.
func Part(name string) func([]byte, *Row) []byte {
	return func(b []byte, r *Row) []byte { return append(b, r.Parts.JSON(name)...) }
}

// PartTime appends a plain field that is a time.
func PartTime(name string) func([]byte, *Row) []byte {
	return func(b []byte, r *Row) []byte { return appendSeconds(b, r.Parts.Int(name)) }
}

// Created appends when the thing was made.
func Created(b []byte, r *Row) []byte {
	if r.Thing == nil {
		return appendSeconds(b, r.Parts.Int("created_time"))
	}
	return appendSeconds(b, r.Thing.Created)
}

// ItemPart appends what the edge says about the item.
func ItemPart(name string) func([]byte, *Row) []byte {
	return func(b []byte, r *Row) []byte {
		if r.Item == nil {
			return b
		}
		return append(b, r.Item.Parts.JSON(name)...)
	}
}

// LinkedTime appends when the item was put on the edge.
func LinkedTime(b []byte, r *Row) []byte { return appendSeconds(b, r.Linked/1e6) }

func appendSeconds(b []byte, sec int64) []byte {
	if sec == 0 {
		return b
	}
	return people.AppendTime(b, time.Unix(sec, 0))
}
