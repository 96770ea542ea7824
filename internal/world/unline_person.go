package world

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A draft is a person ready to be written: everything but the ID in the store.
type draft struct {
	rec     *people.Person
	seeded  bool // the line gave the seed
	jpeg    []byte
	partner string
	friends []friendLine
	scoped  []scopedWant
	links   []store.Assoc // from others: To is still to be set
	follows []store.Assoc // from the person: From is still to be set
	history []*happening  // newest first
	tokens  []draftToken
	tickets []*messaging.Ticket
}

type draftToken struct {
	hash string
	rec  *access.Token
}

// person turns a line into a draft, checking everything that needs no store;
// with zones nil the fields are known to be right.
func (d directory) person(b *Builder, l *personLine, zones *zoneSet) (*draft, error) {
	if !ValidHandle(l.Handle) {
		return nil, fmt.Errorf("bad handle %q: %s", l.Handle, handleRule)
	}
	rec, err := unrest(l.Rest, func(data []byte) (*people.Person, error) { return people.DecodePerson(0, 0, data) })
	if err != nil {
		return nil, err
	}
	out := &draft{rec: rec, jpeg: l.JPEG, partner: l.Partner, friends: l.Friends}
	rec.Handle, rec.Europe, rec.Instagram, rec.Updated, rec.Seed = l.Handle, l.Europe, l.Instagram, l.Updated, b.seed(l.Handle)
	if l.Seed != "" {
		out.seeded = true
		if rec.Seed, err = strconv.ParseUint(l.Seed, 10, 64); err != nil {
			return nil, fmt.Errorf("seed %q is no number", l.Seed)
		}
	}
	if err := readKinds(rec, l); err != nil {
		return nil, err
	}
	if err := readFields(rec, l, zones); err != nil {
		return nil, err
	}
	for _, step := range []func(*draft, *personLine) error{d.scoped, d.installs, d.social, d.contacts, d.history, d.tokens, d.tickets} {
		if err := step(out, l); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readKinds(rec *people.Person, l *personLine) error {
	if l.Account != "" {
		kind, ok := people.ParseAccount(l.Account)
		if !ok {
			return fmt.Errorf("unknown account %q", l.Account)
		}
		rec.Account = kind
	}
	if l.DefaultShape != "" {
		i := slices.Index(shapeNames(), l.DefaultShape)
		if i < 0 {
			return fmt.Errorf("unknown default_shape %q", l.DefaultShape)
		}
		rec.Shape = people.Shape(i)
	}
	var ok, okToo bool
	rec.Picture, ok = pictureKind(l.Picture)
	rec.InstagramPicture, okToo = pictureKind(l.InstagramPicture)
	if !ok || !okToo {
		return fmt.Errorf("a picture is stored, none or left away")
	}
	if (rec.Picture == people.PictureStored) != (len(l.JPEG) > 0) {
		return fmt.Errorf("a stored picture has its jpeg, any other has none")
	}
	return nil
}

func pictureKind(name string) (people.PictureKind, bool) {
	for k := people.PictureGenerated; k <= people.PictureNone; k++ {
		if pictureName(k) == name {
			return k, true
		}
	}
	return 0, false
}

func readFields(rec *people.Person, l *personLine, zones *zoneSet) error {
	for name, raw := range l.Fields {
		a, ok := people.ParseAttr(name)
		if !ok || a == people.SignificantOther {
			return fmt.Errorf("unknown field %q", name)
		}
		text := string(raw)
		if !plainJSON(a) {
			if err := json.Unmarshal(raw, &text); err != nil {
				return fmt.Errorf("%s must be text", a)
			}
		}
		if zones != nil {
			if err := zones.check(a, text); err != nil {
				return err
			}
		}
		rec.Set(a, text, graph.Public)
	}
	for name, who := range l.Audience {
		a, ok := people.ParseAttr(name)
		if !ok {
			return fmt.Errorf("unknown field %q in audience", name)
		}
		v, err := graph.ParseAudience(who)
		if err != nil {
			return err
		}
		if a == people.SignificantOther {
			rec.Set(a, "0", v) // until finish knows the person
			continue
		}
		if !setAudience(rec, a, v) {
			return fmt.Errorf("audience of %s, which is not there", a)
		}
	}
	return nil
}

// scoped reads the recorded IDs, and asks for one where a contact or install
// has none.
func (d directory) scoped(out *draft, l *personLine) error {
	type scope struct {
		space store.Space
		owner store.ID
	}
	done := map[scope]bool{}
	for _, i := range l.IDs {
		space, owner, err := d.scope(i)
		if err != nil {
			return err
		}
		if !graph.ValidID(i.ID) {
			return fmt.Errorf("%q is no ID", i.ID)
		}
		done[scope{space, owner.id}] = true
		out.scoped = append(out.scoped, scopedWant{space: space, owner: owner.id, ownerPublic: owner.public, given: i.ID})
	}
	want := func(space store.Space, owner entryOf) {
		if !done[scope{space, owner.id}] {
			done[scope{space, owner.id}] = true
			out.scoped = append(out.scoped, scopedWant{space: space, owner: owner.id, ownerPublic: owner.public, seed: out.rec.Seed})
		}
	}
	for i := range l.Contacts {
		c := &l.Contacts[i]
		at, err := d.whose(c.Page, c.Instagram)
		if err != nil {
			return err
		}
		switch {
		case c.Erased:
		case c.Instagram != "":
			want(store.SpaceIGSID, at)
		default:
			want(store.SpacePSID, at)
		}
	}
	for _, in := range l.Apps {
		app, err := d.find(appKind, in.App)
		if err != nil {
			return err
		}
		want(store.SpaceASID, app)
	}
	return nil
}

func (d directory) scope(i idLine) (store.Space, entryOf, error) {
	if i.App != "" && i.Page == "" && i.Instagram == "" {
		e, err := d.find(appKind, i.App)
		return store.SpaceASID, e, err
	}
	if i.App != "" {
		return 0, entryOf{}, fmt.Errorf("an ID is of one of page, instagram and app")
	}
	e, err := d.whose(i.Page, i.Instagram)
	if i.Instagram != "" {
		return store.SpaceIGSID, e, err
	}
	return store.SpacePSID, e, err
}

func (d directory) installs(out *draft, l *personLine) error {
	for _, i := range l.Apps {
		app, err := d.find(appKind, i.App)
		if err != nil || app.id == 0 {
			return fmt.Errorf("no app %q", i.App)
		}
		in, err := unrest(i.Rest, people.DecodeInstall)
		if err != nil {
			return err
		}
		in.Type = i.Type
		if in.Declined, err = permissionsOf(i.Declined); err != nil {
			return err
		}
		if in.Granted, err = permissionsOf(i.Granted); err != nil {
			return err
		}
		out.links = append(out.links, store.Assoc{From: app.id, Kind: store.AssocInstall, Time: i.At, Data: in.Encode()})
	}
	return nil
}

func (d directory) social(out *draft, l *personLine) error {
	for _, f := range l.Follows {
		at, err := d.whose("", f.Instagram)
		if err != nil {
			return err
		}
		out.follows = append(out.follows, store.Assoc{Kind: store.AssocUserFollows, To: at.id, Time: f.At})
	}
	for _, f := range l.FollowedBy {
		at, err := d.whose("", f.Instagram)
		if err != nil {
			return err
		}
		out.links = append(out.links, store.Assoc{From: at.id, Kind: store.AssocBusinessFollows, Time: f.At})
	}
	for _, f := range l.Friends {
		if f.Person == l.Handle {
			return fmt.Errorf("%s cannot be their own friend", l.Handle)
		}
	}
	return nil
}

func (d directory) tokens(out *draft, l *personLine) error {
	for i := range l.Tokens {
		t, hash, err := d.token(&l.Tokens[i], access.UserToken)
		if err != nil {
			return err
		}
		out.tokens = append(out.tokens, draftToken{hash, t})
	}
	return nil
}
