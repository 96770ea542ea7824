package nodes

import "testing"

func TestAppendURL(t *testing.T) {
	for base, want := range map[string]string{
		"http://127.0.0.1:8080": `"http:\/\/127.0.0.1:8080\/platform\/profilepic\/?psid=1&width=50"`,
		"https://h/a%20b@<":     `"https:\/\/h\/a\u002520b\u0040\u003C\/platform\/profilepic\/?psid=1&width=50"`,
		"":                      `"\/platform\/profilepic\/?psid=1&width=50"`,
	} {
		url := base + "/platform/profilepic/?psid=1&width=50"
		if got := string(appendURL(nil, base, []byte(url))); got != want {
			t.Errorf("base %q\n got %s\nwant %s", base, got, want)
		}
	}
	if got := string(appendURL(nil, "http://h", nil)); got != `"http:\/\/h"` {
		t.Errorf("nothing signed: %s", got)
	}
}
