package messaging

import (
	"strconv"
	"strings"
)

// The inboxes in which people who run a Page or an account answer by hand have IDs
// as apps do. [doc handover protocol]
const (
	PageInbox      = "263902037430900"
	InstagramInbox = "1217981644879628"
)

// Bounds of control: how long it lasts while nothing is said, unix microseconds, and
// what may be asked for, in seconds. [doc conversation routing]
const (
	controlLasts = 24 * 3600 * 1_000_000
	MostControl  = 7 * 24 * 3600
)

const (
	partOwner      = "thread_owner"
	partOwnerUntil = "thread_owner_until"
)

// ControlOf is which app has control of a conversation, by its ID, and until when,
// unix microseconds: no app, where nobody took it or it lapsed. The texts are those of
// the two parts that say so.
func ControlOf(owner string, until, now int64) (app string, ends int64) {
	if app = strings.Trim(owner, `"`); app == "" || now > until {
		return "", 0
	}
	return app, until
}

// Owner is which app has control, empty for none. Whoever has it writes; the others
// are told on standby.
func (t *Thread) Owner(now int64) string {
	owner := ""
	if p := t.thing.Parts.Find(partOwner); p != nil {
		owner = p.Text
	}
	app, _ := ControlOf(owner, t.count(partOwnerUntil), now)
	return app
}

// Give hands control to an app until nothing was said for a day; to an empty one, to
// nobody.
func (t *Thread) Give(app string, now int64) {
	if app == "" {
		t.say(partOwner, "")
		t.say(partOwnerUntil, "")
		return
	}
	t.say(partOwner, quote(app))
	t.say(partOwnerUntil, strconv.FormatInt(now+controlLasts, 10))
}

// Keep lets whoever has control have it until then at least.
func (t *Thread) Keep(until int64) {
	if until > t.count(partOwnerUntil) {
		t.say(partOwnerUntil, strconv.FormatInt(until, 10))
	}
}

// stir renews control when something is said. [doc conversation routing: idle; that
// either side counts guess]
func (t *Thread) stir(now int64) {
	if t.Owner(now) != "" {
		t.Keep(now + controlLasts)
	}
}
