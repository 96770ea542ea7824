package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Targets are where deliveries may go.
type Targets uint8

// Targets. An address that belongs to one machine's cable, to a group or to
// nobody is none of them.
const (
	Loopback Targets = iota // this machine
	Private                 // and the private networks around it
	Public                  // what the whole net can reach, over https only
	Anywhere                // all of these
)

var targetNames = [...]string{"loopback", "private", "public", "any"}

// TargetNames are the values of the setting.
func TargetNames() []string { return targetNames[:] }

// ParseTargets finds targets by their name.
func ParseTargets(name string) (Targets, error) {
	if i := slices.Index(targetNames[:], name); i >= 0 {
		return Targets(i), nil
	}
	return 0, fmt.Errorf("targets are %s, not %q", strings.Join(targetNames[:], ", "), name)
}

// String is the name of the setting's value.
func (t Targets) String() string { return targetNames[t] }

// maxURL bounds an address. [own]
const maxURL = 2000

var (
	errURL      = errors.New("it takes an absolute http or https URL without a name, a password or a fragment")
	errPort     = errors.New("this port is not for the web")
	errInsecure = errors.New("it takes an https URL: webhooks.targets is public")
)

// CheckURL says what is wrong with an address, whatever the targets are.
func CheckURL(text string) error {
	_, err := parseURL(text)
	return err
}

// barred are ports of services that take HTTP for something else, as browsers
// refuse them too. [own]
var barred = []uint64{19, 21, 22, 23, 25, 53, 110, 143, 465, 587, 993, 995, 2049, 3306, 5432, 6379, 11211}

func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "" ||
		u.User != nil || u.Fragment != "" || strings.ContainsAny(text, "#\\ \t\r\n") {
		return nil, errURL
	}
	if text := u.Port(); text != "" {
		if port, err := strconv.ParseUint(text, 10, 16); err != nil || slices.Contains(barred, port) {
			return nil, errPort
		}
	}
	return u, nil
}

// Check says why an address may not be a target, as far as it shows before the
// name is resolved. What a name leads to is looked at when it is dialled.
func (t Targets) Check(text string) error {
	u, err := parseURL(text)
	if err != nil {
		return err
	}
	if t == Public && u.Scheme != "https" {
		return errInsecure
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if addr, err := netip.ParseAddr(host); err == nil {
		return t.admit(addr)
	}
	if local && t == Public {
		return t.refuse(host)
	}
	return nil
}

// A forbidden is the error of a target that is not allowed.
type forbidden struct {
	targets Targets
	host    string
}

func (f *forbidden) Error() string {
	return fmt.Sprintf("%s is no target: webhooks.targets is %s", f.host, f.targets)
}

func (t Targets) refuse(host string) error { return &forbidden{t, host} }

// admit refuses an address that is not among the targets.
func (t Targets) admit(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	ok := false
	switch {
	case addr.IsLoopback():
		ok = t != Public
	case addr.IsPrivate():
		ok = t == Private || t == Anywhere
	default:
		ok = t >= Public && public(addr)
	}
	if !ok {
		return t.refuse(addr.String())
	}
	return nil
}

// special are the blocks that nobody in the net has, or that lead to another
// address. [doc IANA special-purpose registries]
var special = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

// global is where the public addresses of IPv6 are, those of translators left out.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

func public(addr netip.Addr) bool {
	if addr.Is6() && !global.Contains(addr) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(addr) })
}
