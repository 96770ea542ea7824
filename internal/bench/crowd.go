package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// A Crowd is who the load asks about: people spread evenly over Pages of one
// app, each of whom wrote to their Page, and a token for each Page.
type Crowd struct {
	AppID   string
	PageIDs []string
	Tokens  []string // by Page
	PSIDs   []uint64 // person i is known to Page i % len(Tokens)
}

// Size is how large a crowd is.
type Size struct{ People, Pages int }

const (
	publicBase  = 1_500_000_000_000_000              // public IDs of the app and the Pages count from here
	benchSecret = "0123456789abcdef0123456789abcdef" // of its app
	slice       = 4000                               // people in one Update
	// began is when everybody wrote, in seconds: 15 January 2026.
	began = 1_768_435_200
)

// PSID returns the Page-scoped ID of person i.
func (c *Crowd) PSID(i int) string { return strconv.FormatUint(c.PSIDs[i], 10) }

// Token returns the token of the Page that knows person i.
func (c *Crowd) Token(i int) string { return c.Tokens[i%len(c.Tokens)] }

// Handle is the handle of person i; PageHandle is that of the Page they know.
func (c *Crowd) Handle(i int) string { return handle("g", i) }

// PageHandle is the handle of the Page that knows person i.
func (c *Crowd) PageHandle(i int) string { return handle("page", i%len(c.Tokens)) }

func handle(prefix string, i int) string { return prefix + fmt.Sprintf("%07d", i) }

// Populate fills an empty store with a crowd, the same for the same keys and
// size. progress hears how many people are stored; nil is fine.
func Populate(ctx context.Context, db *store.DB, keys *access.Keys, size Size, progress func(n int)) (*Crowd, error) {
	b := builder{db: db, keys: keys, crowd: &Crowd{PSIDs: make([]uint64, 0, size.People)}}
	if err := db.Update(ctx, func(tx *store.Tx) error { return b.places(ctx, tx, size.Pages) }); err != nil {
		return nil, fmt.Errorf("store app and pages: %w", err)
	}
	for from := 0; from < size.People; from += slice {
		to := min(from+slice, size.People)
		if err := db.ReserveIDs(ctx, to-from); err != nil {
			return nil, err
		}
		if err := db.Update(ctx, func(tx *store.Tx) error { return b.people(ctx, tx, from, to) }); err != nil {
			return nil, fmt.Errorf("store people from %d on: %w", from, err)
		}
		if progress != nil {
			progress(to)
		}
	}
	return b.crowd, nil
}

// builder holds what the transactions of Populate share.
type builder struct {
	db    *store.DB
	keys  *access.Keys
	crowd *Crowd
	app   store.ID
	pages []store.ID
}

// places stores the app, which App Review opened everything to, and its Pages.
func (b *builder) places(ctx context.Context, tx *store.Tx, pages int) error {
	c := b.crowd
	app := &people.App{ID: tx.NewID(), PublicID: strconv.Itoa(publicBase), Handle: "bench", Name: "Bench", Secret: benchSecret,
		Type: graph.AppBusiness, Mode: graph.ModeLive}
	for _, name := range graph.PermissionNames() {
		p, _ := graph.ParsePermission(name)
		app.SetLevel(p, graph.LevelAdvanced)
	}
	app.Features[graph.BusinessAssetUserProfileAccess] = graph.LevelAdvanced
	c.AppID, b.app = app.PublicID, app.ID
	c.PageIDs, c.Tokens, b.pages = nil, nil, nil
	if err := put(ctx, tx, app.ID, store.KindApp, app.Encode(b.keys.Seal), "app/bench", app.PublicID); err != nil {
		return err
	}
	for i := range pages {
		p := &people.Page{ID: tx.NewID(), PublicID: strconv.Itoa(publicBase + 1 + i), Handle: handle("page", i), Name: "Page " + strconv.Itoa(i), Apps: []store.ID{app.ID}}
		for f := range p.Info {
			p.Info[f] = graph.Approved
		}
		if err := put(ctx, tx, p.ID, store.KindPage, p.Encode(), "page/"+p.Handle, p.PublicID); err != nil {
			return err
		}
		text := b.keys.Mint(false, app.PublicID, b.keys.Label("bench", "token", p.Handle))
		tok := &access.Token{Kind: access.PageToken, App: app.ID, Subject: p.ID, Granted: app.Advanced, Issued: began}
		if err := access.Issue(ctx, tx, text, tok); err != nil {
			return err
		}
		b.pages = append(b.pages, p.ID)
		c.PageIDs, c.Tokens = append(c.PageIDs, p.PublicID), append(c.Tokens, text)
	}
	return nil
}

func put(ctx context.Context, tx *store.Tx, id store.ID, kind store.Kind, data []byte, handle, public string) error {
	if err := tx.Put(ctx, store.Object{ID: id, Kind: kind, Data: data}); err != nil {
		return err
	}
	_, err := tx.Bind(ctx,
		store.Binding{Key: store.Key{Space: store.SpaceHandle, Key: handle}, ID: id},
		store.Binding{Key: store.Key{Space: store.SpaceNode, Key: public}, ID: id})
	return err
}

// people stores a run of people: a profile, a handle, an ID and a contact each.
func (b *builder) people(ctx context.Context, tx *store.Tx, from, to int) error {
	n := to - from
	objs, links := make([]store.Object, n), make([]store.Assoc, n)
	keys := make([]store.Binding, 0, 2*n)
	psids := b.crowd.PSIDs[:from]
	contact, _ := consent.Apply(consent.Contact{}, consent.Input{
		Event: consent.Message, Apps: []store.ID{b.app}, At: began * 1e6,
	}, consent.DefaultKnobs())
	record := contact.Encode()
	for i := range n {
		id, page := tx.NewID(), (from+i)%len(b.pages)
		p := profile(b.keys, id, from+i)
		digits := scopedid.Candidate(b.keys, store.SpacePSID, b.crowd.PageIDs[page], p.Seed, 0)
		psid, err := strconv.ParseUint(digits, 10, 64)
		if err != nil {
			return fmt.Errorf("scoped id %q: %w", digits, err)
		}
		psids = append(psids, psid)
		objs[i] = store.Object{ID: id, Kind: store.KindPerson, Data: p.Encode()}
		links[i] = store.Assoc{From: b.pages[page], Kind: store.AssocContact, To: id, Time: began*1e6 + int64(from+i), Data: record}
		keys = append(keys,
			store.Binding{Key: store.Key{Space: store.SpaceHandle, Key: "person/" + p.Handle}, ID: id},
			store.Binding{Key: scopedid.Key(store.SpacePSID, b.pages[page], digits), ID: id})
	}
	if err := tx.Put(ctx, objs...); err != nil {
		return err
	}
	got, err := tx.Bind(ctx, keys...)
	if err != nil {
		return err
	}
	for i := range got {
		if got[i] != keys[i].ID {
			return fmt.Errorf("key %d of person %d is taken", i%2, from+i/2)
		}
	}
	b.crowd.PSIDs = psids
	return tx.Link(ctx, links...)
}

// profile makes person i: what most profiles say, and no more.
func profile(keys *access.Keys, id store.ID, i int) *people.Person {
	p := &people.Person{ID: id, Handle: handle("g", i), Updated: began}
	label := keys.Label("person", p.Handle)
	p.Seed = binary.BigEndian.Uint64(label[:])
	given, family := names(i)
	for _, v := range [...]struct {
		a    people.Attr
		text string
	}{
		{people.FirstName, given}, {people.LastName, family}, {people.Locale, "en_US"}, {people.Timezone, "-7"}, {people.Gender, "female"},
	} {
		p.Set(v.a, v.text, graph.Public)
	}
	return p
}

// names gives person i a first and a last name of about usual length; some
// hold characters that JSON has to escape.
func names(i int) (given, family string) {
	first := [...]string{"Alma", "Bernard", "Chiara", "Dmitri", "Elif", "Fatoumata", "Gérard", "Hana", "Ivo", "Jacinta", "Kwame", "Léa", "Mateusz"}
	last := [...]string{"Abreu", "Brandt", "Castellano", "Dube", "Eriksen", "Fofana", "Grünwald", "Hoang", "Ibrahim", "Jansen", "Kovačević"}
	return first[i%len(first)], last[i/len(first)%len(last)]
}
