package nodes

import (
	"slices"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// april2018 is when several fields and edges began to answer without data, in every
// version. [doc changelog of 4 April 2018]
var april2018 = schema.Leaving{Day: day(2018, time.April, 4)}

// january2019 is how nine fields ended: v3.0 took them out of public_profile, new apps
// lost them with it, and half a year later everyone did. They are left out.
// [doc changelog of v3.0, login 2018-05; seen omniauth-facebook#311]
var january2019 = schema.Leaving{In: v3_0, New: day(2018, time.May, 1), Day: day(2019, time.January, 8)}

// july2019 is how what v3.3 took away ended: for apps that had not used it at once, and
// after ninety days for the others. [doc changelog of 30 April 2019]
var july2019 = schema.Leaving{In: v3_3, New: day(2019, time.April, 30), Day: day(2019, time.July, 30)}

// may2020 is how what v6.0 took away ended: for everybody three months later. Which edges
// those are follows from the specifications of the two versions. [doc changelog of v6.0;
// the latter guess]
var may2020 = schema.Leaving{In: graph.V(6, 0), Day: day(2020, time.May, 5)}

// Edges of the appended list ended with a version. [doc changelogs of v2.0 and v2.4; of
// scores guess]
var (
	withV2  = schema.Leaving{In: v2_0}
	withV24 = schema.Leaving{In: v2_4}
	withV33 = schema.Leaving{In: v3_3}
)

func day(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
}

// createdTime is when the person put the item there.
func createdTime() []schema.Field {
	return []schema.Field{{Name: "created_time", Kind: schema.Datetime, Default: always(), From: schema.LinkedTime, Mark: "[doc user v2.10]"}}
}

// said is one field that the edge says about each item.
func said(name string) []schema.Field {
	return []schema.Field{{Name: name, Kind: schema.String, Plain: true, Default: always(), From: schema.ItemPart(name), Mark: "[doc user v2.10]"}}
}

// pageTasks is when tasks took the place of roles on Pages. [doc changelog v3.1; seen restfb#919]
var pageTasks = graph.V(3, 1)

// accountFields are what the person may do on a Page. [doc user accounts]
func accountFields() []schema.Field {
	return []schema.Field{
		{Name: "perms", Kind: schema.List, Default: until(pageTasks), Deprecated: pageTasks, From: pagePerms, Mark: "[doc user accounts; end guess]"},
		{Name: "tasks", Span: schema.Span{Since: pageTasks}, Kind: schema.List, Default: from(pageTasks), From: tasks, Mark: "[seen python-facebook testdata, restfb#919]"},
	}
}

// pageToken is the token of the Page that the person's session gives in the app that
// asks, where the Page is connected to it: with what that session has. [doc page access tokens]
func pageToken(b []byte, r *schema.Row) []byte {
	v := r.Viewer
	if r.Tasks == 0 || v.Kind != access.UserToken || !slices.Contains(r.Page.Apps, v.App.ID) ||
		!v.Granted.Has(graph.ManagePages) && !v.Granted.Has(graph.PagesShowList) {
		return b
	}
	return appendText(b, r.Env.Keys.MintPage(v.App.PublicID, v.Token.ID, r.Page.ID))
}

// tasks are what the person may do on the Page. [seen python-facebook testdata]
func tasks(b []byte, r *schema.Row) []byte {
	if r.Tasks == 0 {
		return b
	}
	b = append(b, '[')
	for i, name := range r.Tasks.Names() {
		if i > 0 {
			b = append(b, ',')
		}
		b = graph.AppendString(b, name)
	}
	return append(b, ']')
}

// pagePerms spells tasks as older versions did; the role of an
// administrator is all of them. [seen; which task is which guess]
func pagePerms(b []byte, r *schema.Row) []byte {
	names := [...]struct {
		task graph.Task
		perm string
	}{{graph.TaskManage, "ADMINISTER"}, {graph.TaskManage, "EDIT_PROFILE"}, {graph.TaskCreateContent, "CREATE_CONTENT"},
		{graph.TaskModerate, "MODERATE_CONTENT"}, {graph.TaskAdvertise, "CREATE_ADS"}, {graph.TaskAnalyze, "BASIC_ADMIN"}}
	if r.Tasks == 0 {
		return b
	}
	b = append(b, '[')
	n := 0
	for _, p := range names {
		if !r.Tasks.Has(p.task) {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = graph.AppendString(b, p.perm)
	}
	return append(b, ']')
}

// permissionList is what the person granted the app and what they declined. [doc user permissions]
func permissionList(b []byte, r *schema.Row) []byte {
	if r.Install == nil {
		return b
	}
	start := len(b)
	for _, set := range [...]struct {
		of     graph.Permissions
		status string
	}{{r.Install.Granted, "granted"}, {r.Install.Declined, "declined"}} {
		if said := r.Asked.Args.Text("status"); said != "" && said != set.status {
			continue
		}
		for _, name := range set.of.Names() {
			if said := r.Asked.Args.Text("permission"); said != "" && said != name {
				continue
			}
			if len(b) > start {
				b = append(b, ',')
			}
			b = append(b, `{"permission":"`...)
			b = append(b, name...)
			b = append(b, `","status":"`...)
			b = append(b, set.status...)
			b = append(b, `"}`...)
		}
	}
	return b
}

// idsForBusiness are the IDs of the person in all apps of the business that owns
// the app. [doc user v2.10]
func idsForBusiness(b []byte, r *schema.Row) []byte {
	start := len(b)
	for _, a := range r.Apps {
		if said := r.Asked.Args.Text("app"); said != "" && said != a.App.PublicID {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, `{"id":"`...)
		b = append(b, a.ID...)
		b = append(b, `","app":{`...)
		b = appendFirst(b, "category", a.App.Category)
		b = appendFirst(b, "link", a.App.Link)
		b = appendFirst(b, "name", a.App.Name)
		b = appendFirst(b, "namespace", a.App.Namespace)
		b = append(b, `"id":"`...)
		b = append(b, a.App.PublicID...)
		b = append(b, `"}}`...)
	}
	return b
}

// appendFirst writes a member that others follow, if there is one.
func appendFirst(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	b = append(append(append(b, '"'), name...), `":`...)
	return append(graph.AppendString(b, text), ',')
}

// idsForPages are the IDs by which Pages of the business know the person. [doc id-matching]
func idsForPages(b []byte, r *schema.Row) []byte {
	start := len(b)
	for _, p := range r.Pages {
		if said := r.Asked.Args.Text("page"); said != "" && said != p.Page.PublicID {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, `{"id":"`...)
		b = append(b, p.ID...)
		b = append(b, `","page":{`...)
		b = appendFirst(b, "name", p.Page.Name)
		b = append(b, `"id":"`...)
		b = append(b, p.Page.PublicID...)
		b = append(b, `"}}`...)
	}
	return b
}

// matchingEdges lead from one ID of a person to those that other apps and Pages of
// the same business have. [doc id-matching; the span seen messenger-node#4]
func matchingEdges() []schema.Edge {
	since, mark := schema.Span{Since: graph.V(2, 9)}, "[doc id-matching]"
	return []schema.Edge{
		{Name: "ids_for_apps", Span: since, Values: idsForBusiness, Paged: true, Type: "UserIDForApp", Default: "app,id", Loads: schema.LoadApps, Sight: schema.SeenProved,
			Refusal: graph.ErrNoProof, Early: graph.ErrLaterEdge, Params: []schema.Param{{Name: "app", Kind: schema.IDParam, Type: "integer"}}, Mark: mark},
		{Name: "ids_for_pages", Span: since, Values: idsForPages, Paged: true, Type: "UserIDForPage", Default: "page,id", Loads: schema.LoadPages, Sight: schema.SeenProved,
			Refusal: graph.ErrNoProof, Early: graph.ErrLaterEdge, Params: []schema.Param{{Name: "page", Kind: schema.IDParam, Type: "integer"}}, Mark: mark},
	}
}

// sessionKeys are the sessions in which the app knows the person; the text is
// opaque. [doc user v2.10; form guess]
func sessionKeys(b []byte, r *schema.Row) []byte {
	for i, id := range r.Sessions {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = graph.AppendString(b, schema.SessionKey(r.Env, r.App, id))
		b = append(b, '}')
	}
	return b
}

// profilePicture is the object of the picture edge. [doc overview; members seen KOALA]
func profilePicture(b []byte, r *schema.Row) []byte {
	width := pictureWidth(r.Asked)
	c := picture.Claim{Space: picture.ASID, Owner: int64(r.Viewer.App.ID), App: int64(r.Viewer.App.ID), Scoped: r.ASID, Width: width, Expires: r.Now.Add(r.Env.PictureTTL).Unix()}
	if r.Install == nil && r.Role == graph.RoleNone && r.Space == store.SpacePSID {
		c.Space, c.Owner, c.Scoped = picture.PSID, int64(r.Owner), r.ID
	}
	return appendPicture(b, r, &c)
}

// pagePicture is the picture of a Page: its initials. Its URL has one form in all versions.
// [doc page picture; the form own]
func pagePicture(b []byte, r *schema.Row) []byte {
	if r.Page == nil {
		return b
	}
	return appendPicture(b, r, &picture.Claim{Space: picture.Page, Owner: int64(r.Page.ID), Scoped: r.Page.PublicID, Width: pictureWidth(r.Asked), Expires: r.Now.Add(r.Env.PictureTTL).Unix()})
}

// friendPicture is that of a friend who may not use the app; its URL has no ID of theirs
// and works as long as they are friends.
func friendPicture(b []byte, r *schema.Row) []byte {
	if r.Of == "" {
		return b
	}
	c := picture.Claim{Space: picture.Friend, Owner: int64(r.Person.ID), App: int64(r.Viewer.App.ID), Scoped: r.Of, Width: pictureWidth(r.Asked), Expires: r.Now.Add(r.Env.PictureTTL).Unix()}
	return append(appendPicture(append(b, `{"data":`...), r, &c), '}')
}

func appendPicture(b []byte, r *schema.Row, c *picture.Claim) []byte {
	if r.Version < v3_1 && c.Space != picture.Page {
		r.Scratch = r.Env.Pictures.AppendLegacy(r.Scratch[:0], r.Env.PictureBase, c)
	} else {
		r.Scratch = r.Env.Pictures.AppendModern(r.Scratch[:0], r.Env.PictureBase, c)
	}
	size := strconv.Itoa(c.Width)
	b = append(b, `{"height":`...)
	b = append(append(b, size...), `,"is_silhouette":`...)
	b = appendBool(b, r.Person != nil && r.Person.Picture == people.PictureNone)
	b = append(b, `,"url":`...)
	b = appendURL(b, r.Env.PictureBase, r.Scratch)
	b = append(b, `,"width":`...)
	return append(append(b, size...), '}')
}

// published is what friends and liked Pages put on their feeds.
func published() []schema.Way {
	feed := store.Edge("feed")
	return []schema.Way{{By: store.AssocFriend, Then: feed}, {By: store.Edge("likes"), Then: feed}}
}
