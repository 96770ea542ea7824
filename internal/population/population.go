// Package population makes up people and what they do: names, families, schools,
// friends, likes, albums, messages to Pages. Everything follows from a seed and
// the number of a person, so that nobody needs to be kept in memory: whoever asks
// for person 700,000 gets the same answer as whoever made all before.
//
// It owns what is plausible. It refuses to know stores and files: nodes are named
// by numbers, and who writes them says what they are called.
package population

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// A Plan says which people are wanted.
type Plan struct {
	People int
	// Seed makes other people.
	Seed int64
	// Profile leaves out everything but profile, IDs and one contact.
	Profile bool
	// Rate is which part of the people has written to the Page shop.
	Rate float64
	// Clock is the moment to which the lives have come; zero is Epoch.
	Clock time.Time
	// Locales restricts where people come from; empty is everywhere.
	Locales []string
}

// Epoch is the moment to which lives have come unless a Plan says another.
func Epoch() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

// A Population is what a Plan makes. It is safe for concurrent use.
type Population struct {
	plan  Plan
	seed  uint64
	now   int64 // unix seconds
	homes []Home
	fixed []pageMold // Pages that no town has
	first struct{ colleges, employers, fun int }
}

// most bounds a population: numbers of things have room for no more.
const most = 100_000_000

// New checks the plan.
func New(plan Plan) (*Population, error) {
	if plan.People < 1 || plan.People > most {
		return nil, fmt.Errorf("people must be from 1 to %d", most)
	}
	if math.IsNaN(plan.Rate) || plan.Rate < 0 || plan.Rate > 1 {
		return nil, errors.New("the rate must be from 0 to 1")
	}
	if plan.Clock.IsZero() {
		plan.Clock = Epoch()
	}
	p := &Population{plan: plan, seed: Mix(uint64(plan.Seed)), now: plan.Clock.Unix(), homes: Homes()}
	if len(plan.Locales) > 0 {
		for _, l := range plan.Locales {
			if !slices.ContainsFunc(p.homes, func(h Home) bool { return h.Locale == l }) {
				return nil, fmt.Errorf("nobody comes from locale %q; there are %s", l, localesOf(p.homes))
			}
		}
		p.homes = slices.DeleteFunc(p.homes, func(h Home) bool { return !slices.Contains(plan.Locales, h.Locale) })
	}
	p.buildPages()
	return p, nil
}

// Size is how many people there are.
func (p *Population) Size() int { return p.plan.People }

// Clock is the moment to which the lives have come.
func (p *Population) Clock() time.Time { return time.Unix(p.now, 0).UTC() }

// A Kind says what a Ref leads to.
type Kind uint8

// Kinds of nodes.
const (
	Nobody Kind = iota
	Person
	Page
	App
	Business
	Instagram
	Thing
)

// A Ref names a node by its number among those of its kind.
type Ref struct {
	Kind Kind
	N    int64
}

// Handle is the handle of person i: g000001 is the first.
func Handle(i int) string {
	s := strconv.Itoa(i + 1)
	if len(s) < 6 {
		s = "000000"[len(s):] + s
	}
	return "g" + s
}

// A Part is one field of a thing or an edge: canonical JSON, or what it refers to.
type Part struct {
	Name string
	Text string
	Refs []Ref
	List bool
}

// A Node is a thing: an album, a post, an event.
type Node struct {
	N       int64
	Type    string
	Handle  string // empty for most
	Owner   Ref
	Created int64 // unix seconds
	Parts   []Part
}

// An Edge is what is on one edge of a node.
type Edge struct {
	Of    Ref
	Name  string
	Items []Item
}

// An Item is one item of an edge, since At in unix microseconds.
type Item struct {
	To    Ref
	At    int64
	Parts []Part
}

// Slots of numbers: each person has so many for things of their own, and each
// town for what its people share.
const (
	slots     = 1 << 12
	townSlots = 1 << 3
	townBase  = int64(most) * slots
)

// SharedThing reports whether a thing is of a town, and which of all those.
func SharedThing(n int64) (i int, shared bool) { return int(n - townBase), n >= townBase }

// SharedThings is how many numbers the towns have for things.
func (p *Population) SharedThings() int { return p.Towns() * townSlots }

// PublicID is the public ID of a thing: it tells nothing, and things of one
// person have IDs next to each other.
func (p *Population) PublicID(n int64) string {
	const low, step = 20_000_000_000_000_000, 10_000
	return strconv.FormatUint(low+uint64(n)*step+Mix(p.seed^uint64(n))%step, 10)
}

// Profiles reports whether nothing but profiles is made.
func (p *Population) Profiles() bool { return p.plan.Profile }
