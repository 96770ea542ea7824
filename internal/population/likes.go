package population

import "slices"

// likes are the Pages a person likes: those of their life, then what is popular,
// a few of it by everybody. What is music, a film, a book, a series or a game
// shows on an edge of its own too.
func (p *Population) likes(t *town, m *member, c *career) []Edge {
	of := Ref{Person, int64(m.i)}
	d := p.dice(ofLikes, int64(m.i))
	var liked []int
	add := func(n int) {
		if !slices.Contains(liked, n) {
			liked = append(liked, n)
		}
	}
	for _, n := range c.pages {
		if d.happens(50) {
			add(n)
		}
	}
	for k := range townPages {
		if d.happens(35) {
			add(p.townPage(t, k))
		}
	}
	for want := len(liked) + d.tail(3, 1.4, 60); len(liked) < want && want > 0; want-- {
		add(p.popular(&d))
	}
	likes := Edge{Of: of, Name: "likes"}
	fun := map[string]*Edge{}
	for _, n := range liked {
		it := Item{To: Ref{Page, int64(n)}, At: p.lately(&d, m, 6*365)}
		likes.Items = append(likes.Items, it)
		if edge := p.pastimeOf(n); edge != "" {
			if fun[edge] == nil {
				fun[edge] = &Edge{Of: of, Name: edge}
			}
			fun[edge].Items = append(fun[edge].Items, it)
		}
	}
	var list []Edge
	if len(likes.Items) > 0 {
		list = append(list, likes)
	}
	for _, f := range pastimes() {
		if e := fun[f.edge]; e != nil {
			list = append(list, *e)
		}
	}
	return list
}

// popular draws a Page that no town has; the square of a throw makes the first
// ones of the list the favourites.
func (p *Population) popular(d *dice) int {
	if d.happens(15) {
		return d.below(messagingPages)
	}
	n := len(p.fixed) - p.first.fun
	s := d.share()
	// Favourites lie in all pastimes, not only in the first.
	return p.first.fun + int(uint64(s*s*float64(n))*7%uint64(n))
}

// pastimeOf is the edge of its own on which a liked Page shows, empty for none.
func (p *Population) pastimeOf(n int) string {
	n -= p.first.fun
	if n < 0 {
		return ""
	}
	for _, f := range pastimes() {
		if n < len(f.names) {
			if f.edge == "team" {
				return ""
			}
			return f.edge
		}
		n -= len(f.names)
	}
	return ""
}
