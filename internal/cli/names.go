package cli

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/world"
)

// tokenOf is the token of a handle of the world. Without an app a person's is
// that of the first app they use.
func tokenOf(ids *world.IDs, kind, handle, app string) (string, error) {
	var token string
	var known bool
	switch kind {
	case "":
		return "", nil
	case "page":
		p, ok := ids.Pages[handle]
		token, known = p.Token, ok
	case "instagram":
		ig, ok := ids.Instagram[handle]
		token, known = ig.Token, ok
	case "app":
		a, ok := ids.Apps[handle]
		token, known = a.Token, ok
	case "user":
		p, ok := ids.People[handle]
		if token, known = p.Tokens[app], ok; app == "" && len(p.Tokens) > 0 {
			token = p.Tokens[slices.Min(slices.Collect(maps.Keys(p.Tokens)))]
		}
	default:
		return "", usagef("--as %s: one of page, user, app, instagram", kind)
	}
	switch {
	case !known:
		return "", usagef("the world has no %s %q; GET /_/api/ids lists what it has", kind, handle)
	case token == "" && kind == "user":
		return "", usagef("%s has not installed the app; try: kith act %s install --app demo", handle, handle)
	case token == "":
		return "", usagef("%s %q has no token", kind, handle)
	}
	return token, nil
}

// fillIn puts IDs in place of {psid alice shop} and its kin.
func fillIn(path string, ids *world.IDs) (string, error) {
	var bad error
	path = regexp.MustCompile(`\{[^{}]*\}`).ReplaceAllStringFunc(path, func(all string) string {
		id := lookUp(strings.Fields(all[1:len(all)-1]), ids)
		if id == "" && bad == nil {
			bad = usagef("%s: no such ID in this world; use {psid PERSON PAGE}, {asid PERSON APP}, {igsid PERSON ACCOUNT} or {id HANDLE}", all)
		}
		return id
	})
	return path, bad
}

func lookUp(words []string, ids *world.IDs) string {
	switch {
	case len(words) == 2 && words[0] == "id":
		for _, id := range []string{ids.Pages[words[1]].ID, ids.Instagram[words[1]].ID, ids.Apps[words[1]].ID} {
			if id != "" {
				return id
			}
		}
	case len(words) == 3 && words[0] == "psid":
		return ids.Pages[words[2]].PSIDs[words[1]]
	case len(words) == 3 && words[0] == "igsid":
		return ids.Instagram[words[2]].IGSIDs[words[1]]
	case len(words) == 3 && words[0] == "asid":
		return ids.People[words[1]].ASIDs[words[2]]
	}
	return ""
}
