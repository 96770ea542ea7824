package engine

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

var pictureSpaces = map[uint8]store.Space{
	picture.PSID: store.SpacePSID, picture.IGSID: store.SpaceIGSID, picture.ASID: store.SpaceASID,
}

// Picture runs the gate of a picture again when its URL is fetched: the ID must
// still lead to a person whose account has a profile, and the app that the URL
// was written for must still have their consent and see them at all. A URL
// outlives the token it came with. [guess]
func (e *Engine) Picture(ctx context.Context, c *picture.Claim, now time.Time) (p *people.Person, allowed bool, err error) {
	switch {
	case c.Space == picture.Friend:
		return e.friendsPicture(ctx, c)
	case c.Space == picture.Page:
		return e.pagesPicture(ctx, c)
	case c.Owner == 0:
		return e.openPicture(ctx, c)
	}
	owner := store.ID(c.Owner)
	err = e.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		p, allowed = nil, false
		key := scopedid.Key(pictureSpaces[c.Space], owner, c.Scoped)
		id, err := r.Resolve(ctx, key.Space, key.Key)
		if err != nil || id == 0 {
			return err
		}
		var rs store.ReadSet
		node, pair := rs.Object(id), rs.Pair(owner, store.AssocContact, id)
		app, role := rs.Object(store.ID(c.App)), rs.Pair(store.ID(c.App), store.AssocRole, id)
		install := rs.Pair(store.ID(c.App), store.AssocInstall, id)
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		if p = personOf(rs.GotObject(node)); p == nil {
			return nil
		}
		contact, _ := value[*consent.Contact](rs.GotPair(pair))
		asked, ok := value[*people.App](rs.GotObject(app))
		part, _ := value[graph.Role](rs.GotPair(role))
		allowed = ok && hasPicture(p, c.Space) && pictureOpen(asked, p, part) &&
			(c.Space == picture.ASID && (part != graph.RoleNone || rs.GotPair(install) != nil) ||
				c.Space != picture.ASID && e.stillMay(contact, asked, p, c.Space == picture.IGSID, now))
		return nil
	})
	return p, allowed, err
}

// pagesPicture is the gate of a picture of a Page: it must be there.
func (e *Engine) pagesPicture(ctx context.Context, c *picture.Claim) (p *people.Person, allowed bool, err error) {
	err = e.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		p, allowed = nil, false
		rec, err := r.Get(ctx, store.ID(c.Owner))
		if err != nil {
			return err
		}
		if page, ok := value[*people.Page](rec); ok && page.PublicID == c.Scoped {
			p, allowed = face(page, rec.Version), true
		}
		return nil
	})
	return p, allowed, err
}

// face is a Page as somebody whose initials are drawn: of the first two words of its name.
func face(page *people.Page, version int64) *people.Person {
	seed, _ := strconv.ParseUint(page.PublicID, 10, 64) // it is a number
	p := &people.Person{ID: page.ID, Version: version, Seed: seed}
	words := append(strings.Fields(page.Name), "", "")
	p.Set(people.FirstName, words[0], graph.Public)
	p.Set(people.LastName, words[1], graph.Public)
	return p
}

// openPicture is the gate of a picture that was shown without a token: it shows what the
// same call would show now.
func (e *Engine) openPicture(ctx context.Context, c *picture.Claim) (p *people.Person, allowed bool, err error) {
	err = e.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		var is standing
		if p, is, _, err = e.standingOf(ctx, r, c.Scoped); is != visible {
			p = nobody()
		}
		allowed = is != stranger || e.opt.Env.Silhouettes
		return err
	})
	return p, allowed, err
}

// friendsPicture is the gate of a picture that was shown on a list of friends: they must
// be friends still, and the app must see friends of the one whose list it was.
func (e *Engine) friendsPicture(ctx context.Context, c *picture.Claim) (p *people.Person, allowed bool, err error) {
	err = e.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		p, allowed = nil, false
		key := scopedid.Key(store.SpaceASID, store.ID(c.App), c.Scoped)
		of, err := r.Resolve(ctx, key.Space, key.Key)
		if err != nil || of == 0 {
			return err
		}
		var rs store.ReadSet
		node, friend := rs.Object(store.ID(c.Owner)), rs.Pair(of, store.AssocFriend, store.ID(c.Owner))
		app, install, role := rs.Object(store.ID(c.App)), rs.Pair(store.ID(c.App), store.AssocInstall, of), rs.Pair(store.ID(c.App), store.AssocRole, of)
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		if p = personOf(rs.GotObject(node)); p == nil {
			return nil
		}
		asked, ok := value[*people.App](rs.GotObject(app))
		uses, _ := value[*people.Install](rs.GotPair(install))
		part, _ := value[graph.Role](rs.GotPair(role))
		allowed = ok && rs.GotPair(friend) != nil && uses != nil && uses.Granted.Has(graph.UserFriends) && pictureOpen(asked, p, part)
		return nil
	})
	return p, allowed, err
}

// hasPicture reports whether a Page or account may see a picture at all: on
// Messenger one that is not public is left out, so its URL leads nowhere.
func hasPicture(p *people.Person, space uint8) bool {
	if space == picture.IGSID {
		return p.InstagramPicture != people.PictureNone
	}
	if space == picture.ASID {
		return true // somebody without one is a silhouette
	}
	return p.Picture != people.PictureNone && p.Audience(people.ProfilePic) == graph.Public
}

// pictureOpen is what the ladder asks of app and account.
func pictureOpen(app *people.App, p *people.Person, role graph.Role) bool {
	return !app.Deleted && p.Account == people.Facebook && (app.Mode != graph.ModeDevelopment || role != graph.RoleNone)
}

// stillMay asks for consent under the app's edition, or under any if it leaves
// that to the version, which the URL does not tell.
func (e *Engine) stillMay(c *consent.Contact, app *people.App, p *people.Person, instagram bool, now time.Time) bool {
	editions := []consent.Edition{consent.E2016, consent.E2018, consent.E2026}
	switch {
	case instagram:
		editions = []consent.Edition{consent.Instagram}
	case app.Edition != 0:
		editions = []consent.Edition{schema.EditionOf(0, app.Edition)}
	}
	for _, ed := range editions {
		if consent.Decide(c, app.ID, p.Account, ed, e.opt.Knobs, now.UnixMicro()).Allowed {
			return true
		}
	}
	return false
}
