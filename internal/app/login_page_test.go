package app

import (
	"strings"
	"testing"
)

// A server has no login page, on which anybody may log in as anybody, nor the pages of
// plugins, unless it is asked for them.
func TestTheLoginPageOfAServer(t *testing.T) {
	for _, tt := range []struct {
		server bool
		page   string
		status int
	}{{false, "", 200}, {false, "off", 400}, {true, "", 400}, {true, "off", 400}, {true, "on", 200}} {
		on := tt.status == 200
		l := openLab(t, Settings{Server: tt.server, LoginPage: tt.page}, "apps: {shop: {id: \"1234567890123456\"}}\npeople: {ana: {first_name: Ana}}")
		for _, target := range []string{"/v25.0/dialog/oauth", "/dialog/oauth"} {
			a := l.put(question{target: target + "?client_id=1234567890123456&redirect_uri=http://localhost:3000/&state=x"})
			if page := strings.Contains(a.body, "<form"); a.status != tt.status || page != on {
				t.Errorf("%+v: %s is answered %d %.100s", tt, target, a.status, a.body)
			}
		}
		for _, target := range []string{"/plugins/session", "/en_US/sdk.js", "/en_US/messenger.Extensions.js"} {
			if a := l.put(question{target: target}); a.status != tt.status {
				t.Errorf("%+v: %s is answered %d %.100s", tt, target, a.status, a.body)
			}
		}
	}
}
