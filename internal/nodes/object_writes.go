package nodes

import (
	"context"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// deletable lets who a thing belongs to delete it, with the permission that makes
// one, and an app where callers says so.
func deletable(callers schema.Callers, need *schema.Need, n *schema.Node) *schema.Node {
	return writable([]schema.Operation{{Method: "DELETE", Action: schema.Deleting, Callers: callers, Need: need, Returns: []string{success}, Do: deleteThing, Mark: "[spec v3.3]"}}, n)
}

// discussed lets people comment on a thing and like it.
func discussed(n *schema.Node) *schema.Node {
	publish := needs(graph.PublishActions)
	return liked(writable([]schema.Operation{{Method: "POST", Edge: "comments", Action: schema.Creating, Reread: true, Callers: schema.ByPerson, Need: publish, Others: true,
		Params: []schema.Param{must(text("message"))}, Returns: []string{"struct{id: string}"}, Do: comment, Mark: "[doc comments]"}}, n))
}

// liked lets people like a thing.
func liked(n *schema.Node) *schema.Node {
	publish := needs(graph.PublishActions)
	return writable([]schema.Operation{
		{Method: "POST", Edge: "likes", Action: schema.Creating, Reread: true, Callers: schema.ByPerson, Need: publish, Others: true, Returns: []string{success}, Do: like, Mark: "[doc likes]"},
		{Method: "DELETE", Edge: "likes", Action: schema.Deleting, Callers: schema.ByPerson, Need: publish, Others: true, Returns: []string{success}, Do: unlike, Mark: "[doc likes]"},
	}, n)
}

// ended says of an operation that it ended with the changelog of 30 April 2019.
func ended(method, edge string, n *schema.Node) *schema.Node {
	for i := range n.Operations {
		if o := &n.Operations[i]; o.Method == method && o.Edge == edge {
			o.Gone = july2019
		}
	}
	return n
}

// spanned says in which versions an edge is written to.
func spanned(edge string, span schema.Span, n *schema.Node) *schema.Node {
	for i := range n.Operations {
		if o := &n.Operations[i]; o.Edge == edge {
			o.Span = span
		}
	}
	return n
}

// deleteThing removes a thing with what people said about it. What another app
// made, this one does not delete. [doc post; answer guess]
func deleteThing(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	if err := mayDelete(c); err != nil {
		return done, err
	}
	return done, remove(ctx, c, c.ID)
}

func mayDelete(c *schema.Call) error {
	if t := c.Row.Thing; len(t.Parts.Refs("application")) > 0 && !madeBy(t, c.Viewer.App.ID) {
		return graph.ErrPermissions
	}
	return nil
}

// photosAtOnce is how many photos of an album one transaction removes.
const photosAtOnce = 50

// deleteAlbum removes an album, after the photos in it. [that they go too guess]
func deleteAlbum(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	if err := mayDelete(c); err != nil {
		return done, err
	}
	photos, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: store.Edge("album.photos"), All: true, Limit: photosAtOnce})
	if err != nil {
		return done, err
	}
	for i := range photos {
		if err := remove(ctx, c, photos[i].ID); err != nil {
			return done, err
		}
	}
	if len(photos) == photosAtOnce {
		return schema.Answer{More: true}, nil
	}
	return done, remove(ctx, c, c.ID)
}

// remove takes a thing away, after the comments on it.
func remove(ctx context.Context, c *schema.Call, id store.ID) error {
	const page = 500
	for {
		list, err := c.Tx.Range(ctx, store.Range{From: id, Kind: store.Edge("object.comments"), All: true, Limit: page})
		if err != nil {
			return err
		}
		gone := make([]store.ID, len(list))
		for i := range list {
			gone[i] = list[i].ID
		}
		if len(gone) > 0 {
			if err := c.Tx.Purge(ctx, gone...); err != nil {
				return err
			}
		}
		if len(list) < page {
			return c.Tx.Purge(ctx, id)
		}
	}
}

// comment says something about a thing; it belongs to who said it.
func comment(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	who := c.Viewer.Person
	rec, err := c.Tx.Get(ctx, who)
	if err != nil || rec == nil {
		return schema.Answer{}, orBad(err)
	}
	p, ok := rec.Value.(*people.Person)
	if !ok {
		return schema.Answer{}, graph.ErrBadParam
	}
	m := making{node: "Comment", owner: who, edge: store.Edge("object.comments"), on: c.ID, seed: p.Handle}
	m.say("message", quote(c.Args.Text("message")))
	m.refer("from", who)
	id, err := create(ctx, c, m)
	return schema.Answer{Created: id}, err
}

func like(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	pair := store.Pair{From: c.ID, Kind: store.Edge("object.likes"), To: c.Viewer.Person}
	if had, err := c.Tx.Pair(ctx, pair.From, pair.Kind, pair.To); err != nil || had != nil {
		return done, err
	}
	return done, c.Tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: c.Micros()})
}

func unlike(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	return done, c.Tx.Unlink(ctx, store.Pair{From: c.ID, Kind: store.Edge("object.likes"), To: c.Viewer.Person})
}

// dropScore takes the score of the person in the app away. [doc games scores]
func dropScore(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	id, err := scoreIn(ctx, c)
	if err != nil || id == 0 {
		return done, err
	}
	return done, c.Tx.Purge(ctx, id)
}

// albumOperations put photos into an album, and remove it.
func albumOperations() []schema.Operation {
	publish := needs(graph.PublishActions)
	return []schema.Operation{
		{Method: "POST", Edge: "photos", Action: schema.Creating, Reread: true, Callers: schema.ByPerson, Need: publish,
			Params: photoParams(), Returns: []string{"struct{id: string}"}, Do: addPhoto, Mark: "[doc album photos]"},
		{Method: "DELETE", Action: schema.Deleting, Callers: schema.ByPerson, Need: publish, Returns: []string{success}, Do: deleteAlbum, Mark: "[guess]"},
	}
}

func photoParams() []schema.Param {
	for _, p := range publications() {
		if p.edge == "photos" {
			return p.params
		}
	}
	return nil
}

// addPhoto makes a photo of the album's owner, on their photos and in the album.
func addPhoto(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	t := c.Row.Thing
	for _, p := range publications() {
		if p.edge != "photos" {
			continue
		}
		m := making{node: p.node, owner: t.Owner, edge: store.Edge("photos"), on: t.Owner, seed: t.Handle, parts: p.fields(c.Args)}
		m.refer("from", t.Owner)
		m.refer("application", c.Viewer.App.ID)
		m.refer("album", c.ID)
		if err := newPhoto(ctx, c, &m); err != nil {
			return schema.Answer{}, err
		}
		id, err := create(ctx, c, m)
		if err != nil {
			return schema.Answer{}, err
		}
		photo, err := c.Tx.Resolve(ctx, store.SpaceNode, id)
		if err != nil {
			return schema.Answer{}, err
		}
		return schema.Answer{Created: id}, c.Tx.Link(ctx, store.Assoc{From: c.ID, Kind: store.Edge("album.photos"), To: photo, Time: c.Micros()})
	}
	return schema.Answer{}, graph.ErrBadParam
}
