package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// What many items of a page refer to is loaded once and shown with each of them;
// nodes of the answer are counted all the same, so that nesting cannot make a
// small world into a large answer.
func TestWhatIsMetAgainIsShownAndCounted(t *testing.T) {
	const photos = 60
	var w strings.Builder
	w.WriteString("apps: {game: {}}\npeople:\n  me:\n    first_name: Me\n    apps: {game: [public_profile, user_photos]}\n    albums:\n      - name: Summer\n        handle: summer\n        photos:\n")
	for i := range photos {
		fmt.Fprintf(&w, "          - {name: P%d, from: me, album: summer, at: 2017-07-01T12:%02d:00Z}\n", i, i)
	}
	l := openLab(t, Settings{}, w.String())
	ask := func(fields string) answer {
		return l.put(question{target: "/v2.10/me/albums?fields=" + url.QueryEscape(fields) + "&access_token=" + url.QueryEscape(l.ids.People["me"].Tokens["game"])})
	}
	a := ask("photos.limit(100){album{name},from{first_name}}")
	if got := strings.Count(a.body, `"name":"Summer"`); a.status != 200 || got != photos {
		t.Errorf("%d photos name their album, want %d: %d %.300s", got, photos, a.status, a.body)
	}
	if got := strings.Count(a.body, `"first_name":"Me"`); got != photos {
		t.Errorf("%d photos say whose they are, want %d", got, photos)
	}
	a = ask("photos.limit(100){album{photos.limit(100){album{photos.limit(100){id}}}}}")
	if a.status != 500 || !strings.Contains(a.body, "reduce the amount of data") {
		t.Errorf("%d nodes: %d %.300s", photos*photos*photos, a.status, a.body)
	}
}
