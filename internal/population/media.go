package population

import "time"

// made collects the things of one person, and edges.
type made struct {
	p     *Population
	m     *member
	d     dice
	next  int64
	pals  []Friend
	nodes []Node
	edges []Edge
}

func (w *made) self() Ref { return Ref{Person, int64(w.m.i)} }

// thing makes a thing of the person, or of a friend who says something here.
func (w *made) thing(typ string, owner Ref, created int64, parts ...Part) Ref {
	n := int64(w.m.i)*slots + w.next
	w.next++
	w.nodes = append(w.nodes, Node{N: n, Type: typ, Owner: owner, Created: created, Parts: parts})
	return Ref{Thing, n}
}

// link puts an item on an edge.
func (w *made) link(of Ref, edge string, it Item) {
	for i := len(w.edges) - 1; i >= 0; i-- {
		if e := &w.edges[i]; e.Of == of && e.Name == edge {
			e.Items = append(e.Items, it)
			return
		}
	}
	w.edges = append(w.edges, Edge{Of: of, Name: edge, Items: []Item{it}})
}

// moment is a second of the last years of the person.
func (w *made) moment(days int) int64 { return w.p.lately(&w.d, w.m, days) / 1e6 }

// talk lets friends like and comment what was made at a moment, once they are friends.
func (w *made) talk(about Ref, at int64, likes, comments int) {
	if len(w.pals) == 0 {
		return
	}
	from := w.d.below(len(w.pals))
	for k := range min(likes, len(w.pals)) {
		pal := w.pals[(from+k)%len(w.pals)]
		w.link(about, "object.likes", Item{To: Ref{Person, int64(pal.Person)}, At: w.later(max(at, pal.At/1e6))})
	}
	for k := range min(comments, len(w.pals)) {
		friend := w.pals[(from+k)%len(w.pals)]
		pal, said := Ref{Person, int64(friend.Person)}, w.later(max(at, friend.At/1e6))
		c := w.thing("Comment", pal, said/1e6, refers("from", pal), text("message", pick(&w.d, remarks())))
		w.link(about, "object.comments", Item{To: c, At: said})
	}
}

// later is a moment in microseconds between one in seconds and the clock.
func (w *made) later(at int64) int64 {
	room := max(w.p.now-at-1, 1)
	return at*1e6 + int64(w.d.next()%uint64(min(room, 3*86_400)*1e6)) + 1
}

func remarks() []string {
	return []string{"Lovely!", "Count me in.", "So true.", "Where was that?", "Congratulations!", "See you there.", "I have been saying this for years.", "Next time call me."}
}

// posts are what the person wrote.
func (w *made) posts() {
	texts := []string{"The market was full today.", "Finally home.", "Does anyone have a ladder?", "Rain again.", "New shoes, same puddles.",
		"Thank you all for the kind words.", "First swim of the year.", "The bakery on the corner is open again.", "Long day, good soup."}
	for range w.d.tail(1.4, 1.3, 40) - 1 {
		at := w.moment(3 * 365)
		post := w.thing("Post", w.self(), at, refers("from", w.self()), text("message", pick(&w.d, texts)), text("status_type", "mobile_status_update"), text("type", "status"))
		w.link(w.self(), "feed", Item{To: post, At: at * 1e6})
		w.talk(post, at, w.d.tail(1, 1.2, 30)-1, w.d.tail(1, 1.6, 6)-1)
	}
}

// albums have photos, of which some show on the person's own edge; a few people
// have made videos.
func (w *made) albums() {
	titles := []string{"Summer", "At home", "The mountains", "Birthday", "Mobile Uploads", "Weekend by the lake"}
	for range w.d.tail(1, 1.5, 5) - 1 + w.d.below(2) {
		at := w.moment(3 * 365)
		photos := w.d.tail(1, 1.3, 12)
		album := w.thing("Album", w.self(), at, count("count", int64(photos)), refers("from", w.self()), text("name", pick(&w.d, titles)), text("privacy", "everyone"), text("type", "normal"))
		w.link(w.self(), "albums", Item{To: album, At: at * 1e6})
		for k := range photos {
			taken := min(at+int64(k)*60, w.p.now-1)
			photo := w.thing("Photo", w.self(), taken, refers("album", album), refers("from", w.self()), count("height", 960), text("name", pick(&w.d, titles)), count("width", 1280))
			w.link(album, "album.photos", Item{To: photo, At: taken * 1e6})
			if k == 0 {
				w.link(w.self(), "photos", Item{To: photo, At: taken * 1e6})
				w.talk(photo, taken, w.d.tail(1, 1.2, 20)-1, w.d.below(2))
			}
		}
	}
	if w.d.happens(8) {
		at := w.moment(2 * 365)
		v := w.thing("Video", w.self(), at, text("description", pick(&w.d, titles)), refers("from", w.self()), Part{Name: "length", Text: "12.5"})
		w.link(w.self(), "videos", Item{To: v, At: at * 1e6})
	}
}

// lists are the friend lists of those who sort their friends.
func (w *made) lists() {
	if w.d.happens(20) {
		at := w.moment(4 * 365)
		l := w.thing("FriendList", w.self(), at, text("list_type", "close_friends"), text("name", "Close Friends"))
		w.link(w.self(), "friendlists", Item{To: l, At: at * 1e6})
	}
	if w.d.happens(15) {
		at := w.moment(2 * 365)
		n := w.thing("PlaceTag", w.self(), at, refers("place", Ref{Page, int64(w.p.townPage(w.town(), townCafe))}))
		w.link(w.self(), "tagged_places", Item{To: n, At: at * 1e6})
	}
}

func (w *made) town() *town {
	t := w.p.townOf(w.m.i)
	return &t
}

// stamp writes a moment as events have it.
func stamp(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05+0000") }
