package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/access"
)

// ids is the answer of the control plane to what is called how.
type ids struct {
	Apps map[string]struct {
		ID, Secret, Token string
		Client            string `json:"client_token"`
	}
	Pages map[string]struct {
		ID, App, Token string
		PSIDs          map[string]string
	}
	Instagram map[string]struct {
		ID, App, Token string
		IGSIDs         map[string]string
	}
	People map[string]struct {
		ASIDs, Tokens map[string]string
	}
	Businesses, Things map[string]string
}

// names returns the IDs of the world, asked for again after every verb.
func (r *runner) names(ctx context.Context) (*ids, error) {
	if r.ids != nil {
		return r.ids, nil
	}
	var a ids
	if err := r.w.control(ctx, http.MethodGet, "ids", nil, &a); err != nil {
		return nil, err
	}
	r.ids = &a
	return r.ids, nil
}

// find is the lookup of a run.
func (r *runner) find(ctx context.Context) lookup {
	return func(words []string) (string, bool, error) {
		v, ok, err := r.value(ctx, words)
		if err == nil && ok && v == "" {
			err = fmt.Errorf("{%s}: %w has it", strings.Join(words, " "), errNoValue)
		}
		return v, ok, err
	}
}

// maxRepeat bounds {repeat}; the largest body a server takes is 4 MiB.
const maxRepeat = 8 << 20

func (r *runner) value(ctx context.Context, words []string) (string, bool, error) {
	if v, ok := r.vars[words[0]]; ok && len(words) == 1 {
		return v, true, nil
	}
	switch words[0] {
	case "psid", "asid", "igsid", "id", "secret":
		v, err := r.id(ctx, words)
		return v, true, err
	case "repeat":
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || n > maxRepeat/len(words[2]) {
			return "", true, fmt.Errorf("{repeat %s ...}: it takes how often, up to %d bytes in all", words[1], maxRepeat)
		}
		return strings.Repeat(words[2], n), true, nil
	case "signed":
		v, err := r.signed(ctx, words[1], words[2])
		return v, true, err
	case "receiver":
		if to := r.receivers[words[1]]; to != nil {
			return to.url, true, nil
		}
		return "", true, nil
	case "token":
		v, err := r.token(ctx, viewerOf(words[1:]))
		return v, true, err
	case "proof":
		v, err := r.proof(ctx, viewerOf(words[1:]))
		return v, true, err
	}
	if rest, ok := strings.CutPrefix(words[0], "now"); ok {
		if n, ok := seconds(rest); ok {
			t, err := r.w.now(ctx)
			return strconv.FormatInt(t.Unix()+n, 10), true, err
		}
	}
	return "", false, nil
}

func (r *runner) id(ctx context.Context, words []string) (string, error) {
	a, err := r.names(ctx)
	if err != nil {
		return "", err
	}
	switch words[0] {
	case "psid":
		return a.Pages[words[2]].PSIDs[words[1]], nil
	case "asid":
		return a.People[words[1]].ASIDs[words[2]], nil
	case "igsid":
		return a.Instagram[words[2]].IGSIDs[words[1]], nil
	case "secret":
		return a.Apps[words[1]].Secret, nil
	}
	switch words[1] {
	case "app":
		return a.Apps[words[2]].ID, nil
	case "page":
		return a.Pages[words[2]].ID, nil
	case "instagram":
		return a.Instagram[words[2]].ID, nil
	case "business":
		return a.Businesses[words[2]], nil
	case "thing":
		return a.Things[words[2]], nil
	}
	return "", fmt.Errorf("{id %s ...}: an ID is of an app, page, instagram, business or thing", words[1])
}

func viewerOf(words []string) Viewer {
	v := Viewer{Kind: words[0], Handle: words[1]}
	if len(words) > 2 {
		v.App = words[2]
	}
	return v
}

// token is the text of a token. That of a Page or account for another app than
// its first is made when it is first asked for.
func (r *runner) token(ctx context.Context, v Viewer) (string, error) {
	switch v.Kind {
	case "nobody":
		return "", nil
	case "token":
		return expand(v.Handle, r.find(ctx))
	}
	a, err := r.names(ctx)
	if err != nil {
		return "", err
	}
	switch v.Kind {
	case "app":
		return known(v, a.Apps[v.Handle].Token)
	case "client":
		return known(v, a.Apps[v.Handle].Client)
	case "user":
		return known(v, a.People[v.Handle].Tokens[r.appOf(a, v)])
	case "page":
		if p := a.Pages[v.Handle]; v.App == "" || v.App == p.App {
			return known(v, p.Token)
		}
	case "instagram":
		if i := a.Instagram[v.Handle]; v.App == "" || v.App == i.App {
			return known(v, i.Token)
		}
	default:
		return "", fmt.Errorf("a token is of a page, app, user or instagram, not of a %q", v.Kind)
	}
	key := v.Kind + " " + v.Handle + " " + v.App
	if t, ok := r.minted[key]; ok {
		return t, nil
	}
	t, err := r.mint(ctx, v.Kind, v.Handle, []string{"app=" + v.App})
	r.minted[key] = t
	return t, err
}

func known(v Viewer, text string) (string, error) {
	if text == "" {
		return "", fmt.Errorf("%w has a token of %s %q", errNoValue, v.Kind, v.Handle)
	}
	return text, nil
}

// appOf is the app a user token is for: the one named, or the first by name
// that the person uses.
func (r *runner) appOf(a *ids, v Viewer) string {
	if v.App != "" {
		return v.App
	}
	apps := make([]string, 0, 1)
	for h := range a.People[v.Handle].Tokens {
		apps = append(apps, h)
	}
	slices.Sort(apps)
	if len(apps) == 0 {
		return ""
	}
	return apps[0]
}

// proof is the appsecret_proof of a token, with the secret of its app.
func (r *runner) proof(ctx context.Context, v Viewer) (string, error) {
	a, err := r.names(ctx)
	if err != nil {
		return "", err
	}
	text, err := r.token(ctx, v)
	if err != nil {
		return "", err
	}
	app := v.App
	switch {
	case app != "":
	case v.Kind == "app":
		app = v.Handle
	case v.Kind == "user":
		app = r.appOf(a, v)
	case v.Kind == "page":
		app = a.Pages[v.Handle].App
	case v.Kind == "instagram":
		app = a.Instagram[v.Handle].App
	}
	if app == "" && len(a.Apps) == 1 {
		for h := range a.Apps {
			app = h
		}
	}
	secret := a.Apps[app].Secret
	if secret == "" {
		return "", fmt.Errorf("a proof for %s %s: say of which app", v.Kind, v.Handle)
	}
	return access.Proof(secret, text), nil
}
