package access

import (
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
)

// A code is known without a look-up, and every other text is not. [T-TOK-14]
func TestGenuineCode(t *testing.T) {
	k := demoKeys(t)
	code := k.MintCode([16]byte{1, 2, 3})
	if !k.GenuineCode(code) || k.Genuine(code) {
		t.Fatalf("%s: a code %v, a token %v", code, k.GenuineCode(code), k.Genuine(code))
	}
	for i := range code {
		b := []byte(code)
		b[i] ^= 1
		if k.GenuineCode(string(b)) {
			t.Errorf("byte %d changed: %q is accepted", i, b)
		}
	}
	for _, text := range []string{"", "AQ", code[2:], code + "A", code[:len(code)-1], code + "=", k.Mint(false, "1", [16]byte{})} {
		if k.GenuineCode(text) {
			t.Errorf("%q is accepted", text)
		}
	}
}

// The vector of RFC 7636, appendix B.
func TestChallenged(t *testing.T) {
	const challenge, verifier = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	if !Challenged(challenge, verifier) || Challenged(challenge, verifier+"x") || Challenged(verifier, verifier) || Challenged("", "") {
		t.Error("the challenge does not decide")
	}
}

func TestAppToken(t *testing.T) {
	k := demoKeys(t)
	app := &people.App{PublicID: "1000000000000001", Secret: "s3cret|with a bar"}
	id, mark, _ := strings.Cut(k.AppToken(app), "|")
	if id != app.PublicID || len(mark) != 27 {
		t.Errorf("got %q and %q", id, mark)
	}
	tests := []struct {
		text string
		want bool
	}{{mark, true}, {app.Secret, true}, {"", false}, {mark[1:], false}, {mark + "A", false}, {"s3cret", false}}
	for _, tt := range tests {
		if got := k.OpensApp(app, tt.text); got != tt.want {
			t.Errorf("%q: got %v", tt.text, got)
		}
	}
	app.Secret = "another"
	if k.OpensApp(app, mark) {
		t.Error("the token outlives its secret")
	}
	if app.Secret = ""; k.OpensApp(app, "") || k.OpensApp(app, k.appMark(app)) {
		t.Error("an app without a secret has a token")
	}
}

// The app is read off a token, of both hosts.
func TestAppOf(t *testing.T) {
	k := demoKeys(t)
	for _, instagram := range []bool{false, true} {
		if got := AppOf(k.Mint(instagram, "1234567890123456", [16]byte{9})); got != "1234567890123456" {
			t.Errorf("got %q", got)
		}
	}
	if got := AppOf("EAA"); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// A timed proof is of the token and the second, and good for five minutes.
func TestTimedProof(t *testing.T) {
	const secret, token = "0123456789abcdef0123456789abcdef", "EAATESTTOKEN123ZD"
	now := time.Unix(1_772_355_600, 0)
	tests := []struct {
		at, proof string
		want      bool
	}{
		{"1772355600", Proof(secret, token+"|1772355600"), true},
		{"1772355300", Proof(secret, token+"|1772355300"), true},
		{"1772355900", Proof(secret, token+"|1772355900"), true},
		{"1772355299", Proof(secret, token+"|1772355299"), false},
		{"1772355901", Proof(secret, token+"|1772355901"), false},
		{"1772355600", Proof(secret, token), false},
		{"1772355600", Proof(secret, token+"|1772355601"), false},
		{"", Proof(secret, token+"|1772355600"), false},
		{"soon", Proof(secret, token+"|soon"), false},
		{"99999999999999999999", Proof(secret, token+"|99999999999999999999"), false},
	}
	a := NewAuth(Options{Keys: demoKeys(t)})
	for _, tt := range tests {
		ticket := &Ticket{cred: Credentials{Token: token, Proof: tt.proof, ProofTime: tt.at}, k: &known{text: token}}
		v, l := &Viewer{App: &people.App{Secret: secret, RequireProof: true}}, &journal.Ladder{}
		if err := a.checkProof(ticket, v, now, l); (err == nil) != tt.want || v.Proved != tt.want {
			t.Errorf("at %q: got %v", tt.at, err)
		}
	}
}
