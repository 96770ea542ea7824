package access

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

func demoKeys(t testing.TB) *Keys {
	t.Helper()
	k, err := NewKeys([]byte(DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The vector of the protocol notes: secret and token are public examples.
func TestProof(t *testing.T) {
	if got, want := Proof("0123456789abcdef0123456789abcdef", "EAATESTTOKEN123ZD"), "b395f1a15865f33143a690ac7b25d6796539205e7077da70779eb73a307e3e9f"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestMint(t *testing.T) {
	k := demoKeys(t)
	form := regexp.MustCompile(`^EAA[A-Za-z0-9]+ZD$`)
	for i := range 200 {
		text := k.Mint(false, "1000000000000001", [16]byte{byte(i), 0xff, 0xfb})
		if !form.MatchString(text) || !k.Genuine(text) {
			t.Fatalf("%s: form %v, genuine %v", text, form.MatchString(text), k.Genuine(text))
		}
		ig := k.Mint(true, "1000000000000001", [16]byte{byte(i)})
		if !strings.HasPrefix(ig, "IGAA") || !k.Genuine(ig) {
			t.Fatalf("%s is no Instagram token", ig)
		}
	}
	other, _ := NewKeys([]byte(strings.Repeat("x", 32)))
	if other.Genuine(k.Mint(false, "1", [16]byte{})) {
		t.Error("another server's token is genuine here")
	}
}

// Every changed bit of a token is found without a look-up. [T-TOK-02]
func TestGenuineFlips(t *testing.T) {
	k := demoKeys(t)
	text := k.Mint(false, "1000000000000001", [16]byte{1, 2, 3})
	for i := range len(text) * 8 {
		b := []byte(text)
		b[i/8] ^= 1 << (i % 8)
		if k.Genuine(string(b)) {
			t.Errorf("bit %d flipped: %q is accepted", i, b)
		}
	}
	for _, s := range []string{"", " ", text + "\x00", text[:len(text)-2], "IG" + text, text + "ZD", strings.Repeat("A", 10<<10)} {
		if k.Genuine(s) {
			t.Errorf("%.60q is accepted", s)
		}
	}
}

func FuzzGenuine(f *testing.F) {
	k := demoKeys(f)
	text := k.Mint(false, "1000000000000001", [16]byte{9})
	f.Add(text)
	f.Add("IGAA")
	f.Fuzz(func(t *testing.T, s string) {
		if k.Genuine(s) && s != text {
			t.Errorf("%q was never issued", s)
		}
	})
}

func TestTokenRecord(t *testing.T) {
	tok := &Token{ID: 5, Kind: PageToken, App: 1, Subject: 2, Person: 3, Granted: graph.PermissionSet(graph.Email), Issued: 4, Expires: 5, Reason: LoggedOut, Explicit: true}
	got, err := DecodeToken(5, 1, tok.Encode())
	if err != nil || cmp.Diff(tok, got, cmp.AllowUnexported(Token{})) != "" {
		t.Errorf("%v\n%s", err, cmp.Diff(tok, got, cmp.AllowUnexported(Token{})))
	}
}

func TestTokenCheck(t *testing.T) {
	at := time.Date(2015, 4, 9, 22, 0, 0, 0, time.UTC)
	tok := &Token{Expires: at.Unix()}
	app := &people.App{PublicID: "987654321"}
	if err := tok.Check(app, at.Add(-time.Second)); err != nil {
		t.Errorf("one second before: %v", err)
	}
	err := tok.Check(app, at)
	want := "Error validating access token: Session has expired on Thursday, 09-Apr-15 15:00:00 PDT. The current time is Thursday, 09-Apr-15 15:00:00 PDT."
	if err == nil || err.Envelope(graph.V(25, 0), false).Message != want {
		t.Errorf("at expiry: got %v", err)
	}
	for r := PasswordChanged; int(r) < len(reasons); r++ {
		if err := (&Token{Reason: r}).Check(app, at); err == nil || err.Code() != 190 {
			t.Errorf("%s: got %v", r, err)
		}
		if back, err := ParseReason(r.String()); err != nil || back != r {
			t.Errorf("%s does not read back", r)
		}
	}
	if err := tok.Check(&people.App{Deleted: true}, at.Add(-time.Hour)); err == nil || err.Name() != "app_deleted" {
		t.Errorf("deleted app: got %v", err)
	}
}
