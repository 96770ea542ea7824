package population

// games are what apps and people leave on the edges for games: scores,
// achievements, requests and whom requests went to, and objects of the Open Graph.
func (w *made) games(installs []Install) {
	self, arcade := w.self(), Ref{App, appArcade}
	plays, shares := false, false
	for i := range installs {
		plays = plays || installs[i].App == appArcade
		shares = shares || installs[i].App == appSocial
	}
	if plays {
		at := w.moment(365)
		points := int64(w.d.tail(50, 0.9, 1_000_000))
		score := w.thing("Score", self, at, refers("application", arcade), count("score", points), text("type", "score"), refers("user", self))
		w.link(self, "scores", Item{To: score, At: at * 1e6})
		for k := range w.d.below(3) {
			at := w.moment(365)
			medal := w.thing("Achievement", self, at, refers("application", arcade), refers("from", self), count("importance", int64(k+1)),
				count("publish_time", at), text("type", "games.achieves"))
			w.link(self, "achievements", Item{To: medal, At: at * 1e6})
		}
	}
	if pal, ok := w.pal(); ok && (plays || w.d.happens(5)) {
		at := w.moment(30)
		asked := w.thing("AppRequest", self, at, refers("application", arcade), refers("from", pal), text("message", "Come and play with me."), refers("to", self))
		w.link(self, "apprequests", Item{To: asked, At: at * 1e6})
		if plays && w.d.happens(40) {
			at := w.moment(90)
			former := w.thing("AppRequestFormerRecipient", self, at, text("recipient_id", w.p.entryID(int(pal.N), 42)))
			w.link(self, "apprequestformerrecipients", Item{To: former, At: at * 1e6})
		}
	}
	if shares && w.d.happens(10) {
		at := w.moment(2 * 365)
		what := w.p.fixed[w.p.popular(&w.d)]
		object := w.thing("OpenGraphObject", self, at, text("site_name", "Circle"), text("title", what.name), text("type", "circle:favourite"))
		w.link(self, "objects", Item{To: object, At: at * 1e6})
	}
}

// pal is one of the friends whom the person found, false for none.
func (w *made) pal() (Ref, bool) {
	if len(w.pals) == 0 {
		return Ref{}, false
	}
	return Ref{Person, int64(w.pals[w.d.below(len(w.pals))].Person)}, true
}

// other is somebody before the person who is not among the friends whom they
// found, false where that cannot be said quickly.
func (w *made) other() (Ref, bool) {
	for range 4 {
		if w.m.i == 0 {
			break
		}
		n := w.d.below(w.m.i)
		known := n >= w.m.first
		for i := range w.pals {
			known = known || w.pals[i].Person == n
		}
		if !known {
			return Ref{Person, int64(n)}, true
		}
	}
	return Ref{}, false
}
