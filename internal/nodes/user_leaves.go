package nodes

import (
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// deleteUser erases a test user of the app. The Open Graph test user stays, and
// so does one whom another app has too. [doc user v2.10; the latter guess]
func deleteUser(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	apps, err := testApps(ctx, c, c.Row.Person)
	switch {
	case err != nil:
		return done, err
	case !hasApp(apps, c.Viewer.App.ID):
		return done, graph.ErrPermissions
	case c.Row.Person.Text(people.OpenGraphTestUser) == "true":
		return done, graph.ErrOpenGraphTestUser
	case len(apps) > 1:
		return done, graph.ErrKeepTestUser
	}
	_, err = c.Act(ctx, c, schema.Deed{Event: "delete", Person: c.Row.Person})
	return done, err
}

// revokePermission takes one permission back, or removes the app with all that
// it learnt. [doc user permissions]
func revokePermission(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	d := schema.Deed{Event: "revoke", Person: c.Row.Person, App: c.Viewer.App}
	if name := c.Args.Text("permission"); name != "" {
		p, ok := graph.ParsePermission(name)
		if !ok || c.Row.Install == nil {
			return done, graph.ErrBadParam
		}
		d.Event, d.Permissions = "decline", graph.PermissionSet(p)
	}
	_, err = c.Act(ctx, c, d)
	return done, err
}

// leaveBusiness takes the person out of a business, and erases what they are
// there as an employee. [doc user v2.10; that it must be named, and that the
// BusinessUser goes too guess]
func leaveBusiness(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	id := c.Args.Text("business")
	if id == "" {
		return done, graph.ErrNeedsParam.Args("business")
	}
	business, err := c.Tx.Resolve(ctx, store.SpaceNode, id)
	if err != nil {
		return done, err
	}
	if business == 0 {
		return done, graph.ErrBadParam
	}
	if err := leave(ctx, c, store.Pair{From: c.ID, Kind: store.Edge("businesses"), To: business}); err != nil {
		return done, err
	}
	return done, endEmployment(ctx, c, business)
}

// endEmployment erases each BusinessUser that the person is in a business.
func endEmployment(ctx context.Context, c *schema.Call, business store.ID) error {
	const most = 500
	list, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: store.Edge("business_users"), Limit: most})
	if err != nil {
		return err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return err
	}
	for i := range list {
		t := thingIn(rs.GotObject(i))
		if t == nil || !slices.Contains(t.Parts.Refs("business"), business) {
			continue
		}
		if err := c.Tx.Purge(ctx, list[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// befriend asks another test user to be a friend, or accepts that they asked.
// [doc test users: the request of one and the answer of the other]
func befriend(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	other, err := somebody(ctx, c, c.Args.Text("friend"))
	switch {
	case err != nil:
		return done, err
	case other == nil:
		return done, graph.ErrNotVisible
	case other.ID == c.ID:
		return done, graph.ErrBadParam
	}
	for _, p := range []*people.Person{c.Row.Person, other} {
		if apps, err := testApps(ctx, c, p); err != nil || len(apps) == 0 {
			if err == nil {
				err = graph.ErrPermissions
			}
			return done, err
		}
	}
	if had, err := c.Tx.Pair(ctx, c.ID, store.AssocFriend, other.ID); err != nil || had != nil {
		return done, err
	}
	asked, err := requestFrom(ctx, c, c.ID, other.ID)
	if err != nil {
		return done, err
	}
	if asked != 0 {
		if err := c.Tx.Purge(ctx, asked); err != nil {
			return done, err
		}
		_, err = c.Act(ctx, c, schema.Deed{Event: "befriend", Person: c.Row.Person, Friend: other})
		return done, err
	}
	if asked, err = requestFrom(ctx, c, other.ID, c.ID); err != nil || asked != 0 {
		return done, err
	}
	_, err = create(ctx, c, making{node: "FriendRequest", owner: other.ID, edge: store.Edge("friendrequests"), on: other.ID,
		seed: other.Handle, parts: people.Parts{{Name: "from", Refs: []store.ID{c.ID}}, {Name: "to", Refs: []store.ID{other.ID}}, {Name: "unread", Text: "true"}}})
	return done, err
}

// requestFrom is the friend request of one person to another, zero for none.
func requestFrom(ctx context.Context, c *schema.Call, to, from store.ID) (store.ID, error) {
	const most = 500
	list, err := c.Tx.Range(ctx, store.Range{From: to, Kind: store.Edge("friendrequests"), Limit: most})
	if err != nil {
		return 0, err
	}
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return 0, err
	}
	for i := range list {
		t := thingIn(rs.GotObject(i))
		if t != nil && len(t.Parts.Refs("from")) == 1 && t.Parts.Refs("from")[0] == from {
			return list[i].ID, nil
		}
	}
	return 0, nil
}

func thingIn(rec *store.Record) *people.Thing {
	if rec == nil {
		return nil
	}
	t, _ := rec.Value.(*people.Thing)
	return t
}

// asidOf is the ID that the app of the token has of a person; they get one if
// they have none.
func asidOf(ctx context.Context, c *schema.Call, p *people.Person) (string, error) {
	app := c.Viewer.App
	return scopedid.Mint(ctx, c.Tx, c.Row.Env.Keys, store.SpaceASID, app.ID, app.PublicID, p.ID, p.Seed, "")
}

// byApp reports whether an app calls, not a person.
func byApp(c *schema.Call) bool { return c.Viewer.Kind == access.AppToken }
