package consent

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/store"
)

var exact = cmp.AllowUnexported(Contact{})

func TestRecord(t *testing.T) {
	ad := Input{Event: ConversationAd, Apps: []store.ID{bakery}, At: t0, AdReferral: AdReferral{AdID: "6045246247433", Source: "ADS", Type: "OPEN_THREAD"}}
	msg := both(Message, 0)
	msg.Mid = "m_1"
	contacts := map[string]Contact{
		"a stranger's": {},
		"one message":  play(Contact{}, msg),
		"everything": play(Contact{}, ad, both(WebPlugin, 0), msg, both(AskPermission, other), both(Revoke, other), both(Revoke, 0), both(Block, 0),
			both(TurnOffMessages, 0), both(PageBan, 0), both(Deactivate, 0), both(AskPermission, bakery)),
		"Instagram": happen(true, DefaultKnobs(), PrivateReply, StoryReply),
		"a guest's": play(Contact{}, both(ChatPluginGuest, 0)),
		"erased":    play(Contact{}, msg, both(Erase, 0)),
	}
	for name, c := range contacts {
		got, err := Decode(c.Encode())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&c, got, exact); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	one := contacts["one message"]
	if n := len(one.Encode()); n > 120 {
		t.Errorf("a contact of one message and two apps takes %d bytes", n)
	}
	gone := contacts["erased"]
	if want := (Contact{Erased: true, Seq: 2}); cmp.Diff(want, gone, exact) != "" {
		t.Errorf("erased (-want +got)\n%s", cmp.Diff(want, gone, exact))
	}
}

func TestUnknownTagsAreKept(t *testing.T) {
	c := play(Contact{}, both(Message, 0))
	data := store.AppendString(c.Encode(), 99, "from tomorrow")
	got, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	next := play(*got, both(Echo, 0))
	if again := next.Encode(); !bytes.HasSuffix(again, data[len(c.Encode()):]) {
		t.Errorf("the unknown field is gone: %q", again)
	}
}

func TestDecodeRefusesDamage(t *testing.T) {
	for _, data := range [][]byte{
		nil, {9}, {1, tagSeq}, {1, tagSeq, 1, 0x80}, {1, tagSeen, 1, 0}, {1, tagGrant, 1, 2}, {1, tagGrant, 0}, append([]byte{1, tagFlags, 65}, make([]byte, 65)...),
	} {
		if c, err := Decode(data); err == nil {
			t.Errorf("Decode(%v) = %+v", data, c)
		}
	}
}

// FuzzDecode: what decodes encodes to something that decodes to the same.
func FuzzDecode(f *testing.F) {
	c := play(Contact{}, both(Message, 0), both(Revoke, other), both(Block, 0))
	f.Add(c.Encode())
	f.Add([]byte{1, tagGrant, 4, 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode(data)
		if err != nil {
			return
		}
		again, err := Decode(c.Encode())
		if err != nil {
			t.Fatalf("Decode of its own encoding: %v", err)
		}
		if diff := cmp.Diff(c, again, exact); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"mesage", `unknown event "mesage": did you mean "message"?`},
		{"get-started", `unknown event "get-started": did you mean "get_started"?`},
		{"revoked", `unknown event "revoked": did you mean "revoke"?`},
		{"zzzzzzzz", `unknown event "zzzzzzzz"`},
		{"", `unknown event ""`},
	} {
		if _, err := ParseEvent(tt.in); err == nil || err.Error() != tt.want {
			t.Errorf("ParseEvent(%q): %v, want %s", tt.in, err, tt.want)
		}
	}
	for ed := range editions {
		if got, err := ParseEdition(ed.String()); err != nil || got != ed {
			t.Errorf("ParseEdition(%q) = %v, %v", ed, got, err)
		}
	}
	if _, err := ParseEdition("2017"); err == nil {
		t.Error("there is an edition of 2017")
	}
}

func TestKnobs(t *testing.T) {
	k := DefaultKnobs()
	for _, tt := range []struct {
		name, value string
		ok          bool
	}{
		{"no_consent", "33", true}, {"no_consent", "2018218", true}, {"no_consent", "230", false}, {"no_feature", "3", true}, {"no_feature", "empty", true},
		{"development", "2018247", true}, {"development", "empty", false}, {"ig_blocked", "33", true}, {"ig_blocked", "empty", false}, {"block_withdraws", "false", true}, {"block_withdraws", "maybe", false},
		{"send_to_messenger_2018", "0", true}, {"no_such", "1", false},
		{"unknown_psid", "2018001", true}, {"unknown_psid", "9010", false}, {"unknown_igsid", "33", true}, {"unknown_igsid", "empty", false},
		{"no_messaging", "230", true}, {"no_messaging", "33", false},
	} {
		if err := k.Set(tt.name, tt.value); (err == nil) != tt.ok {
			t.Errorf("Set(%q, %q): %v", tt.name, tt.value, err)
		}
	}
	if want := (Knobs{NoConsent: Answer2018218, NoFeature: AnswerEmpty, InstagramBlocked: Answer33, Development: Answer2018247,
		UnknownPSID: Answer2018001, UnknownIGSID: Answer33, NoMessaging: Answer230}); k != want {
		t.Errorf("knobs %+v, want %+v", k, want)
	}
}
