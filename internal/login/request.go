package login

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A request is what an app asks the login page for.
type request struct {
	app       *people.App
	redirect  string
	state     string
	stated    bool // a state was sent, perhaps an empty one
	instagram bool
	// What goes back: a code, a token, and the lists of permissions.
	code, token, lists bool
	scope              graph.Permissions
	// again asks for what was declined before, renew for everything once more.
	again, renew bool
	challenge    string
	// device is the login on a device that this is, nil for one of a browser.
	device *access.Code
}

// A Refusal is why there is no login page. It is told to whoever reads the page:
// the address of the app is not to be trusted then.
type Refusal struct{ Title, Text string }

func refusal(title, text string) *Refusal { return &Refusal{title, text} }

// readRequest takes the query apart. What is wrong is told, in the order in
// which it was seen to be. [doc manual login flow; texts seen, order guess]
func readRequest(ctx context.Context, r *store.Reader, query string, instagram bool) (*request, *Refusal, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, refusal("Sorry, something went wrong", "The address of this page cannot be read."), nil
	}
	req := &request{redirect: q.Get("redirect_uri"), state: q.Get("state"), stated: q.Has("state"), instagram: instagram, challenge: q.Get("code_challenge")}
	if req.app, err = appByID(ctx, r, q.Get("client_id")); err != nil {
		return nil, nil, err
	}
	if req.app == nil || req.app.Deleted {
		return nil, refusal("Invalid App ID", "The provided app ID does not look like a valid app ID."), nil
	}
	if !Allowed(req.app, req.redirect) {
		return nil, refusal("URL blocked", "This redirect failed because the redirect URI is not white-listed in the app's client OAuth settings. "+
			"Name it, byte for byte, in redirect_uris of the app. An app that names none, or is in development, may use any address of this machine."), nil
	}
	if why := req.readTypes(q.Get("response_type"), q.Get("return_scopes")); why != nil {
		return nil, why, nil
	}
	if m := q.Get("code_challenge_method"); (req.challenge != "" || m != "") && (m != "S256" || len(req.challenge) != 43) {
		return nil, refusal("Invalid code_challenge", "The method must be S256, and the challenge the base64url of a SHA-256."), nil
	}
	types := strings.FieldsFunc(q.Get("auth_type"), separates)
	req.again, req.renew = slices.Contains(types, "rerequest"), slices.Contains(types, "reauthorize")
	return req, req.readScope(q.Get("scope")), nil
}

func separates(c rune) bool { return c == ',' || c == ' ' }

// bounds are what stands between names of permissions, of a list in JSON too.
func bounds(c rune) bool { return separates(c) || strings.ContainsRune(`[]"'`, c) }

func (req *request) readTypes(types, scopes string) *Refusal {
	req.lists = (scopes == "true" || scopes == "1") && !req.instagram
	for _, t := range strings.FieldsFunc(types, separates) {
		switch {
		case t == "code":
			req.code = true
		case t == "token" && !req.instagram:
			req.token = true
		case t == "granted_scopes" && !req.instagram:
			req.lists = true
		default:
			return refusal("Invalid response_type", "A login answers with code, token, both, or granted_scopes.")
		}
	}
	if !req.token && !req.code {
		req.code = true
	}
	return nil
}

// readScope knows permissions by their names; one it does not know is shown to
// the developer. [seen]
func (req *request) readScope(text string) *Refusal {
	var unknown []string
	if req.scope, unknown = readPermissions(text, req.instagram); unknown != nil {
		return refusal("Invalid Scopes: "+strings.Join(unknown, ", "),
			"This message is only shown to developers. Users of your app will ignore these permissions if present. Please read the documentation for valid permissions.")
	}
	req.scope = req.scope.With(req.basic())
	return nil
}

// readPermissions reads names between commas or blanks, or a list in JSON, those of Instagram Login or
// the others.
func readPermissions(text string, instagram bool) (set graph.Permissions, unknown []string) {
	for _, name := range strings.FieldsFunc(text, bounds) {
		p, ok := graph.ParsePermission(name)
		if !ok || strings.HasPrefix(name, "instagram_business_") != instagram {
			unknown = append(unknown, name)
			continue
		}
		set = set.With(p)
	}
	return set, unknown
}

// basic is what every login grants.
func (req *request) basic() graph.Permission {
	if req.instagram {
		return graph.InstagramBusinessBasic
	}
	return graph.PublicProfile
}

// asks is what the page asks a person for: what they have not granted yet nor
// declined before, unless the app wants to ask again. [doc rerequest]
func (req *request) asks(had *people.Install) graph.Permissions {
	if had == nil || req.renew {
		return req.scope
	}
	open := req.scope.Minus(had.Granted)
	if !req.again {
		open = open.Minus(had.Declined)
	}
	return open
}
