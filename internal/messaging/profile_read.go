package messaging

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/kithgraph/kith/internal/graph"
)

// checkMenu takes the menu of one locale: entries with links, postbacks, or entries of
// their own. [doc persistent-menu]
func (p *Profile) checkMenu(m map[string]any, at string) error {
	if disabled, given := m["composer_input_disabled"]; given {
		if _, ok := disabled.(bool); !ok {
			return graph.ErrParamKind.Args(at+"[composer_input_disabled]", "a boolean.")
		}
	}
	if m["call_to_actions"] == nil {
		if m["composer_input_disabled"] == true {
			return graph.ErrNeedsParam.Args(at + "[call_to_actions]") // nobody could say anything
		}
		return nil
	}
	return p.checkEntries(m["call_to_actions"], at+"[call_to_actions]", 1)
}

func (p *Profile) checkEntries(v any, at string, level int) error {
	list, err := elements(v, at, mostItems)
	if err == nil && len(list) == 0 {
		err = graph.ErrNeedsParam.Args(at)
	}
	for i := 0; err == nil && i < len(list); i++ {
		err = p.checkEntry(list[i], element(at, i), level)
	}
	return err
}

func (p *Profile) checkEntry(v any, at string, level int) error {
	m, err := members(v, at, "type", "title", "payload", "url", "webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button", "call_to_actions")
	if err != nil {
		return err
	}
	if _, err := short(m, at, "title", mostTitle); err != nil {
		return err
	}
	switch m["type"] {
	case "postback":
		_, err := short(m, at, "payload", mostPayload)
		return err
	case "web_url":
		return p.checkLink(m, at)
	case "nested":
		if level < mostLevels {
			return p.checkEntries(m["call_to_actions"], at+"[call_to_actions]", level+1)
		}
	}
	return graph.ErrParamKind.Args(at+"[type]", "one of {web_url, postback, nested}")
}

// checkLink takes an address; one for the extensions is on the allow-list. [seen I58]
func (p *Profile) checkLink(m map[string]any, at string) error {
	s, _ := m["url"].(string)
	switch {
	case m["url"] == nil:
		return graph.ErrNeedsParam.Args(at + "[url]")
	case !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://"), len(s) > mostProfileURL:
		return graph.ErrParamKind.Args(at+"[url]", "a valid URL.")
	}
	ratios := []any{"compact", "tall", "full"}
	if ratio, given := m["webview_height_ratio"]; given && !slices.Contains(ratios, ratio) {
		return graph.ErrParamKind.Args(at+"[webview_height_ratio]", "one of {compact, tall, full}")
	}
	if m["messenger_extensions"] == true && !p.Allows(s) {
		return graph.ErrNotWhitelisted
	}
	return nil
}

// locales takes a list of objects for one locale each, the default among them. [doc
// messenger-profile-api]
func locales(v any, name string, check func(m map[string]any, at string) error, keys ...string) error {
	list, err := elements(v, name, len(graph.Locales()))
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, v := range list {
		at := element(name, i)
		m, err := members(v, at, append([]string{"locale"}, keys...)...)
		if err != nil {
			return err
		}
		locale, err := short(m, at, "locale", 20)
		if err != nil {
			return err
		}
		if locale != "default" && !graph.KnownLocale(locale) || seen[locale] {
			return graph.ErrParamKind.Args(at+"[locale]", "a locale that is supported, or default, once")
		}
		seen[locale] = true
		if err := check(m, at); err != nil {
			return err
		}
	}
	if !seen["default"] {
		return graph.ErrParamKind.Args(name, "an array with the locale default")
	}
	return nil
}

// elements takes a list of at most so many elements.
func elements(v any, at string, most int) ([]any, error) {
	if v == nil {
		return nil, graph.ErrNeedsParam.Args(at)
	}
	list, ok := v.([]any)
	if !ok {
		return nil, graph.ErrParamKind.Args(at, "an array.")
	}
	if len(list) > most {
		return nil, graph.ErrParamKind.Args(at, "an array of at most "+strconv.Itoa(most)+" elements.")
	}
	return list, nil
}

// members takes an object with no other keys than these. [seen pimax/fb-messenger-php#90]
func members(v any, at string, keys ...string) (map[string]any, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, graph.ErrParamKind.Args(at, "an object.")
	}
	var other []string
	for k := range m {
		if !slices.Contains(keys, k) {
			other = append(other, k)
		}
	}
	if other != nil {
		slices.Sort(other)
		return nil, graph.ErrInvalidKeys.Args(strings.Join(other, ", "), at)
	}
	return m, nil
}

// short takes a text of at most so many UTF-16 units that must be there; with zero a
// boolean that need not.
func short(m map[string]any, at, name string, most int) (string, error) {
	v, at := m[name], at+"["+name+"]"
	if most == 0 {
		if _, ok := v.(bool); v != nil && !ok {
			return "", graph.ErrParamKind.Args(at, "a boolean.")
		}
		return "", nil
	}
	s, ok := v.(string)
	switch {
	case v == nil || s == "" && ok:
		return "", graph.ErrNeedsParam.Args(at)
	case !ok:
		return "", graph.ErrParamKind.Args(at, "a string.")
	case len(utf16.Encode([]rune(s))) > most:
		return "", graph.ErrParamLength.Args(at, strconv.Itoa(most))
	}
	return s, nil
}

// compact is JSON without blanks.
func compact(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
