package control

import (
	"encoding/json"
	"net/http"

	"github.com/kithgraph/kith/internal/world"
)

// act lets a person do something, and answers what changed by it.
func (p *plane) act(w http.ResponseWriter, r *http.Request) {
	var a world.Action
	if err := read(r, &a); err != nil {
		p.fail(w, err)
		return
	}
	changed, err := p.World.Act(r.Context(), a)
	p.answer(w, changed, err)
}

// setPerson changes attributes of a person; null takes one away.
func (p *plane) setPerson(w http.ResponseWriter, r *http.Request) {
	var attrs map[string]json.RawMessage
	err := read(r, &attrs)
	if err == nil {
		err = p.World.SetPerson(r.Context(), r.PathValue("handle"), attrs)
	}
	if err != nil {
		p.fail(w, err)
		return
	}
	p.person(w, r)
}

func (p *plane) setAudience(w http.ResponseWriter, r *http.Request) {
	var audience map[string]string
	err := read(r, &audience)
	if err == nil {
		err = p.World.SetAudience(r.Context(), r.PathValue("handle"), audience)
	}
	if err != nil {
		p.fail(w, err)
		return
	}
	p.person(w, r)
}

func (p *plane) setApp(w http.ResponseWriter, r *http.Request) {
	var s world.AppSettings
	err := read(r, &s)
	if err == nil {
		err = p.World.Configure(r.Context(), r.PathValue("app"), s)
	}
	p.Limits.Renew()
	p.done(w, err)
}

func (p *plane) setPage(w http.ResponseWriter, r *http.Request) {
	var s world.PageSettings
	err := read(r, &s)
	if err == nil {
		err = p.World.ConfigurePage(r.Context(), r.PathValue("page"), s)
	}
	p.Limits.Renew()
	p.done(w, err)
}

func (p *plane) setInstagram(w http.ResponseWriter, r *http.Request) {
	var s world.InstagramSettings
	err := read(r, &s)
	if err == nil {
		err = p.World.ConfigureInstagram(r.Context(), r.PathValue("account"), s)
	}
	p.done(w, err)
}

// setReview takes {"pages_user_locale":"advanced",...}.
func (p *plane) setReview(w http.ResponseWriter, r *http.Request) {
	var levels map[string]string
	err := read(r, &levels)
	if err == nil {
		err = p.World.Review(r.Context(), r.PathValue("app"), levels)
	}
	p.done(w, err)
}

// setMode takes {"mode":"live"}.
func (p *plane) setMode(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Mode string `json:"mode"`
	}
	err := read(r, &body)
	if err == nil {
		err = p.World.Mode(r.Context(), r.PathValue("app"), body.Mode)
	}
	p.done(w, err)
}

// setRoles takes {"olga":"administrator",...}.
func (p *plane) setRoles(w http.ResponseWriter, r *http.Request) {
	var roles map[string]string
	err := read(r, &roles)
	if err == nil {
		err = p.World.Roles(r.Context(), r.PathValue("app"), roles)
	}
	p.done(w, err)
}

// setTasks takes {"max":["MODERATE"],...}.
func (p *plane) setTasks(w http.ResponseWriter, r *http.Request) {
	var tasks map[string][]string
	err := read(r, &tasks)
	if err == nil {
		err = p.World.Tasks(r.Context(), r.PathValue("page"), tasks)
	}
	p.done(w, err)
}

// setInfo takes {"locale":"approved",...}.
func (p *plane) setInfo(w http.ResponseWriter, r *http.Request) {
	var states map[string]string
	err := read(r, &states)
	if err == nil {
		err = p.World.Info(r.Context(), r.PathValue("page"), states)
	}
	p.done(w, err)
}
