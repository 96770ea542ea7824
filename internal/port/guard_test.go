package port

import (
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	g := newGuard(&Options{Hosts: []string{"Kith.Test", "fd00::1", "10.1.2.3"}})
	tests := []struct {
		host string
		want bool
	}{
		{"localhost", true},
		{"localhost:8080", true},
		{"LOCALHOST:1", true},
		{"127.0.0.1", true},
		{"127.0.0.1:65535", true},
		{"[::1]", true},
		{"[::1]:8080", true},
		{"graph.facebook.com", true},
		{"Graph.Facebook.com:443", true},
		{"graph-video.facebook.com", true},
		{"graph.beta.facebook.com", true},
		{"graph.instagram.com", true},
		{"api.instagram.com", true},
		{"platform-lookaside.fbsbx.com", true},
		{"scontent.xx.fbcdn.net", true},
		{"kith.test", true},
		{"KITH.test:80", true},
		{"[fd00::1]:80", true},
		{"10.1.2.3:80", true},

		{"", false},
		{":8080", false},
		{"evil.example", false},
		{"evil.example:8080", false},
		{"localhost.evil.example", false},
		{"evil.localhost", false},
		{"localhost.", false},
		{"localhost:", false},
		{"localhost:80a", false},
		{"localhost:123456", false},
		{"localhost:80:80", false},
		{"user@localhost", false},
		{"localhost,evil.example", false},
		{"localhost evil.example", false},
		{"127.0.0.2", false},
		{"0.0.0.0", false},
		{"::1", false},
		{"[::1", false},
		{"[::2]", false},
		{"127.1", false},
		{"2130706433", false},
		{"facebook.com", false},
		{"xgraph.facebook.com", false},
		{"graph.faceboo\u212a.com", false}, // the Kelvin sign, whose lower case is k
		{"localho\u017ft", false},
	}
	for _, tt := range tests {
		if got := g.allows(tt.host); got != tt.want {
			t.Errorf("allows(%q) = %v, want %v", tt.host, got, tt.want)
		}
	}
}

func TestStrangeHostsSeeNothing(t *testing.T) {
	addr, _ := start(t, Options{Handler: echo()})
	tests := []struct {
		name, request string
		served        bool
	}{
		{"own", "GET /secret HTTP/1.1\r\nHost: localhost\r\n", true},
		{"own, forwarded for another", "GET /secret HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n", true},
		{"other", "GET /secret HTTP/1.1\r\nHost: evil.example\r\n", false},
		{"other, forwarded for own", "GET /secret HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n", false},
		{"other in the target", "GET http://evil.example/secret HTTP/1.1\r\nHost: localhost\r\n", false},
		{"none", "GET /secret HTTP/1.0\r\n", false},
		{"other, console", "GET /_/secret HTTP/1.1\r\nHost: evil.example\r\n", false},
	}
	for _, tt := range tests {
		got := raw(t, addr, tt.request+"Connection: close\r\n\r\n")
		if served := strings.Contains(got, " 200 OK"); served != tt.served {
			t.Errorf("%s: served %v, want %v:\n%s", tt.name, served, tt.served, got)
		}
		if !tt.served && (!strings.Contains(got, " 403 ") || strings.Contains(got, "evil") || strings.Contains(got, "secret")) {
			t.Errorf("%s: want a 403 that says nothing of the request:\n%s", tt.name, got)
		}
	}
}

func FuzzHost(f *testing.F) {
	for _, s := range []string{"localhost:80", "[::1]:80", "::1", ":", "a:b:c", "[", "]"} {
		f.Add(s)
	}
	g := newGuard(&Options{})
	f.Fuzz(func(t *testing.T, host string) {
		if !g.allows(host) {
			return
		}
		name, _ := withoutPort(host)
		if !g.hosts[lower(name)] || strings.Trim(host[len(name):], ":0123456789") != "" {
			t.Errorf("allows(%q)", host)
		}
	})
}
