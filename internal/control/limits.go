package control

import (
	"net/http"
	"net/url"

	"github.com/kithgraph/kith/internal/limits"
)

// limitsView is what is used of the rate limits on this server.
type limitsView struct {
	Enforced bool          `json:"enforced"`
	Pools    []limits.View `json:"pools"`
}

func (p *plane) limits(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, limitsView{Enforced: p.Limits != nil, Pools: p.Limits.List(p.Clock.Now())})
}

// clearLimits forgets what was counted: ?kind= and ?of= narrow it.
func (p *plane) clearLimits(w http.ResponseWriter, r *http.Request) {
	kind, of, err := which(r.URL.RawQuery)
	if err != nil {
		p.fail(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]int{"cleared": p.Limits.Clear(kind, of)})
}

func which(raw string) (kind, of string, err error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", "", bad("", "The query cannot be read.")
	}
	for name, all := range values {
		switch value := all[len(all)-1]; name {
		case "kind":
			if kind = value; !limits.Known(kind) {
				return "", "", bad("One of: "+limits.Names()+".", "No limit is called %q.", kind)
			}
		case "of":
			of = value
		default:
			return "", "", bad("Use kind or of.", "The query has an unknown parameter %q.", name)
		}
	}
	return kind, of, nil
}
