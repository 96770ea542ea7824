package consent

import (
	"hash/fnv"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/store"
)

// An Input is an event about to be applied to a contact.
type Input struct {
	Event     Event
	Instagram bool // the contact is with an Instagram account
	// App is the asking app of AskPermission and the app a Revoke or
	// DataDeletionRequest is about; zero means every app there.
	App store.ID
	// Apps are those of the Page or account. A conversation grants to each.
	Apps []store.ID
	At   int64 // unix microseconds
	// Seq orders events that may arrive out of order; zero means after
	// everything so far.
	Seq int64
	// Mid is the message ID, if there is one. A second event with the same
	// changes nothing, unless it withdraws.
	Mid        string
	AdReferral AdReferral // of a conversation ad or a message from one
}

// A Result says what became of an Input.
type Result uint8

const (
	Applied   Result = iota
	Duplicate        // its message ID was seen before
	Foreign          // such an event does not happen here
	Dead             // the person was erased
)

// A Change is what an event did. Gained and Lost count what an app may read,
// blocks considered: developers see here when access came and went, because no
// webhook tells.
type Change struct {
	Result       Result
	Seq          int64
	Revealed     bool // the scoped ID was not known before
	Gained, Lost []Access
}

// Access is the profile for an app under some editions.
type Access struct {
	App      store.ID
	Editions Editions
}

// MaxSeq is the highest sequence number an event may name. Far below what a
// number can hold, so that there is always one after it: a withdrawal can never
// run out of numbers.
const MaxSeq = 1 << 53

const (
	dayMicros = int64(24 * time.Hour / time.Microsecond)
	maxSeen   = 8 // message IDs remembered
)

// Apply returns the contact after an event and what that changed; c stays as
// it is. It is pure.
func Apply(c Contact, in Input, k Knobs) (Contact, Change) {
	switch {
	case !in.Event.On(in.Instagram):
		return c, Change{Result: Foreign}
	case c.Erased:
		return c, Change{Result: Dead}
	}
	r := &table[in.Event]
	hash := hashMid(in.Mid)
	if in.Mid != "" && r.does&takes == 0 && slices.Contains(c.seen, hash) {
		return c, Change{Result: Duplicate}
	}
	before := c
	c.Grants, c.seen = slices.Clone(c.Grants), slices.Clone(c.seen)
	st := Stamp{Event: in.Event, At: in.At, Seq: min(in.Seq, MaxSeq)}
	if st.Seq <= 0 {
		st.Seq = c.Seq + 1
	}
	c.Seq = max(c.Seq, st.Seq)
	if in.Mid != "" {
		c.remember(hash)
	}
	if c.Origin.Event == NoEvent {
		c.Origin = st
	}
	if r.does&erases != 0 {
		c = Contact{Erased: true, Seq: c.Seq} // not even what a newer kith wrote
	} else {
		c.grantAll(r, in, st, k)
		c.withdraw(r, in, st)
		c.flags(r, in)
		c.switches(r, st)
		c.shut(r, st)
	}
	return c, change(&before, &c, in, st.Seq, k)
}

// grantAll stamps every edition in which the event grants, for every app it
// grants to.
func (c *Contact) grantAll(r *row, in Input, st Stamp, k Knobs) {
	from, to := E2016, E2026
	if in.Instagram {
		from, to = Instagram, Instagram
	}
	for ed := from; ed <= to; ed++ {
		if c.Guest || !c.grants(r.grants[ed], k) {
			continue
		}
		if r.does&asker == 0 || in.App == 0 {
			for _, app := range in.Apps {
				c.own(app).stamp(ed, st)
			}
		}
		if in.App != 0 {
			c.own(in.App).stamp(ed, st)
		}
	}
}

func (g *Grant) stamp(ed Edition, st Stamp) { g.By[ed] = g.By[ed].later(st) }

// grants reads a letter of the table.
func (c *Contact) grants(letter byte, k Knobs) bool {
	switch letter {
	case yes:
		return true
	case asReply:
		return c.PageFirst
	case newThread:
		return !c.Thread
	case byKnob:
		return k.SendToMessenger2018
	}
	return false
}

// own finds the grant of an app, or begins one.
func (c *Contact) own(app store.ID) *Grant {
	if g := c.grant(app); g != nil {
		return g
	}
	c.Grants = append(c.Grants, Grant{App: app})
	return &c.Grants[len(c.Grants)-1]
}

func (c *Contact) withdraw(r *row, in Input, st Stamp) {
	switch {
	case r.does&withdraws == 0:
	case in.App == 0:
		c.Revoked = c.Revoked.later(st)
	default:
		g := c.own(in.App)
		g.Revoked = g.Revoked.later(st)
	}
}

// flags applies what is neither a grant nor ordered by number: each of these
// goes one way only, or explains more than it decides.
func (c *Contact) flags(r *row, in Input) {
	set := func(to *bool, on effect) { *to = *to || r.does&on != 0 }
	switch {
	case in.Event == ChatPlugin: // who logs in is no guest any more
		c.Guest = false
	case !c.PSIDKnown: // nor is one who was known before
		set(&c.Guest, guest)
	}
	set(&c.PSIDKnown, reveals)
	set(&c.Thread, thread)
	set(&c.PageFirst, first)
	if r.does&answers != 0 {
		c.PageFirst = false
	}
	switch {
	case r.does&week != 0, r.does&day != 0 && in.AdReferral != (AdReferral{}): // [doc policy 2026: the first message after an ad]
		c.WindowUntil = max(c.WindowUntil, in.At+7*dayMicros)
	case r.does&day != 0:
		c.WindowUntil = max(c.WindowUntil, in.At+dayMicros)
	}
	if in.AdReferral != (AdReferral{}) {
		c.AdReferral = in.AdReferral
	}
}

func (c *Contact) switches(r *row, st Stamp) {
	for _, s := range [...]struct {
		to      *Switch
		on, off effect
	}{
		{&c.Blocked, blocks, unblocks},
		{&c.MessagesOff, mutes, unmutes},
		{&c.PageBanned, bans, unbans},
		{&c.Deactivated, deactivates, reactivates},
	} {
		if r.does&(s.on|s.off) != 0 && st.Seq > s.to.Seq {
			*s.to = Switch{On: r.does&s.on != 0, At: st.At, Seq: st.Seq}
		}
	}
}

// shut notes that the person put the conversation away, and that they came back to
// it. What arrives late puts nothing away: something happened since.
func (c *Contact) shut(r *row, st Stamp) {
	switch {
	case r.does&shuts != 0 && st.Seq == c.Seq:
		c.Shut = st
	case r.does&thread != 0 && st.Seq > c.Shut.Seq:
		c.Shut = Stamp{}
	}
}

// remember keeps the latest message IDs, as hashes.
func (c *Contact) remember(hash uint64) {
	c.seen = append(c.seen, hash)
	if n := len(c.seen) - maxSeen; n > 0 {
		c.seen = slices.Delete(c.seen, 0, n)
	}
}

func hashMid(mid string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(mid)) // a hash never fails
	return h.Sum64()
}

// change compares what every app could read before with what it can now.
func change(before, after *Contact, in Input, seq int64, k Knobs) Change {
	ch := Change{Seq: seq, Revealed: after.PSIDKnown && !before.PSIDKnown}
	grants := after.Grants
	if after.Erased {
		grants = before.Grants
	}
	for i := range grants {
		app := grants[i].App
		was, is := before.readable(app, in.Instagram, k), after.readable(app, in.Instagram, k)
		if gained := is &^ was; gained != 0 {
			ch.Gained = append(ch.Gained, Access{app, gained})
		}
		if lost := was &^ is; lost != 0 {
			ch.Lost = append(ch.Lost, Access{app, lost})
		}
	}
	return ch
}

func (c *Contact) readable(app store.ID, instagram bool, k Knobs) Editions {
	if c.withheld(instagram, k) != 0 {
		return 0
	}
	return c.Granted(app)
}
