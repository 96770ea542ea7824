package control

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// readyWithin bounds the question behind readyz.
const readyWithin = 2 * time.Second

// health says that the process answers, and nothing more.
func (p *plane) health(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]bool{"ok": true})
}

// ready says whether Graph calls would be answered now. The reason is for the
// log: anybody may ask this.
func (p *plane) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if p.Ready != nil {
		if err := p.Ready(ctx); err != nil {
			p.Log.Warn("not ready", "err", err)
			refuse(w, http.StatusServiceUnavailable, "The server is not ready.", "")
			return
		}
	}
	reply(w, http.StatusOK, map[string]bool{"ready": true})
}

func (p *plane) metrics(w http.ResponseWriter, r *http.Request) {
	if p.Metrics == nil {
		noRoute(w, r)
		return
	}
	p.Metrics.ServeHTTP(w, r)
}

func (p *plane) info() Info {
	if p.Info == nil {
		return Info{}
	}
	return p.Info()
}

func (p *plane) version(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, p.info()) }

// state is what there is: what runs, the clock and the world's counts.
func (p *plane) state(w http.ResponseWriter, r *http.Request) {
	s, err := p.World.State(r.Context())
	p.answer(w, struct {
		Server Info      `json:"server"`
		Clock  clockView `json:"clock"`
		World  any       `json:"world"`
	}{p.info(), p.clockView(), s}, err)
}

func (p *plane) ids(w http.ResponseWriter, r *http.Request) {
	ids, err := p.World.IDs(r.Context())
	p.answer(w, ids, err)
}

func (p *plane) person(w http.ResponseWriter, r *http.Request) {
	v, err := p.World.Person(r.Context(), r.PathValue("handle"))
	p.answer(w, v, err)
}

// jobs lists the erasures that are not finished. What they erase shows nowhere
// any more.
func (p *plane) jobs(w http.ResponseWriter, r *http.Request) {
	list, err := p.World.Jobs(r.Context())
	p.answer(w, map[string][]world.Job{"jobs": list}, err)
}

// exportPerson writes everything there is about one person.
func (p *plane) exportPerson(w http.ResponseWriter, r *http.Request) {
	patient(w)
	var b bytes.Buffer
	if err := p.World.ExportPerson(r.Context(), r.PathValue("handle"), &b); err != nil {
		p.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = w.Write(b.Bytes())
}
