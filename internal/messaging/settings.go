package messaging

import (
	"encoding/json"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
)

// States of a conversation whose buttons a setting is about.
const (
	NewThread      = "new_thread"
	ExistingThread = "existing_thread"
)

// Types of a setting.
const (
	settingGreeting = "greeting"
	settingActions  = "call_to_actions"
	settingDomains  = "domain_whitelisting"
	settingLinking  = "account_linking"
)

// SettingTypes are those that there are. The one about payments is not. [seen clients]
func SettingTypes() []string {
	return []string{settingActions, settingGreeting, settingDomains, settingLinking}
}

// A Setting is one thread setting: one property of the profile in the form that it had
// before. Actions, Greeting and Domains are JSON.
type Setting struct {
	Type, State                         string
	Actions, Greeting, Domains, Linking string
	// Without says that the domains are taken off.
	Without bool
}

// Settle puts a setting in place and says so in words. A menu needs no button before it
// here: bots set them in any order. [seen clients; the words of account linking guess]
func (p *Profile) Settle(s Setting) (words string, err error) {
	p.Loose = true
	switch s.Type {
	case settingGreeting:
		if s.Greeting == "" {
			return "", graph.ErrNeedsParam.Args(settingGreeting)
		}
		var m map[string]json.RawMessage
		if json.Unmarshal([]byte(s.Greeting), &m) != nil || m["text"] == nil {
			return "", graph.ErrNeedsParam.Args("greeting[text]")
		}
		return "Successfully updated greeting", p.Set(map[string]string{Greeting: `[{"locale":"default","text":` + string(m["text"]) + `}]`})
	case settingActions:
		return p.settleActions(s)
	case settingDomains:
		return p.settleDomains(s)
	}
	if s.Linking == "" {
		return "", graph.ErrNeedsParam.Args(AccountLinkingURL)
	}
	return "Successfully added account_linking_url", p.Set(map[string]string{AccountLinkingURL: s.Linking})
}

func (p *Profile) settleActions(s Setting) (string, error) {
	var list []json.RawMessage
	if json.Unmarshal([]byte(s.Actions), &list) != nil {
		return "", graph.ErrNeedsParam.Args(settingActions)
	}
	switch {
	case s.State == "":
		return "", graph.ErrNeedsParam.Args("thread_state")
	case len(list) == 0: // [seen facebook-messenger of Ruby]
		return p.Unsettle(s)
	case s.State == ExistingThread:
		return "Successfully added structured menu CTAs", p.Set(map[string]string{PersistentMenu: `[{"locale":"default","composer_input_disabled":false,"call_to_actions":` + s.Actions + `}]`})
	case len(list) > 1:
		return "", graph.ErrParamKind.Args(settingActions, "an array of one object.")
	}
	return "Successfully added new_thread's CTAs", p.Set(map[string]string{GetStarted: string(list[0])})
}

// settleDomains adds domains to those that are listed, or takes them off.
func (p *Profile) settleDomains(s Setting) (string, error) {
	var given []string
	if json.Unmarshal([]byte(s.Domains), &given) != nil || len(given) == 0 {
		return "", graph.ErrNeedsParam.Args(WhitelistedDomains)
	}
	const words = "Successfully updated whitelisted domains"
	next := slices.DeleteFunc(p.Domains(), func(d string) bool { return slices.Contains(given, d) })
	if !s.Without {
		next = append(next, given...)
	} else if len(next) == 0 {
		return words, p.Remove([]string{WhitelistedDomains})
	}
	text, err := json.Marshal(next)
	if err != nil {
		return "", err
	}
	return words, p.Set(map[string]string{WhitelistedDomains: string(text)})
}

// Unsettle takes a setting away; what is not there is gone.
func (p *Profile) Unsettle(s Setting) (words string, err error) {
	p.Loose = true
	switch {
	case s.Type == settingGreeting:
		return "Successfully deleted greeting", p.Remove([]string{Greeting})
	case s.Type == settingDomains:
		return "Successfully updated whitelisted domains", p.Remove([]string{WhitelistedDomains}) // [guess]
	case s.Type == settingLinking:
		return "Successfully deleted account_linking_url", p.Remove([]string{AccountLinkingURL}) // [guess]
	case s.State == ExistingThread:
		return "Successfully deleted structured menu CTAs", p.Remove([]string{PersistentMenu})
	case s.State == NewThread:
		return "Successfully deleted all new_thread's CTAs", p.Remove([]string{GetStarted})
	}
	return "", graph.ErrNeedsParam.Args("thread_state")
}
