package world

import (
	"cmp"
	"slices"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// A Judge checks what the records of a database say, for an audit: that every
// one can be read, that whom it names is there, and that contacts and histories
// tell the same. It names rows by their numbers, which is all an operator has.
type Judge struct {
	say     func(format string, args ...any)
	decode  map[store.Kind]store.Decoder
	ids     []store.ID // of all objects, ascending
	places  map[store.ID]bool
	events  []eventSeen
	named   []naming
	jobs    int
	contact []contactSeen
	stories []contactSeen
	person  store.ID // whose history is being read
	latest  map[store.ID]int64
}

type eventSeen struct {
	id, place store.ID
	seq       int64
	told      int // by how many people
}

type naming struct {
	by   store.ID
	what string
	id   store.ID
}

// A contactSeen is a contact, or the latest event of a history at a place.
type contactSeen struct {
	place, person store.ID
	seq           int64
	erased        bool
}

func compareContacts(a, b contactSeen) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.person, b.person))
}

// NewJudge makes a Judge that tells what is wrong through say.
func NewJudge(keys *access.Keys, say func(format string, args ...any)) *Judge {
	return &Judge{say: say, decode: Decoders(keys), places: map[store.ID]bool{}, latest: map[store.ID]int64{}}
}

// Object looks at one object.
func (j *Judge) Object(o *driver.Object) {
	j.ids = append(j.ids, o.ID)
	if err := unfinished(o.ID, o.Data); err != nil {
		j.say("%v", err)
	}
	decode := j.decode[o.Kind]
	if decode == nil {
		return
	}
	v, err := decode(o.ID, o.Version, slices.Clone(o.Data))
	if err != nil {
		j.say("object %d: %v", o.ID, err)
		return
	}
	switch v := v.(type) {
	case *people.Page, *people.Instagram:
		j.places[o.ID] = true
	case *people.Person:
		j.names(o.ID, "significant other", v.Partner())
		j.names(o.ID, "picture", v.PictureID)
	case *access.Token:
		j.names(o.ID, "subject", v.Subject)
		j.names(o.ID, "app", v.App)
		j.names(o.ID, "person", v.Person)
	case *happening:
		j.events = append(j.events, eventSeen{id: o.ID, place: v.Place, seq: v.Seq})
	case *job:
		j.jobs++
	}
}

func (j *Judge) names(by store.ID, what string, id store.ID) {
	if id != 0 {
		j.named = append(j.named, naming{by, what, id})
	}
}

// Assoc looks at one association.
func (j *Judge) Assoc(a *driver.Assoc) {
	var v any
	if decode := j.decode[a.Kind]; decode != nil {
		var err error
		if v, err = decode(a.To, a.Version, slices.Clone(a.Data)); err != nil {
			j.say("association %d -> %d of kind %d: %v", a.From, a.To, a.Kind, err)
			return
		}
	}
	switch a.Kind {
	case store.AssocContact:
		if !j.places[a.From] {
			j.say("contact %d -> %d: %d is no Page and no Instagram account", a.From, a.To, a.From)
		}
		if c, ok := v.(*consent.Contact); ok {
			j.contact = append(j.contact, contactSeen{a.From, a.To, c.Seq, c.Erased})
		}
	case store.AssocHistory:
		j.history(a)
	}
}

// history adds up the latest event at each place while a person's rows pass by.
func (j *Judge) history(a *driver.Assoc) {
	if a.From != j.person {
		j.flush()
		j.person = a.From
	}
	i, found := slices.BinarySearchFunc(j.events, a.To, func(e eventSeen, id store.ID) int { return cmp.Compare(e.id, id) })
	if !found {
		j.say("history %d -> %d: that is no event", a.From, a.To)
		return
	}
	e := &j.events[i]
	e.told++
	j.latest[e.place] = max(j.latest[e.place], e.seq)
}

func (j *Judge) flush() {
	for place, seq := range j.latest {
		j.stories = append(j.stories, contactSeen{place: place, person: j.person, seq: seq})
	}
	clear(j.latest)
}

// Done compares what was seen.
func (j *Judge) Done() {
	j.flush()
	for _, n := range j.named {
		if _, found := slices.BinarySearch(j.ids, n.id); !found {
			j.say("object %d names object %d as its %s, which is not there", n.by, n.id, n.what)
		}
	}
	for _, e := range j.events {
		if e.told != 1 {
			j.say("event %d is in the history of %d people", e.id, e.told)
		}
	}
	slices.SortFunc(j.contact, compareContacts)
	slices.SortFunc(j.stories, compareContacts)
	for _, s := range j.stories {
		i, found := slices.BinarySearchFunc(j.contact, s, compareContacts)
		switch {
		case !found:
			if j.jobs == 0 {
				j.say("person %d has a history at %d but no contact", s.person, s.place)
			}
		case j.contact[i].erased:
			if j.jobs == 0 {
				j.say("person %d has a history at %d, where it was erased", s.person, s.place)
			}
		case s.seq > j.contact[i].seq:
			j.say("person %d at %d: the history goes on to event %d, the contact to %d", s.person, s.place, s.seq, j.contact[i].seq)
		}
	}
}
