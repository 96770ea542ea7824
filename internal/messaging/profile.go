package messaging

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// Properties of a Messenger profile. [doc messenger-profile-api]
const (
	GetStarted         = "get_started"
	Greeting           = "greeting"
	IceBreakers        = "ice_breakers"
	PersistentMenu     = "persistent_menu"
	WhitelistedDomains = "whitelisted_domains"
	AccountLinkingURL  = "account_linking_url"
	HomeURL            = "home_url"
	Commands           = "commands"
	// EUPrivacyRules is read only: it follows from the Page. [doc messenger-profile-api; guess]
	EUPrivacyRules = "subject_to_new_eu_privacy_rules"
)

// homeURLs is when there was one. [doc changelog v7.0]
func homeURLs(v graph.Version) bool { return v < graph.V(7, 0) }

// Properties are those that can be set of a Page, or of an Instagram account, in a
// version.
func Properties(v graph.Version, instagram bool) []string {
	if instagram {
		return []string{IceBreakers, PersistentMenu} // [doc instagram messaging]
	}
	list := []string{GetStarted, Greeting, IceBreakers, PersistentMenu, WhitelistedDomains, AccountLinkingURL, Commands}
	if homeURLs(v) {
		list = append(list, HomeURL)
	}
	return list
}

// Limits of properties. [doc messenger-profile-api; most domains, entries of a menu and
// levels as of 2017 to 2026, whichever is more]
const (
	mostPayload     = 1000
	mostGreeting    = 160
	mostQuestion    = 80
	mostIceBreakers = 4
	mostDomains     = 50
	mostTitle       = 30
	mostItems       = 20
	mostLevels      = 3
	mostCommands    = 10
	mostCommand     = 32
	mostDescription = 64
	mostProfileURL  = 2000
)

// A Profile is what a Page shows before anybody writes. The zero Profile is empty.
type Profile struct {
	Parts people.Parts
	// OfInstagram is that of an account, whose menu needs no button before it. [doc
	// instagram messaging]
	OfInstagram bool
	// Loose lets a menu be without a button before it, as thread settings do.
	Loose bool
}

// Text is a property as JSON, empty where it is not set.
func (p *Profile) Text(name string) string {
	if part := p.Parts.Find(name); part != nil {
		return part.Text
	}
	return ""
}

// Set puts properties in place, each a JSON text, all of them or none. The order in
// which a call names them does not matter. What they need of each other must be there
// afterwards; so it must when a property goes. [seen pimax/fb-messenger-php#90; the
// latter guess] Errors are *graph.Error.
func (p *Profile) Set(values map[string]string) error {
	next := *p
	for _, name := range []string{WhitelistedDomains, GetStarted, Greeting, IceBreakers, PersistentMenu, AccountLinkingURL, HomeURL, Commands} {
		text, given := values[name]
		if !given {
			continue
		}
		v, text, err := readValue(name, text)
		if err != nil {
			return err
		}
		if err := next.check(name, v); err != nil {
			return err
		}
		next.Parts = next.Parts.Set(people.Part{Name: name, Text: text})
	}
	_, menu := values[PersistentMenu]
	return p.become(next, menu)
}

// Remove takes properties away; what is not there is gone.
func (p *Profile) Remove(names []string) error {
	next := *p
	for _, name := range names {
		next.Parts = next.Parts.Set(people.Part{Name: name})
	}
	return p.become(next, false)
}

// become takes next if its menu has a button before it, unless an older one had none so far
// either.
func (p *Profile) become(next Profile, menu bool) error {
	if !p.OfInstagram && !p.Loose && next.bare() && (menu || !p.bare()) {
		return graph.ErrGetStarted
	}
	*p = next
	return nil
}

// bare reports whether there is a menu without a button before it.
func (p *Profile) bare() bool { return p.Text(PersistentMenu) != "" && p.Text(GetStarted) == "" }

// readValue reads JSON, also a bare text where one is meant, and writes it shortest.
func readValue(name, text string) (v any, short string, err error) {
	if name == AccountLinkingURL && !strings.HasPrefix(text, `"`) {
		text = string(graph.AppendString(nil, text))
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return nil, "", graph.ErrParamKind.Args(name, "valid JSON")
	}
	return v, compact(text), nil
}

func (p *Profile) check(name string, v any) error {
	switch name {
	case GetStarted:
		m, err := members(v, name, "payload")
		if err == nil {
			_, err = short(m, name, "payload", mostPayload)
		}
		return err
	case Greeting:
		return locales(v, name, func(m map[string]any, at string) error {
			_, err := short(m, at, "text", mostGreeting)
			return err
		}, "text")
	case IceBreakers:
		return checkBreakers(v)
	case PersistentMenu:
		return locales(v, name, p.checkMenu, "composer_input_disabled", "call_to_actions", "disabled_surfaces")
	case WhitelistedDomains:
		return checkDomains(v)
	case AccountLinkingURL:
		return checkURL(v, name)
	case HomeURL:
		return p.checkHome(v)
	}
	return checkCommands(v)
}

// checkBreakers takes a list of questions, or lists of them by locale. [doc ice breakers]
func checkBreakers(v any) error {
	list, err := elements(v, IceBreakers, mostIceBreakers)
	if err != nil || len(list) == 0 {
		return err
	}
	if m, ok := list[0].(map[string]any); ok && m["call_to_actions"] != nil {
		return locales(v, IceBreakers, func(m map[string]any, at string) error {
			return checkQuestions(m["call_to_actions"], at+"[call_to_actions]")
		}, "call_to_actions")
	}
	return checkQuestions(v, IceBreakers)
}

func checkQuestions(v any, at string) error {
	list, err := elements(v, at, mostIceBreakers)
	for i := 0; err == nil && i < len(list); i++ {
		err = texts(list[i], element(at, i), []string{"question", "payload"}, []int{mostQuestion, mostPayload})
	}
	return err
}

// texts takes an object of texts, all of which must be there.
func texts(v any, at string, names []string, most []int) error {
	m, err := members(v, at, names...)
	for i := 0; err == nil && i < len(names); i++ {
		_, err = short(m, at, names[i], most[i])
	}
	return err
}

func checkCommands(v any) error {
	return locales(v, Commands, func(m map[string]any, at string) error {
		at += "[commands]"
		list, err := elements(m["commands"], at, mostCommands)
		for i := 0; err == nil && i < len(list); i++ {
			err = texts(list[i], element(at, i), []string{"name", "description"}, []int{mostCommand, mostDescription})
		}
		return err
	}, "commands")
}

// checkDomains takes https addresses of hosts with names. [doc whitelisted-domains]
func checkDomains(v any) error {
	list, err := elements(v, WhitelistedDomains, mostDomains)
	if err != nil {
		return err
	}
	for i, d := range list {
		s, _ := d.(string)
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "https" || !strings.Contains(u.Hostname(), ".") || u.User != nil || len(s) > mostProfileURL {
			return graph.ErrParamKind.Args(element(WhitelistedDomains, i), "a domain with https://")
		}
		if _, err := netip.ParseAddr(u.Hostname()); err == nil {
			return graph.ErrParamKind.Args(element(WhitelistedDomains, i), "a domain with https://")
		}
	}
	return nil
}

// Domains are those of the allow-list.
func (p *Profile) Domains() []string { return decodeNames(p.Text(WhitelistedDomains)) }

// Allows reports whether an address is on the Page's allow-list: on the same host and
// port. [doc whitelisted-domains; that ports count guess]
func (p *Profile) Allows(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && slices.ContainsFunc(p.Domains(), func(d string) bool {
		listed, err := url.Parse(d)
		return err == nil && strings.EqualFold(listed.Host, u.Host)
	})
}

func (p *Profile) checkHome(v any) error {
	m, err := members(v, HomeURL, "url", "webview_height_ratio", "webview_share_button", "in_test")
	if err != nil {
		return err
	}
	if err := checkURL(m["url"], HomeURL+"[url]"); err != nil {
		return err
	}
	if ratio, given := m["webview_height_ratio"]; given && ratio != "tall" {
		return graph.ErrParamKind.Args(HomeURL+"[webview_height_ratio]", "one of {tall}")
	}
	if _, err := short(m, HomeURL, "in_test", 0); err != nil {
		return err
	}
	if s, _ := m["url"].(string); !p.Allows(s) {
		return graph.ErrNotWhitelisted
	}
	return nil
}

// checkURL takes an https address.
func checkURL(v any, at string) error {
	s, ok := v.(string)
	if v == nil {
		return graph.ErrNeedsParam.Args(at)
	}
	u, err := url.Parse(s)
	if !ok || err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(s) > mostProfileURL {
		return graph.ErrParamKind.Args(at, "a valid URL.")
	}
	return nil
}

// element is the name of an element of a list in errors.
func element(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }
