package journal

import (
	"net/url"
	"strings"
	"testing"
)

const canary = "CANARYx7"

func TestRedact(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"/v25.0/123?fields=first_name,last_name", "/v25.0/123?fields=first_name,last_name"},
		{"/me?fields=id%2Cname&access_token=CANARYx7", "/me?fields=id%2Cname&access_token=***"},
		{"/me?access_token=CANARYx7&fields=id", "/me?access_token=***&fields=id"},
		{"/me?access_token=", "/me?access_token=***"},
		{"/me?ACCESS_TOKEN=CANARYx7", "/me?ACCESS_TOKEN=***"},
		{"/me?access%5Ftoken=CANARYx7", "/me?access%5Ftoken=***"},
		{"/me?access_token[0]=CANARYx7", "/me?access_token[0]=***"},
		{"/me?appsecret_proof=CANARYx7&input_token=CANARYx7", "/me?appsecret_proof=***&input_token=***"},
		{"/oauth/access_token?client_id=1&client_secret=CANARYx7&code=CANARYx7", "/oauth/access_token?client_id=1&client_secret=***&code=***"},
		{"/x?fb_exchange_token=CANARYx7&signed_request=CANARYx7.CANARYx7", "/x?fb_exchange_token=***&signed_request=***"},
		{"/x?password=ab;CANARYx7?CANARYx7#CANARYx7&id=1", "/x?password=***&id=1"},
		{"/x?hub.verify_token=CANARYx7&hub.mode=subscribe", "/x?hub.verify_token=***&hub.mode=subscribe"},
		{"/me?fields=third_party_id?access_token=CANARYx7", "/me?fields=third_party_id?access_token=***"},
		{"/me%3Faccess_token=CANARYx7/CANARYx7?CANARYx7", "/***"},
		{"/me%3Faccess_token%3DCANARYx7", "/***"},
		{`/?batch=[{"relative_url":"me?access_token=CANARYx7"}]`, `/?batch=[{"relative_url":"me?access_token=***`},
		{"/?batch=%5B%7B%22relative_url%22%3A%22me%3Faccess_token%3DCANARYx7%22%7D%5D&pretty=1", "/?batch=***&pretty=1"},
		{"/?batch=%5B%7B%22relative_url%22%3A%22me%253Faccess_token%253DCANARYx7%22%7D%5D", "/?batch=***"},
		{`/?batch=[{"body":"access\u005ftoken=CANARYx7"}]`, "/?batch=***"},
		{`/?q={"client_secret":"CANARYx7"}`, "/?q=***"},
		{"/me?fields=error_code,code", "/me?fields=error_code,code"},
		{"/me?filter={\"zip\":\"1\"}", "/me?filter={\"zip\":\"1\"}"},
		{"/EAACEdEose0cBAKx7CANARYx7?fields=id", "/***"},
		{"/me?tok=IGAACEdEose0cBAKx7CANARYx7", "/me?tok=***"},
		{"/me?after=QVFIUEAACEdEose0cBAK", "/me?after=QVFIUEAACEdEose0cBAK"},
		{"/a\r\nb?c=\x7f\xff", "/a%0D%0Ab?c=%7F%FF"},
		{"/x?y=%252525252541", "/x?y=***"},
		{"/x?y=100%&z=%zz", "/x?y=100%&z=%zz"},
	}
	for _, tt := range tests {
		got := Redact(tt.in)
		if got != tt.want {
			t.Errorf("Redact(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
		if again := Redact(got); again != got {
			t.Errorf("Redact(%q) is no fixed point: %s", got, again)
		}
	}
}

// FuzzRedact is F-24: whatever surrounds a secret, its value never survives,
// and the result is one line that stays as it is.
func FuzzRedact(f *testing.F) {
	for _, s := range []string{"", "/me?fields=id", "/?batch=[{", "/me%3Fa=b", "?x=y;z", "/a/b#c", "%25", `{"a":"b"}`} {
		for i := range 5 {
			f.Add(s, "&d=e", uint8(i), uint8(i))
		}
	}
	names := []string{"access_token", "appsecret_proof", "client_secret", "input_token", "fb_exchange_token", "code", "password", "signed_request"}
	f.Fuzz(func(t *testing.T, before, after string, name, form uint8) {
		if strings.Contains(before, canary) || strings.Contains(after, canary) {
			t.Skip()
		}
		pair := names[int(name)%len(names)] + "=" + canary
		switch form % 5 {
		case 1:
			pair = "batch=" + url.QueryEscape(`[{"method":"GET","relative_url":"me?`+pair+`"}]`)
		case 2:
			pair = "batch=" + url.QueryEscape(`[{"relative_url":"`+url.QueryEscape("me?"+pair)+`"}]`)
		case 3:
			pair = url.QueryEscape(pair)
		case 4:
			pair = `q={"` + names[int(name)%len(names)] + `":"` + canary + `"}`
		}
		got := Redact(before + "?" + pair + "&" + after)
		if strings.Contains(got, canary) {
			t.Fatalf("Redact of %q, %q and %q keeps the secret: %s", before, pair, after, got)
		}
		for _, c := range []byte(got) {
			if c < ' ' || c > '~' {
				t.Fatalf("Redact gives byte %#x in %q", c, got)
			}
		}
		if again := Redact(got); again != got {
			t.Fatalf("Redact twice\n got %q\nwant %q", again, got)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	buf := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendRedacted(buf[:0], benchPath)
	}
}

const benchPath = "/v25.0/2723987454293264?fields=first_name,last_name,profile_pic&access_token=EAAGm0PX4ZCpsBAKZCx7abcdefghijklmnopqrstuvwxyz0123456789"
