package consent

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

const other store.ID = 8

func both(e Event, app store.ID) Input {
	return Input{Event: e, App: app, Apps: []store.ID{bakery, other}, At: t0}
}

func play(c Contact, ins ...Input) Contact {
	for _, in := range ins {
		c, _ = Apply(c, in, DefaultKnobs())
	}
	return c
}

func verdicts(c Contact) string {
	s := ""
	for _, app := range []store.ID{bakery, other} {
		for ed := range editions {
			v := Decide(&c, app, people.Facebook, ed, DefaultKnobs(), t0)
			s += fmt.Sprint(v.State, v.Allowed, " ")
		}
	}
	return s
}

// TestScope says which apps an event reaches.
func TestScope(t *testing.T) {
	all, some := Editions(1<<E2016|1<<E2018|1<<E2026), Editions(1<<E2018|1<<E2026)
	tests := []struct {
		name       string
		ins        []Input
		mine, them Editions
	}{
		{"a conversation grants to every app of the Page", []Input{both(Message, 0)}, all, all},
		{"asking grants to who asked", []Input{both(AskPermission, bakery)}, some, 0},
		{"a message through an app not listed grants to it too", []Input{{Event: Message, App: bakery, Apps: []store.ID{other}}}, all, all},
		{"revoking one app leaves the other", []Input{both(Message, 0), both(Revoke, bakery)}, 0, all},
		{"revoking without an app means all", []Input{both(Message, 0), both(Revoke, 0)}, 0, 0},
		{"grants add up over events", []Input{both(WebPlugin, 0), both(AskPermission, bakery)}, all, 1 << E2016},
		{"the next message revives", []Input{both(Message, 0), both(Revoke, 0), both(Message, 0)}, all, all},
		{"what grants nothing revives nothing", []Input{both(Message, 0), both(Revoke, 0), both(Echo, 0), both(WebPlugin, 0)}, 1 << E2016, 1 << E2016},
		{"a button after the Page wrote first is a reply", []Input{both(CustomerMatching, 0), both(Postback, 0)}, all, all},
		{"a guest grants nothing", []Input{both(ChatPluginGuest, 0), both(Message, 0)}, 0, 0},
	}
	for _, tt := range tests {
		c := play(Contact{}, tt.ins...)
		if mine, them := c.Granted(bakery), c.Granted(other); mine != tt.mine || them != tt.them {
			t.Errorf("%s: %b and %b, want %b and %b", tt.name, mine, them, tt.mine, tt.them)
		}
	}
}

func TestChange(t *testing.T) {
	all := Editions(1<<E2016 | 1<<E2018 | 1<<E2026)
	known := play(Contact{}, both(Message, 0))
	tests := []struct {
		name string
		c    Contact
		in   Input
		want Change
	}{
		{"a first message", Contact{}, both(Message, bakery), Change{Seq: 1, Revealed: true, Gained: []Access{{bakery, all}, {other, all}}}},
		{"a second one", known, both(Message, 0), Change{Seq: 2}},
		{"a revocation", known, both(Revoke, other), Change{Seq: 2, Lost: []Access{{other, all}}}},
		{"a block", known, both(Block, 0), Change{Seq: 2, Lost: []Access{{bakery, all}, {other, all}}}},
		{"an unblock", play(known, both(Block, 0)), both(Unblock, 0), Change{Seq: 3, Gained: []Access{{bakery, all}, {other, all}}}},
		{"an erasure", known, both(Erase, 0), Change{Seq: 2, Lost: []Access{{bakery, all}, {other, all}}}},
		{"after an erasure", play(known, both(Erase, 0)), both(Message, 0), Change{Result: Dead}},
		{"an event of the other surface", known, both(Comment, 0), Change{Result: Foreign}},
		{"an event that does not exist", known, both(events, 0), Change{Result: Foreign}},
	}
	for _, tt := range tests {
		if _, got := Apply(tt.c, tt.in, DefaultKnobs()); cmp.Diff(tt.want, got) != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, cmp.Diff(tt.want, got))
		}
	}
}

// TestDuplicatesAndOrder is T-CON-17 and T-CON-14.
func TestDuplicatesAndOrder(t *testing.T) {
	msg := Input{Event: Message, Apps: []store.ID{bakery}, At: t0, Mid: "m_1"}
	c := play(Contact{}, msg, both(Revoke, 0))
	again, ch := Apply(c, msg, DefaultKnobs())
	if ch.Result != Duplicate || again.Granted(bakery) != 0 {
		t.Errorf("a message delivered again after the revocation: %+v, granted %b", ch, again.Granted(bakery))
	}
	late := Input{Event: Message, Apps: []store.ID{bakery}, At: t0, Seq: 4}
	if c := play(Contact{}, Input{Event: Revoke, Seq: 5}, late); c.Granted(bakery) != 0 {
		t.Error("a grant older than the revocation stands")
	}
	if c := play(Contact{}, Input{Event: Message, Apps: []store.ID{bakery}, Seq: 6}, Input{Event: Revoke, Seq: 5}); c.Granted(bakery) == 0 {
		t.Error("a revocation older than the grant takes it away")
	}
	back := play(Contact{}, both(Message, 0), Input{Event: Revoke, At: t0 - hour})
	if back.Granted(bakery) != 0 {
		t.Error("with the clock set back the revocation loses to the grant before it")
	}
}

// TestOrderDoesNotMatter applies numbered events in any order: what stands is
// decided by the numbers.
func TestOrderDoesNotMatter(t *testing.T) {
	kinds := []Event{Message, WebPlugin, AskPermission, AcceptRequest, Revoke, DataDeletionRequest, Block, Unblock, TurnOffMessages, TurnOnMessages, Deactivate, Reactivate}
	rapid.Check(t, func(t *rapid.T) {
		var ins []Input
		for i, e := range rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 12).Draw(t, "events") {
			in := both(e, rapid.SampledFrom([]store.ID{0, bakery, other}).Draw(t, "app"))
			in.Seq = int64(i + 1)
			ins = append(ins, in)
		}
		mixed := rapid.Permutation(ins).Draw(t, "order")
		if a, b := verdicts(play(Contact{}, ins...)), verdicts(play(Contact{}, mixed...)); a != b {
			t.Fatalf("in order  %s\nin another %s", a, b)
		}
	})
}

func TestApplyLeavesItsContactAlone(t *testing.T) {
	c := play(Contact{}, both(Message, 0))
	before := string(c.Encode())
	in := both(Revoke, bakery)
	in.Mid = "m_9"
	play(c, in, both(Message, 0), both(Erase, 0))
	if string(c.Encode()) != before {
		t.Error("Apply changed the contact it was given")
	}
}

func TestDecide(t *testing.T) {
	k := DefaultKnobs()
	keeps, refuses := k, k
	keeps.BlockWithdraws, refuses.SendToMessenger2018 = false, false
	tests := []struct {
		name      string
		instagram bool
		evs       []Event
		kind      people.Account
		ed        Edition
		k         Knobs
		want      Verdict
	}{
		{"a stranger", false, nil, people.Facebook, E2026, k, Verdict{Detail: journal.NeverGranted}},
		{"a message", false, []Event{Message}, people.Facebook, E2026, k, Verdict{Allowed: true, State: Granted, Event: Message, Since: t0, Window: true}},
		{"a guest account", false, []Event{Message}, people.Guest, E2026, k, Verdict{State: Granted, Detail: journal.GuestChat, Event: Message, Since: t0, Window: true}},
		{"a deactivated account", false, []Event{Message}, people.Deactivated, E2026, k, Verdict{State: Granted, Detail: journal.Deactivated, Event: Message, Since: t0, Window: true}},
		{"a plugin of 2016 read in 2026", false, []Event{WebPlugin}, people.Facebook, E2026, k, Verdict{Detail: journal.OtherEdition, Window: true}},
		{"the Page wrote first", false, []Event{PageFirst}, people.Facebook, E2018, k, Verdict{Detail: journal.PageWroteFirst, Event: PageFirst}},
		{"data deleted", false, []Event{Message, DataDeletionRequest}, people.Facebook, E2018, k, Verdict{State: Revoked, Detail: journal.DataDeleted, Event: DataDeletionRequest, Since: t0 + hour, Window: true}},
		{"blocked", false, []Event{Message, Block}, people.Facebook, E2018, k, Verdict{State: Blocked, Detail: journal.BlockedPage, Event: Block, Since: t0 + hour}},
		{"blocked, the knob keeps", false, []Event{Message, Block}, people.Facebook, E2018, keeps, Verdict{Allowed: true, State: Blocked, Event: Block, Since: t0 + hour}},
		{"messages off, the knob keeps", false, []Event{Message, TurnOffMessages}, people.Facebook, E2018, keeps, Verdict{Allowed: true, State: Blocked, Event: TurnOffMessages, Since: t0 + hour}},
		{"Instagram knows no such knob", true, []Event{Message, Block}, people.Facebook, Instagram, keeps, Verdict{State: Blocked, Detail: journal.BlockedPage, Event: Block, Since: t0 + hour}},
		{"banned by the Page", false, []Event{Message, PageBan}, people.Facebook, E2026, k, Verdict{Allowed: true, State: Granted, Event: Message, Since: t0}},
		{"Send to Messenger in 2018", false, []Event{SendToMessenger}, people.Facebook, E2018, k, Verdict{Allowed: true, State: Granted, Event: SendToMessenger, Since: t0, Window: true}},
		{"Send to Messenger in 2018, the knob refuses", false, []Event{SendToMessenger}, people.Facebook, E2018, refuses, Verdict{Detail: journal.OtherEdition, Window: true}},
		{"an edition that does not exist", false, []Event{Message}, people.Facebook, editions, k, Verdict{Detail: journal.NeverGranted}},
	}
	for _, tt := range tests {
		c := happen(tt.instagram, tt.k, tt.evs...)
		got := Decide(&c, bakery, tt.kind, tt.ed, tt.k, t0+2*hour)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
	if got := Decide(nil, bakery, people.Facebook, Instagram, k, t0); got != (Verdict{Detail: journal.NeverGranted}) {
		t.Errorf("no contact at all: %+v", got)
	}
}

func TestWindow(t *testing.T) {
	c := play(Contact{}, both(ConversationAd, 0), both(Message, 0))
	for _, tt := range []struct {
		at   int64
		want bool
	}{{t0, true}, {t0 + 7*dayMicros, true}, {t0 + 7*dayMicros + 1, false}} {
		if got := c.WindowOpen(tt.at); got != tt.want {
			t.Errorf("window %d days after an ad: %v, want %v", (tt.at-t0)/dayMicros, got, tt.want)
		}
	}
}

func TestDecideAllocatesNothing(t *testing.T) {
	c := play(Contact{}, both(Message, 0))
	if n := testing.AllocsPerRun(100, func() { Decide(&c, other, people.Facebook, E2026, DefaultKnobs(), t0) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzEvents is F-20: any log of events leaves what the oracle says.
func FuzzEvents(f *testing.F) {
	f.Add([]byte{0})
	for _, s := range starts {
		log := []byte{0}
		for _, e := range s.events {
			log = append(log, byte(e))
		}
		f.Add(append(log, byte(PageFirst), byte(Postback), byte(MMeLink)))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		if len(log) == 0 || len(log) > 200 {
			return
		}
		instagram := log[0]%2 == 1
		var c Contact
		var o oracle
		for _, b := range log[1:] {
			e := Event(b % byte(events))
			if c = play(c, Input{Event: e, Instagram: instagram, Apps: []store.ID{bakery}, At: t0}); e.On(instagram) {
				o.apply(instagram, e.String())
			}
		}
		for ed := range editions {
			v := Decide(&c, bakery, people.Facebook, ed, DefaultKnobs(), t0)
			if allowed, state := o.verdict(ed); v.Allowed != allowed || v.State != state {
				t.Fatalf("%v under %s: %v %s, want %v %s", log, ed, v.Allowed, v.State, allowed, state)
			}
		}
		d, err := Decode(c.Encode())
		if err != nil || verdicts(*d) != verdicts(c) {
			t.Fatalf("%v: after storing %s, before %s, %v", log, verdicts(*d), verdicts(c), err)
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	c := play(Contact{}, both(Message, 0))
	k := DefaultKnobs()
	for b.Loop() {
		Decide(&c, other, people.Facebook, E2026, k, t0)
	}
}
