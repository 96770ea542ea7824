package consent

import (
	"github.com/kithgraph/kith/internal/store"
)

// A Contact is a person's standing with one Page or Instagram account. It is
// a value: Apply returns a new one, and a stored one is never changed. The
// zero Contact is a stranger's.
type Contact struct {
	PSIDKnown   bool // the scoped ID was revealed
	Thread      bool // there is a conversation
	PageFirst   bool // opened by someone else, and the person has not replied
	Guest       bool // of the chat plugin
	Erased      bool // for ever; everything else is then zero but Seq
	Blocked     Switch
	MessagesOff Switch
	PageBanned  Switch
	Deactivated Switch
	Origin      Stamp      // the first event
	WindowUntil int64      // unix microseconds; of messaging, as if nothing blocked it
	AdReferral  AdReferral // of the latest conversation ad
	Shut        Stamp      // what shut the conversation on the person's side, if nothing opened it since
	Seq         int64      // highest sequence number applied
	Revoked     Stamp      // the latest withdrawal from every app
	Grants      []Grant    // by app, in the order the apps came

	seen    []uint64      // hashes of the latest message IDs, newest last
	unknown []store.Field // written by a newer kith, kept
}

// A Grant is what stands between the person and one app. For each edition it
// has the latest event that grants there; it stands if that came after the
// latest withdrawal.
type Grant struct {
	App     store.ID
	By      [editions]Stamp
	Revoked Stamp
}

// A Stamp is one event as it is remembered. Seq orders, At only informs,
// because the world's clock may go back.
type Stamp struct {
	Event Event
	At    int64 // unix microseconds
	Seq   int64
}

// later returns the one with the higher number.
func (s Stamp) later(t Stamp) Stamp {
	if t.Seq > s.Seq {
		return t
	}
	return s
}

// A Switch is on or off since an event.
type Switch struct {
	On      bool
	At, Seq int64
}

// AdReferral is the ad a person came from. [doc user-profile 2018]
type AdReferral struct {
	AdID, Source, Type string
}

// grant finds what stands for an app, or nil.
func (c *Contact) grant(app store.ID) *Grant {
	for i := range c.Grants {
		if c.Grants[i].App == app {
			return &c.Grants[i]
		}
	}
	return nil
}

// stamps returns the event that grants an app the profile under an edition,
// and the latest withdrawal from that app. The grant stands if its number is
// higher; when both have the same, the withdrawal wins.
func (c *Contact) stamps(app store.ID, ed Edition) (by, revoked Stamp) {
	revoked = c.Revoked
	if g := c.grant(app); g != nil {
		by, revoked = g.By[ed], revoked.later(g.Revoked)
	}
	return by, revoked
}

// Granted returns the editions under which a grant to app stands, whether or
// not something else withholds the profile.
func (c *Contact) Granted(app store.ID) Editions {
	var set Editions
	for ed := range editions {
		if by, revoked := c.stamps(app, ed); by.Seq > revoked.Seq {
			set |= 1 << ed
		}
	}
	return set
}

// WindowOpen says whether the Page may send at now, unix microseconds. The
// window's last microsecond counts.
func (c *Contact) WindowOpen(now int64) bool {
	return now <= c.WindowUntil && !c.Erased && !c.Blocked.On && !c.MessagesOff.On && !c.PageBanned.On && !c.Deactivated.On
}
