// Package world owns what a world is made of and every way to change it: world
// files and their checks, the events people act out, settings, tokens, erasure,
// export and import. It refuses to know who may see what, and HTTP.
//
// Stored by this package:
//
//	object  event                              one consent event of a contact's history
//	object  meta 5                             an import or a load into an empty store that is not finished
//	object  tombstone                          what the dead IDs of an erased person lead to
//	object  job                                an erasure that is not finished, see job.go
//	assoc   page|instagram -contact-> person   consent.Contact, ordered by the first event
//	assoc   person -history-> event            newest first
//	key     handle/"person/alice"...           -> the object a world file names so
//	key     handle/"thing/alice/albums/1"      -> a thing, by its place or the handle it was given
//	key     node/<public id>                   -> app, page, instagram, business, thing
//	assoc   <node> -edge ...-> <node>          the items of stored edges, with people.Item
//	assoc   <owner> -own-> thing               what dies with its owner
package world

import (
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// A World is a checked world file. It is not changed after Parse and may be
// loaded into any number of stores.
type World struct {
	Name string
	Seed int64
	// Clock is when the world begins, zero for the machine's time.
	Clock time.Time

	file       string
	businesses []*businessDecl
	apps       []*appDecl
	pages      []*pageDecl
	instagrams []*instagramDecl
	people     []*personDecl
	things     []*thingDecl
	edges      []*edgeDecl
	events     []*eventDecl
	tokens     []*tokenDecl
	generate   generateDecl
}

type businessDecl struct {
	ref
	id     ref
	rec    people.Business
	values []valueDecl
}

type appDecl struct {
	ref
	id       ref
	rec      people.App
	created  moment
	business ref
	roles    []roleDecl
	values   []valueDecl
}

type roleDecl struct {
	person ref
	role   graph.Role
}

type pageDecl struct {
	ref
	id        ref
	username  ref
	rec       people.Page
	apps      []ref
	owner     ref
	tasks     []taskDecl
	business  ref
	instagram ref
	token     ref
	routing   routingDecl
	values    []valueDecl
}

type taskDecl struct {
	person ref
	tasks  graph.Tasks
}

type instagramDecl struct {
	ref
	id     ref
	rec    people.Instagram
	apps   []ref
	token  ref
	values []valueDecl
	page   string // the Page that names it, if any

	routing routingDecl
}

type personDecl struct {
	ref
	rec        *people.Person
	audiences  []audienceDecl
	partner    ref
	picture    ref // path of a file
	installs   []installDecl
	friends    []ref
	follows    []ref
	followedBy []ref
	ids        []idDecl
}

type audienceDecl struct {
	attr     people.Attr
	audience graph.Audience
	at       ref
}

type installDecl struct {
	app     ref
	granted graph.Permissions
	// declined are those asked for and not granted.
	declined graph.Permissions
	typ      string
}

// An idDecl is a recorded scoped ID. space says whose the place is once checked.
type idDecl struct {
	place  ref
	digits ref
	kind   placeKind
}

type placeKind uint8

const (
	noPlace placeKind = iota
	pagePlace
	instagramPlace
	appPlace
)

// An eventDecl is an entry of events, or of a person's contacts.
type eventDecl struct {
	ref    // of the event's name
	person ref
	place  ref
	kind   placeKind // noPlace in contacts until checked
	event  consent.Event
	at     moment
	app    ref
	text   string
	mid    string
	ad     string
	seq    int64
}

type tokenDecl struct {
	ref     // the text
	kind    placeKind
	user    bool
	subject ref
	app     ref
	person  ref
	granted *graph.Permissions
	expires moment
	reason  string
}

type generateDecl struct {
	people   int64
	contacts []rateDecl
}

type rateDecl struct {
	page ref
	rate float64
}
