package population

// voices are the posts of Pages: the first of a town writes for those of the
// town, and the very first of all for those that no town has.
func (w *made) voices() {
	t := w.town()
	for _, k := range []int{townSchool, townFirm, townCafe} {
		w.voice(w.p.townPage(t, k), w.d.between(1, 3))
	}
	if t.n == 0 {
		for n := range w.p.fixed {
			w.voice(n, w.d.between(1, 4))
		}
	}
}

func (w *made) voice(page, posts int) {
	of, texts := Ref{Page, int64(page)}, []string{"We are open on Sunday.", "Thank you for ten years!", "New in this week.", "Come and see us.", "We are looking for help."}
	for range posts {
		at := w.moment(365)
		post := w.thing("Post", of, at, refers("from", of), text("message", pick(&w.d, texts)), text("status_type", "mobile_status_update"), text("type", "status"))
		w.link(of, "feed", Item{To: post, At: at * 1e6})
	}
}
