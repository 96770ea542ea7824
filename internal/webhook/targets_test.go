package webhook

import (
	"net/netip"
	"strings"
	"testing"
)

// What an operator of a server would never want to be reached. (T-SSR-01)
func TestPublicTargetsAreWhatTheWholeNetReaches(t *testing.T) {
	for _, text := range []string{
		"169.254.169.254", "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
		"192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
		"2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "100::1", "::127.0.0.1", "fe80::1%eth0",
	} {
		if err := Public.admit(netip.MustParseAddr(text)); err == nil {
			t.Errorf("%s is public", text)
		}
	}
	for _, text := range []string{"8.8.8.8", "157.240.1.35", "172.32.0.1", "100.128.0.1", "2a03:2880:f10c::1", "::ffff:8.8.8.8"} {
		if err := Public.admit(netip.MustParseAddr(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTargetsAdmit(t *testing.T) {
	tests := []struct {
		addr string
		want string // those that admit it
	}{
		{"127.0.0.1", "loopback private any"},
		{"::1", "loopback private any"},
		{"::ffff:127.0.0.1", "loopback private any"},
		{"192.168.1.7", "private any"},
		{"fd12::1", "private any"},
		{"8.8.8.8", "public any"},
		{"169.254.169.254", ""},
		{"fe80::1", ""},
		{"0.0.0.0", ""},
		{"100.64.0.1", ""},
	}
	for _, tt := range tests {
		var got []string
		for _, targets := range []Targets{Loopback, Private, Public, Anywhere} {
			if targets.admit(netip.MustParseAddr(tt.addr)) == nil {
				got = append(got, targets.String())
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s is admitted by %q, want %q", tt.addr, got, tt.want)
		}
	}
}

// What shows before a name is resolved. (T-SSR-01, T-SSR-04)
func TestTargetsCheckAddresses(t *testing.T) {
	tests := []struct {
		url  string
		want string // those that take it
	}{
		{"https://bot.example/deauth", "loopback private public any"},
		{"http://bot.example/deauth", "loopback private any"},
		{"http://127.0.0.1:3000/", "loopback private any"},
		{"https://127.0.0.1:3000/", "loopback private any"},
		{"https://localhost/", "loopback private any"},
		{"https://localhost./", "loopback private any"},
		{"https://a.localhost/", "loopback private any"},
		{"https://[::1]:8443/", "loopback private any"},
		{"https://[::ffff:127.0.0.1]/", "loopback private any"},
		{"https://10.1.2.3/", "private any"},
		{"https://169.254.169.254/latest/meta-data", ""},
		{"https://8.8.8.8/", "public any"},
		{"https://bot.example:22/", ""},
		{"https://bot.example:25/", ""},
		{"https://bot.example:0025/", ""},
		{"https://bot.example:65561/", ""}, // 65536 + 25
		{"https://bot.example:0443/", "loopback private public any"},
		{"https://bot.example:/", "loopback private public any"},
		{"http://127.0.0.1:5432/", ""},
		{"https://ana:secret@bot.example/", ""},
		{"https://ana@bot.example/", ""},
		{"https://bot.example/#x", ""},
		{"file:///etc/passwd", ""},
		{"gopher://bot.example/", ""},
		{"ftp://bot.example/", ""},
		{"javascript:alert(1)", ""},
		{"https:bot.example", ""},
		{"//bot.example/", ""},
		{"/deauth", ""},
		{"https://", ""},
		{"https://bot.example/ x", ""},
		{"https://bot.example\\@10.0.0.1/", ""},
		{"https://bot.example/" + strings.Repeat("x", maxURL), ""},
	}
	for _, tt := range tests {
		var got []string
		for _, targets := range []Targets{Loopback, Private, Public, Anywhere} {
			if targets.Check(tt.url) == nil {
				got = append(got, targets.String())
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%.60q is taken by %q, want %q", tt.url, got, tt.want)
		}
		if wellFormed := CheckURL(tt.url) == nil; wellFormed != (tt.want != "" || strings.Contains(tt.url, "169.254")) {
			t.Errorf("CheckURL(%.60q) takes it: %v", tt.url, wellFormed)
		}
	}
}

func TestParseTargets(t *testing.T) {
	for _, name := range TargetNames() {
		if got, err := ParseTargets(name); err != nil || got.String() != name {
			t.Errorf("ParseTargets(%q) is %v, %v", name, got, err)
		}
	}
	if _, err := ParseTargets("everywhere"); err == nil {
		t.Error("ParseTargets took a name that is none")
	}
}
