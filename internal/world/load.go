package world

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/store"
)

const (
	// wholeLoad is how many people are loaded in one transaction, places and
	// links included; larger worlds are loaded in chunks.
	wholeLoad = 2000
	loadChunk = 1000
	// longestPicture is the longer side of a stored picture.
	longestPicture = 1024
)

// Load puts a world into the store: all of it or nothing up to about 2,000
// people, larger ones in chunks after a complete check; a store that was empty
// has UnfinishedID until the last. Handles, IDs and tokens that the store has
// already are Problems. Derived IDs and tokens are minted.
func (b *Builder) Load(ctx context.Context, w *World) error {
	l := &loading{b: b, w: w, now: b.opt.Now()}
	if !w.Clock.IsZero() {
		l.now = w.Clock
	}
	if err := l.prepare(); err != nil {
		return err
	}
	if err := b.Finished(ctx); err != nil {
		return fmt.Errorf("load world: %w", err)
	}
	if err := b.opt.DB.ReserveIDs(ctx, l.ids()); err != nil {
		return fmt.Errorf("load world: %w", err)
	}
	if err := l.run(ctx); err != nil {
		return err
	}
	if !w.Clock.IsZero() && b.opt.SetClock != nil {
		b.opt.SetClock(w.Clock)
	}
	return nil
}

// Check reports what keeps a world from being loaded into an empty store.
func (b *Builder) Check(w *World) error {
	l := &loading{b: b, w: w, now: b.opt.Now()}
	return l.prepare()
}

// loading is one run of Load. The maps of records are made anew by every run
// of a transaction.
type loading struct {
	b        *Builder
	w        *World
	now      time.Time
	declared []*personDecl   // of the file and generated
	made     map[string]bool // those generated
	events   map[string][]*eventDecl
	pictures map[string][]byte
	files    map[string][]filed // of messages, by handle

	businesses map[string]*people.Business
	apps       map[string]*people.App
	pages      map[string]*people.Page
	instagrams map[string]*people.Instagram
	places     map[placeRef]*place
	people     map[string]*people.Person
	things     map[string]store.ID
	// threads are the conversations that the file has, by place and person.
	threads map[placeRef]map[string]bool
	// known is what the store has already, by kind and handle.
	known map[string]store.ID
}

type placeRef struct {
	kind   placeKind
	handle string
}

// prepare does what needs no store: it generates people, sorts events by time
// and reads pictures.
func (l *loading) prepare() error {
	made, events := generate(l.w)
	l.declared = append(slices.Clone(l.w.people), made...)
	l.made = make(map[string]bool, len(made))
	for _, d := range made {
		l.made[d.name] = true
	}
	events = append(slices.Clone(l.w.events), events...)
	slices.SortStableFunc(events, func(x, y *eventDecl) int { return x.at.in(l.now).Compare(y.at.in(l.now)) })
	l.events = map[string][]*eventDecl{}
	for _, e := range events {
		l.events[e.person.name] = append(l.events[e.person.name], e)
	}
	l.pictures = map[string][]byte{}
	var ps Problems
	for _, d := range l.explicitTokens() {
		if l.b.opt.NoExplicit {
			ps = append(ps, l.problem(d.ref, "a server mints its tokens itself: tokens that a world spells out work in emulator mode only"))
		}
	}
	for _, d := range l.w.people {
		if d.picture.name == "" {
			continue
		}
		jpg, err := l.b.readPicture(d.picture.name)
		if err != nil {
			ps = append(ps, l.problem(d.picture, "picture %s: %v", d.picture.name, err))
		}
		l.pictures[d.name] = jpg
	}
	if ps = append(ps, l.readFiles()...); len(ps) > 0 {
		return ps
	}
	return nil
}

func (b *Builder) readPicture(path string) ([]byte, error) {
	if b.opt.Files == nil {
		return nil, fmt.Errorf("this world may not read files")
	}
	data, err := b.opt.Files(path)
	if err != nil {
		return nil, err
	}
	return picture.Normalise(data, longestPicture)
}

func (l *loading) problem(at ref, format string, args ...any) Problem {
	return Problem{File: l.w.file, Line: at.line, Column: at.col, Text: fmt.Sprintf(format, args...)}
}

// ids is how many identifiers the load will need, roughly.
func (l *loading) ids() int {
	n := 64 + len(l.w.businesses) + 4*len(l.w.apps) + 8*len(l.w.pages) + 4*len(l.w.instagrams) + 4*len(l.w.tokens) + len(l.w.things)
	if len(l.declared) > wholeLoad {
		return n + loadChunk*4
	}
	for _, d := range l.declared {
		n += 2 + len(d.installs) + 3*len(l.events[d.name])
	}
	return n
}

func (l *loading) run(ctx context.Context) error {
	db := l.b.to
	if len(l.declared) <= wholeLoad {
		return db.Update(ctx, func(tx *store.Tx) error {
			if err := l.begin(ctx, tx); err != nil {
				return err
			}
			l.people = map[string]*people.Person{}
			if err := l.putPeople(ctx, tx, l.declared); err != nil {
				return err
			}
			return l.finish(ctx, tx)
		})
	}
	fresh, err := l.b.Empty(ctx)
	if err != nil {
		return fmt.Errorf("load world: %w", err)
	}
	if err := db.Update(ctx, func(tx *store.Tx) error {
		if fresh {
			if err := begins(ctx, tx, store.Int64Field(tagLoad, 1)); err != nil {
				return err
			}
		}
		return l.begin(ctx, tx)
	}); err != nil {
		return err
	}
	l.people = make(map[string]*people.Person, len(l.declared))
	for chunk := range slices.Chunk(l.declared, loadChunk) {
		if err := db.Update(ctx, func(tx *store.Tx) error { return l.putPeople(ctx, tx, chunk) }); err != nil {
			return fmt.Errorf("load people: %w", err)
		}
	}
	if err := db.Update(ctx, func(tx *store.Tx) error {
		if fresh {
			if err := ends(ctx, tx); err != nil {
				return err
			}
		}
		return l.finish(ctx, tx)
	}); err != nil {
		return err
	}
	l.b.Begun() // what was left for later waited for the end
	return nil
}

// begin checks the store and writes all but people.
func (l *loading) begin(ctx context.Context, tx *store.Tx) error {
	if err := l.checkStore(ctx, tx); err != nil {
		return err
	}
	return l.putPlaces(ctx, tx)
}

// checkStore reports everything of the world that the store has already.
func (l *loading) checkStore(ctx context.Context, tx *store.Tx) error {
	type asked struct {
		at   ref
		text string
	}
	var rs store.ReadSet
	var qs []asked
	ask := func(space store.Space, key string, at ref, text string) {
		rs.Key(space, key)
		qs = append(qs, asked{at, text})
	}
	handle := func(kind string, at ref) {
		ask(store.SpaceHandle, kind+"/"+at.name, at, kind+" "+at.name+" exists already")
	}
	id := func(at ref) {
		if at.name != "" {
			ask(store.SpaceNode, at.name, at, "ID "+at.name+" exists already")
		}
	}
	w := l.w
	for _, d := range w.businesses {
		handle(businessKind, d.ref)
		id(d.id)
	}
	for _, d := range w.apps {
		handle(appKind, d.ref)
		id(d.id)
	}
	for _, d := range w.pages {
		handle(pageKind, d.ref)
		id(d.id)
		if key := people.AliasKey(d.rec.Username); key != "" {
			ask(store.SpaceAlias, key, d.ref, "a Page with the username "+d.rec.Username+" exists already")
		}
	}
	for _, d := range w.instagrams {
		handle(instagramKind, d.ref)
		id(d.id)
	}
	for _, d := range l.declared {
		handle(personKind, d.ref)
	}
	for _, d := range w.things {
		handle(thingKind, d.ref)
		id(d.id)
	}
	for _, t := range l.explicitTokens() {
		ask(store.SpaceToken, hashOf(t.name), t.ref, "the token exists already")
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return fmt.Errorf("check world: %w", err)
	}
	var ps Problems
	for i, q := range qs {
		if rs.GotID(i) != 0 {
			ps = append(ps, l.problem(q.at, "%s", q.text))
		}
	}
	if len(ps) > 0 {
		ps.sort()
		return ps
	}
	return nil
}

// sortedKeys are the handles of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
