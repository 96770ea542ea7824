package plugin

import (
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

type kind uint8

// Kinds of pages.
const (
	none kind = iota
	script
	sendToMessenger
	checkbox
	customerChat
	session
	messenger   // a conversation
	pageLink    // m.me
	accountLink // ig.me
)

// A route is which page was asked for. name is that of a script, Page or account.
type route struct {
	kind kind
	name string
}

// Path reports whether a request is for a page or script of this package: at the hosts
// where they are, or at one that is nobody's.
func Path(host, target string) bool { return find(host, target).kind != none }

func find(host, target string) route {
	path, _, _ := strings.Cut(target, "?")
	switch {
	case len(path) < 2:
		return route{}
	case strings.HasPrefix(path, "/plugins/"):
		return plugins(path[len("/plugins/"):])
	case strings.HasPrefix(path, "/messages/t/"):
		return named(messenger, path[len("/messages/t/"):])
	case strings.HasPrefix(path, "/m.me/"):
		return named(pageLink, path[len("/m.me/"):])
	case strings.HasPrefix(path, "/ig.me/m/"):
		return named(accountLink, path[len("/ig.me/m/"):])
	case strings.HasSuffix(path, ".js"):
		return scriptAt(path[1:])
	case is(host, "m.me"):
		return named(pageLink, path[1:])
	case is(host, "ig.me") && strings.HasPrefix(path, "/m/"):
		return named(accountLink, path[len("/m/"):])
	case is(host, "www.messenger.com") && strings.HasPrefix(path, "/t/"):
		return named(messenger, path[len("/t/"):])
	}
	return route{}
}

func is(host, name string) bool {
	return len(host) >= len(name) && strings.EqualFold(host[:len(name)], name) && (len(host) == len(name) || host[len(name)] == ':')
}

func plugins(name string) route {
	switch name {
	case "send_to_messenger.php":
		return route{kind: sendToMessenger}
	case "messenger_checkbox.php":
		return route{kind: checkbox}
	case "customerchat.php":
		return route{kind: customerChat}
	case "session":
		return route{kind: session}
	}
	return route{}
}

// named takes the ID or name of a Page or account.
func named(k kind, name string) route {
	const most = 100
	name = strings.TrimSuffix(name, "/")
	if name == "" || len(name) > most || strings.Trim(name, nameLetters) != "" {
		return route{}
	}
	return route{k, name}
}

const nameLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

// scriptAt takes /<locale>/<script>, also with the folder of a version between, as
// websites write it. [seen]
func scriptAt(path string) route {
	locale, name, _ := strings.Cut(path, "/")
	if !graph.KnownLocale(locale) {
		return route{}
	}
	if first, rest, found := strings.Cut(name, "/"); found {
		if _, ok := graph.ParseVersion(first); ok {
			name = rest
		}
	}
	switch name {
	case "messenger.Extensions.js", "messenger.Extensions/debug.js":
		return route{script, "extensions.js"}
	case "sdk.js", "all.js", "sdk/debug.js", "sdk/xfbml.customerchat.js", "sdk/xfbml.customerchat/debug.js":
		return route{script, "sdk.js"}
	}
	return route{}
}
