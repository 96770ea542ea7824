package control

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/kithgraph/kith/internal/world"
)

// edgeRoutes are things, which GET shows and DELETE removes, and the edges of every
// kind of node: POST puts an item on one, DELETE with "to" takes it off.
func (p *plane) edgeRoutes() map[string]route {
	routes := map[string]route{
		"/_/api/things/{of}":         on(http.MethodGet, p.thing).and(http.MethodDelete, p.removeThing),
		"/_/api/things/{of}/members": on(http.MethodGet, p.members),
	}
	for plural, kind := range map[string]string{"people": "person", "pages": "page", "apps": "app", "businesses": "business", "instagram": "instagram", "things": "thing"} {
		routes["/_/api/"+plural+"/{of}/edges/{edge}"] = on(http.MethodPost, p.link(kind)).and(http.MethodDelete, p.unlink(kind))
	}
	return routes
}

// link takes {"to":"bakery","at":"2017-03-01T10:00:00Z",...}; without "to" it
// makes a thing.
func (p *plane) link(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var item json.RawMessage
		err := read(r, &item)
		var done *world.Linked
		if err == nil {
			done, err = p.World.Link(r.Context(), kind, r.PathValue("of"), r.PathValue("edge"), item)
		}
		p.answer(w, done, err)
	}
}

func (p *plane) thing(w http.ResponseWriter, r *http.Request) {
	v, err := p.World.Thing(r.Context(), r.PathValue("of"))
	p.answer(w, v, err)
}

func (p *plane) removeThing(w http.ResponseWriter, r *http.Request) {
	v, err := p.World.RemoveThing(r.Context(), r.PathValue("of"))
	p.answer(w, v, err)
}

// members answers whom a custom audience means, page by page (?after=).
func (p *plane) members(w http.ResponseWriter, r *http.Request) {
	var after int64
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			p.fail(w, bad("take the number that next says", "after is %q", text))
			return
		}
		after = n
	}
	v, err := p.World.Audience(r.Context(), r.PathValue("of"), after)
	p.answer(w, v, err)
}

func (p *plane) unlink(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		done, err := p.World.Unlink(r.Context(), kind, r.PathValue("of"), r.PathValue("edge"), r.URL.Query().Get("to"))
		p.answer(w, done, err)
	}
}
