package population

// told is what a person is told and asked: notifications, requests of people who
// would be friends, and mail.
func (w *made) told() {
	self := w.self()
	if pal, ok := w.pal(); ok && w.d.happens(50) {
		at := w.moment(20)
		parts := []Part{refers("from", pal), text("link", "https://circle.example/n"), text("title", "Somebody liked your photo."), refers("to", self)}
		if w.d.happens(60) {
			parts = append(parts, flag("unread"))
		}
		note := w.thing("Notification", self, at, parts...)
		w.link(self, "notifications", Item{To: note, At: at * 1e6})
	}
	if who, ok := w.other(); ok && w.d.happens(12) {
		at := w.moment(60)
		asks := w.thing("FriendRequest", self, at, refers("from", who), text("message", "We met the other day."), refers("to", self), flag("unread"))
		w.link(self, "friendrequests", Item{To: asks, At: at * 1e6})
	}
	if who, ok := w.other(); ok && w.d.happens(15) {
		w.link(self, "subscribedto", Item{To: who, At: w.p.lately(&w.d, w.m, 3*365)})
	}
	if pal, ok := w.pal(); ok && w.d.happens(35) {
		w.mail(pal)
	}
}

// mail is a thread in the inbox or among what was sent, and for some the same as
// a conversation.
func (w *made) mail(with Ref) {
	self, at, said := w.self(), w.moment(365), pick(&w.d, remarks())
	box, unread := "inbox", int64(w.d.below(2))
	if w.d.happens(40) {
		box, unread = "outbox", 0
	}
	thread := w.thing("LegacyThread", self, at, Part{Name: "comments", Text: `[{"message":` + quoted(said) + `}]`},
		Part{Name: "to", Refs: []Ref{self, with}, List: true}, count("unread", unread), count("unseen", unread), count("updated_time", at))
	w.link(self, box, Item{To: thread, At: at * 1e6})
	if w.d.happens(40) {
		talk := w.thing("Conversation", self, at, count("message_count", int64(w.d.between(1, 40))), text("snippet", said), count("unread_count", unread), count("updated_time", at))
		w.link(self, "conversations", Item{To: talk, At: at * 1e6})
		w.link(self, "threads", Item{To: talk, At: at * 1e6})
	}
}

// about is what a person says of where they were, asks, collects and broadcasts.
func (w *made) about() {
	self, place := w.self(), Ref{Thing, w.town().shared(townPlace)}
	if w.d.happens(12) {
		at := w.moment(3 * 365)
		post := w.thing("Post", self, at, refers("from", self), text("message", "Here again."), refers("place", place), text("type", "checkin"))
		w.link(self, "checkins", Item{To: post, At: at * 1e6})
		tag := w.thing("LocationTag", self, at, refers("from", self), refers("place", place), text("type", "checkin"))
		w.link(self, "locations", Item{To: tag, At: at * 1e6})
	}
	if w.d.happens(6) {
		at := w.moment(8 * 365)
		asked := w.thing("Question", self, at, refers("from", self), Part{Name: "options", Text: `[{"name":"Yes"},{"name":"No"}]`},
			text("question", pick(&w.d, []string{"Does it rain tomorrow?", "Is the market open on Sunday?", "Tea or coffee?"})))
		w.link(self, "questions", Item{To: asked, At: at * 1e6})
	}
	if w.d.happens(5) {
		at := w.moment(365)
		list := w.thing("CuratedCollection", self, at, text("name", pick(&w.d, []string{"To read", "To cook", "For later"})))
		w.link(self, "curated_collections", Item{To: list, At: at * 1e6})
	}
	if w.d.happens(6) {
		at := w.moment(3 * 365)
		filter := w.thing("StreamFilter", self, at, text("filter_key", "nf"), text("name", "News Feed"), text("type", "newsfeed"))
		w.link(self, "stream_filters", Item{To: filter, At: at * 1e6})
	}
	if w.d.happens(5) {
		at := w.moment(365)
		live := w.thing("LiveVideo", self, at, text("description", "Live from "+w.town().name), refers("from", self), text("status", "VOD"), text("title", "Live"))
		w.link(self, "live_videos", Item{To: live, At: at * 1e6})
		w.link(self, "video_broadcasts", Item{To: live, At: at * 1e6})
	}
}

// tools are what people leave who try the Graph themselves.
func (w *made) tools() {
	if w.m.i != w.town().begin && !w.d.happens(3) {
		return
	}
	self, at := w.self(), w.moment(365)
	asked := []Part{text("api_version", "v2.10"), text("graph_path", pick(&w.d, []string{"/me", "/me/albums", "/me/likes"})), text("http_method", "GET")}
	once := w.thing("RequestHistory", self, at, asked...)
	w.link(self, "request_history", Item{To: once, At: at * 1e6})
	kept := w.thing("FavoriteRequest", self, at, append(asked[:3:3], text("description", "What I ask most"))...)
	w.link(self, "favorite_requests", Item{To: kept, At: at * 1e6})
}
