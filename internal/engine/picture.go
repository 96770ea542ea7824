package engine

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

var pictureSpaces = map[uint8]store.Space{
	picture.PSID: store.SpacePSID, picture.IGSID: store.SpaceIGSID, picture.ASID: store.SpaceASID,
}

// Picture runs the gate of a picture again when its URL is fetched: the ID must
// still lead to a person, and some app of that Page or account must still have
// their consent. [guess]
func (e *Engine) Picture(ctx context.Context, c *picture.Claim, now time.Time) (p *people.Person, allowed bool, err error) {
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
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		if p = personOf(rs.GotObject(node)); p == nil {
			return nil
		}
		contact, _ := value[*consent.Contact](rs.GotPair(pair))
		allowed = hasPicture(p, c.Space) && e.anyAppMay(contact, p, c.Space == picture.IGSID, now)
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
	return p.Picture != people.PictureNone && p.Audience(people.ProfilePic) == graph.Public
}

func (e *Engine) anyAppMay(c *consent.Contact, p *people.Person, instagram bool, now time.Time) bool {
	if c == nil {
		return false
	}
	editions := []consent.Edition{consent.E2016, consent.E2018, consent.E2026}
	if instagram {
		editions = []consent.Edition{consent.Instagram}
	}
	for i := range c.Grants {
		for _, ed := range editions {
			if consent.Decide(c, c.Grants[i].App, p.Account, ed, e.opt.Knobs, now.UnixMicro()).Allowed {
				return true
			}
		}
	}
	return false
}
