package consent

import (
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A State is where a contact stands for one app under one edition.
type State uint8

const (
	None State = iota
	Granted
	Revoked
	Blocked
	Erased
	states
)

var stateNames = [states]string{"NONE", "GRANTED", "REVOKED", "BLOCKED", "ERASED"}

// String is the name used in the truth table and by commands.
func (s State) String() string { return stateNames[min(s, states-1)] }

// A Verdict is whether the profile may be read now, and why.
type Verdict struct {
	Allowed bool
	State   State
	Detail  journal.Detail // why not; NoDetail when allowed
	Event   Event          // what granted or withheld it; NoEvent when nothing has happened
	Since   int64          // when that was, unix microseconds
	Window  bool           // the Page may send at this moment
}

// Decide draws the verdict for an app and an edition at now, unix
// microseconds. It is pure. A nil contact is a stranger's. Accounts that have
// no profile whatever they consent to (PhoneOnly, ReviewBot, people of
// Instant Games Pages) are rungs of the caller's, before this one.
func Decide(c *Contact, app store.ID, kind people.Account, ed Edition, k Knobs, now int64) Verdict {
	if c == nil {
		c = &Contact{}
	}
	if ed >= editions {
		return Verdict{Detail: journal.NeverGranted}
	}
	by, revoked := c.stamps(app, ed)
	v := Verdict{Window: c.WindowOpen(now)}
	switch {
	case by.Seq > revoked.Seq:
		v.State, v.Allowed, v.Event, v.Since = Granted, true, by.Event, by.At
	case revoked.Event != NoEvent:
		v.State, v.Event, v.Since = Revoked, revoked.Event, revoked.At
		if v.Detail = journal.Revoked; revoked.Event == DataDeletionRequest {
			v.Detail = journal.DataDeleted
		}
	case c.Granted(app) != 0:
		v.Detail = journal.OtherEdition
	case c.PageFirst:
		v.Detail, v.Event = journal.PageWroteFirst, c.Origin.Event
	default:
		v.Detail = journal.NeverGranted
	}
	return c.mask(v, kind, ed == Instagram, k)
}

// mask lays over a verdict what withholds the profile without touching grants.
func (c *Contact) mask(v Verdict, kind people.Account, instagram bool, k Knobs) Verdict {
	switch {
	case c.Erased:
		v.State = Erased
	case c.Blocked.On:
		v.State, v.Event, v.Since = Blocked, Block, c.Blocked.At
	case c.MessagesOff.On:
		v.State, v.Event, v.Since = Blocked, TurnOffMessages, c.MessagesOff.At
	}
	d := c.withheld(instagram, k)
	switch {
	case d != journal.NoDetail:
	case kind == people.Deactivated:
		d = journal.Deactivated
	case kind == people.Guest:
		d = journal.GuestChat
	}
	if d != journal.NoDetail {
		v.Allowed, v.Detail = false, d
	}
	return v
}

// withheld says what keeps every app from the profile, whatever is granted.
// Who blocks an Instagram business is never visible to it; what a block of a
// Page does is a knob. [doc Instagram user-profile 2026; guess]
func (c *Contact) withheld(instagram bool, k Knobs) journal.Detail {
	switch {
	case c.Erased:
		return journal.Erased
	case c.Deactivated.On:
		return journal.Deactivated
	case c.Guest:
		return journal.GuestChat
	case c.Blocked.On && (instagram || k.BlockWithdraws):
		return journal.BlockedPage
	case c.MessagesOff.On && k.BlockWithdraws:
		return journal.MessagesOff
	}
	return journal.NoDetail
}
