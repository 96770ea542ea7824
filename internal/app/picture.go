package app

import (
	"context"
	"strings"

	"github.com/maypok86/otter/v2"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/store"
)

// pictures serves what picture URLs lead to. The gate runs again for every
// fetch; only finished JPEGs are kept for a while.
type pictures struct {
	g    *Graph
	done *otter.Cache[pictureKey, []byte]
}

type pictureKey struct {
	space   uint8 // a person may have other pictures on Instagram
	person  store.ID
	version int64
	width   int
}

// keptPictures bounds the JPEGs in memory; one is some 30 KB.
const keptPictures = 128

func newPictures(g *Graph) *pictures {
	return &pictures{g: g, done: otter.Must(&otter.Options[pictureKey, []byte]{MaximumSize: keptPictures})}
}

func picturePath(target string) bool {
	return strings.HasPrefix(target, "/platform/profilepic/") || strings.HasPrefix(target, "/v/t1.0-1/")
}

// serve answers a picture URL: the JPEG, 403 "URL signature expired" once it is
// too old or no longer allowed, and nothing for any other text. [seen I30]
func (p *pictures) serve(ctx context.Context, in *graph.In, out *graph.Out) {
	path, query, _ := strings.Cut(in.Target, "?")
	link, ok := picture.ParseURL(path, query)
	if ok {
		if claim, genuine := p.g.env.Pictures.Verify(&link); genuine {
			p.answer(ctx, &claim, out)
			return
		}
	}
	plainText(out, 404, "Not found")
}

func (p *pictures) answer(ctx context.Context, c *picture.Claim, out *graph.Out) {
	now := p.g.Clock.Now()
	if now.Unix() >= c.Expires {
		plainText(out, 403, "URL signature expired")
		return
	}
	person, allowed, err := p.g.Engine.Picture(ctx, c, now)
	if err != nil {
		p.g.set.Log.Error("picture failed", "err", err)
		plainText(out, 503, "Service temporarily unavailable")
		return
	}
	if !allowed {
		// Withdrawn consent answers like age. [guess]
		plainText(out, 403, "URL signature expired")
		return
	}
	jpg, err := p.render(ctx, person, c)
	if err != nil {
		p.g.set.Log.Error("picture failed", "err", err)
		plainText(out, 503, "Service temporarily unavailable")
		return
	}
	out.Status, out.Body = 200, append(out.Body[:0], jpg...)
	out.Header = append(out.Header,
		graph.HeaderPair{Name: "Content-Type", Value: "image/jpeg"},
		graph.HeaderPair{Name: "Content-Disposition", Value: `inline; filename="` + c.Scoped + `_n.jpg"`},
		// Nobody keeps it: consent may be withdrawn before the URL expires. [guess]
		graph.HeaderPair{Name: "Cache-Control", Value: "private, no-store"},
		graph.HeaderPair{Name: "X-Content-Type-Options", Value: "nosniff"},
		graph.HeaderPair{Name: "Access-Control-Allow-Origin", Value: "*"})
}

// render draws a picture once, however many ask for it together.
func (p *pictures) render(ctx context.Context, person *people.Person, c *picture.Claim) ([]byte, error) {
	key := pictureKey{c.Space, person.ID, person.Version, c.Width}
	return p.done.Get(ctx, key, otter.LoaderFunc[pictureKey, []byte](func(ctx context.Context, _ pictureKey) ([]byte, error) {
		return p.draw(ctx, person, c)
	}))
}

func (p *pictures) draw(ctx context.Context, person *people.Person, c *picture.Claim) ([]byte, error) {
	if person.Picture == people.PictureNone && c.Space >= picture.ASID {
		return picture.Avatar(0, "", c.Width), nil // a silhouette, the same for everyone
	}
	if person.Picture != people.PictureStored || c.Space == picture.IGSID {
		return picture.Avatar(person.Seed, person.Initials(), c.Width), nil
	}
	var stored []byte
	err := p.g.DB.Snapshot(ctx, func(r *store.Reader) error {
		rec, err := r.Get(ctx, person.PictureID)
		if err == nil && rec != nil {
			stored, _ = rec.Value.([]byte)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return picture.Resize(stored, c.Width)
}

func plainText(out *graph.Out, status int, text string) {
	out.Status, out.Body = status, append(out.Body[:0], text...)
	out.Header = append(out.Header,
		graph.HeaderPair{Name: "Content-Type", Value: "text/plain; charset=UTF-8"},
		graph.HeaderPair{Name: "Cache-Control", Value: "no-store"},
		graph.HeaderPair{Name: "X-Content-Type-Options", Value: "nosniff"})
}
