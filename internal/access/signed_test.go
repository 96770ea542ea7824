package access

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

const signedSecret = "0123456789abcdef0123456789abcdef"

// The vector of the protocol notes.
func TestSignRequest(t *testing.T) {
	const payload = `{"user_id":"218471","algorithm":"HMAC-SHA256","issued_at":1291836800}`
	const want = "2GvnSP_aY6zr-wNgj137CwUax1a8UzKAZZqlm1HqEBw.eyJ1c2VyX2lkIjoiMjE4NDcxIiwiYWxnb3JpdGhtIjoiSE1BQy1TSEEyNTYiLCJpc3N1ZWRfYXQiOjEyOTE4MzY4MDB9"
	if got := SignRequest(signedSecret, []byte(payload)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	got, err := ParseSignedRequest(signedSecret, want)
	if err != nil || string(got) != payload {
		t.Errorf("read again: %s, %v", got, err)
	}
}

// Nothing but HMAC-SHA256, in the one spelling. [T-TOK-12]
func TestParseSignedRequest(t *testing.T) {
	good := SignRequest(signedSecret, []byte(`{"algorithm":"HMAC-SHA256"}`))
	mac, body, _ := strings.Cut(good, ".")
	tests := map[string]string{
		"nothing":         "",
		"no dot":          mac + body,
		"no MAC":          "." + body,
		"padded":          mac + "=." + body,
		"body padded":     SignRequest(signedSecret, []byte(`{"algorithm":"HMAC-SHA256"} `)) + "==",
		"another MAC":     strings.Repeat("A", len(mac)) + "." + body,
		"standard base64": base64.RawStdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb, 0xff}, 16)) + "." + body,
		"none":            SignRequest(signedSecret, []byte(`{"algorithm":"none"}`)),
		"HS1":             SignRequest(signedSecret, []byte(`{"algorithm":"HMAC-SHA1"}`)),
		"no algorithm":    SignRequest(signedSecret, []byte(`{}`)),
		"no object":       SignRequest(signedSecret, []byte(`"HMAC-SHA256"`)),
		"another secret":  SignRequest(signedSecret+"x", []byte(`{"algorithm":"HMAC-SHA256"}`)),
		"huge":            SignRequest(signedSecret, []byte(`{"algorithm":"HMAC-SHA256","x":"`+strings.Repeat("x", maxSigned)+`"}`)),
	}
	for name, text := range tests {
		if got, err := ParseSignedRequest(signedSecret, text); err == nil {
			t.Errorf("%s: %s is accepted", name, got)
		}
	}
	if _, err := ParseSignedRequest("", SignRequest("", []byte(`{"algorithm":"HMAC-SHA256"}`))); err == nil {
		t.Error("an app without a secret signs")
	}
}

// What is accepted is what the secret makes of its payload. [F-09]
func FuzzParseSignedRequest(f *testing.F) {
	f.Add(SignRequest(signedSecret, []byte(`{"algorithm":"HMAC-SHA256","user_id":"1"}`)))
	f.Add("a.b")
	f.Add(SignRequest(signedSecret, []byte(`{"algorithm":"none"}`)))
	f.Fuzz(func(t *testing.T, text string) {
		payload, err := ParseSignedRequest(signedSecret, text)
		if err != nil {
			return
		}
		if !json.Valid(payload) || SignRequest(signedSecret, payload) != text {
			t.Errorf("%q is accepted for %q", text, payload)
		}
	})
}
