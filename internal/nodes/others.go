package nodes

import (
	"context"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// somebody finds the person that a parameter of a write means: by the ID that
// the Page of the token has of them, or its app. Who is unknown, another's or
// not visible to the app is nil, all alike.
func somebody(ctx context.Context, c *schema.Call, id string) (*people.Person, error) {
	if !graph.ValidID(id) {
		return nil, nil
	}
	v := c.Viewer
	var rs store.ReadSet
	asid := rs.Key(store.SpaceASID, scopedid.Key(0, v.App.ID, id).Key)
	psid := -1
	if v.Page != nil {
		psid = rs.Key(store.SpacePSID, scopedid.Key(0, v.Page.ID, id).Key)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	if psid >= 0 && rs.GotID(psid) != 0 {
		return personAt(ctx, c, rs.GotID(psid))
	}
	return userOf(ctx, c, rs.GotID(asid))
}

func personAt(ctx context.Context, c *schema.Call, id store.ID) (*people.Person, error) {
	rec, err := c.Tx.Get(ctx, id)
	if err != nil || rec == nil {
		return nil, err
	}
	if p, ok := rec.Value.(*people.Person); ok && p.Account != people.Deactivated {
		return p, nil
	}
	return nil, nil
}

// userOf is a person who uses the app of the token.
func userOf(ctx context.Context, c *schema.Call, id store.ID) (*people.Person, error) {
	p, err := personAt(ctx, c, id)
	if err != nil || p == nil {
		return nil, err
	}
	app := c.Viewer.App
	var rs store.ReadSet
	install, role := rs.Pair(app.ID, store.AssocInstall, id), rs.Pair(app.ID, store.AssocRole, id)
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	part := graph.RoleNone
	if rec := rs.GotPair(role); rec != nil {
		part, _ = rec.Value.(graph.Role)
	}
	if part == graph.RoleNone && (rs.GotPair(install) == nil || app.Mode == graph.ModeDevelopment) {
		return nil, nil
	}
	return p, nil
}

// forDesktop refuses a desktop app that acts on somebody else. [doc user v2.10]
func forDesktop(c *schema.Call, p *people.Person) error {
	if c.Viewer.App.Type == graph.AppDesktop && p.ID != c.Viewer.Person {
		return graph.ErrDesktop
	}
	return nil
}
