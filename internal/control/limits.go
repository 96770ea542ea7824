package control

import (
	"net/http"

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
	q := r.URL.Query()
	kind, of := q.Get("kind"), q.Get("of")
	if kind != "" && !limits.Known(kind) {
		p.fail(w, bad("One of: "+limits.Names()+".", "No limit is called %q.", kind))
		return
	}
	reply(w, http.StatusOK, map[string]int{"cleared": p.Limits.Clear(kind, of)})
}
