package control

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/fault"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/world"
)

// Deps is what the plane stands on. Journal and Metrics may be nil: then there
// is nothing to list.
type Deps struct {
	World   *world.Builder
	Journal *journal.Ring
	Clock   *clock.Clock
	// Faults are the failures to inject, in an emulator.
	Faults *fault.Plan
	// Limits are where calls are counted; nil: they are not.
	Limits  *limits.Table
	Metrics http.Handler
	// Ready returns why the server cannot answer now, nil when it can.
	Ready func(context.Context) error
	// Reset goes back to the world the server began with (nil) or to another
	// one, and forgets everything else.
	Reset func(context.Context, *world.World) error
	// Mode "server" leaves the emulator's routes out and asks for Admin
	// everywhere but in the two probes; an empty Admin lets nobody in then.
	Mode   string
	Admin  string
	Info   func() Info
	Schema *schema.Catalogue
	// Database may be zero: then its paths are not there.
	Database Database
	Log      *slog.Logger
}

// Info says what is running.
type Info struct {
	Version    string    `json:"version"`
	Mode       string    `json:"mode"`
	World      string    `json:"world,omitempty"`
	Store      string    `json:"store"`
	URL        string    `json:"url"`
	ControlURL string    `json:"control_url,omitempty"`
	Started    time.Time `json:"started,omitzero"`
	// Settings are the knobs that differ from their defaults, for stories that
	// need them.
	Settings map[string]string `json:"settings,omitempty"`
}

// Limits of a body.
const (
	maxBody   = 1 << 20
	maxImport = 64 << 20
)

type plane struct{ Deps }

// server reports whether the plane is that of server mode.
func (p *plane) server() bool { return p.Mode == "server" }

// Handler serves everything under /_/. It is safe for concurrent use.
func Handler(d Deps) http.Handler {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	p := &plane{Deps: d}
	mux := http.NewServeMux()
	routes := p.routes()
	maps.Copy(routes, p.edgeRoutes())
	if p.Database.Backup != nil {
		maps.Copy(routes, p.databaseRoutes())
	}
	maps.DeleteFunc(routes, func(_ string, r route) bool { return p.server() && r.emulator })
	routes["/_/{$}"] = on(http.MethodGet, index(routes))
	for path, r := range routes {
		mux.Handle(path, p.route(r))
	}
	mux.Handle("/", http.HandlerFunc(noRoute))
	return headers(p.admit(sameOrigin(mux)))
}

// A route is what one path answers to, by method.
type route struct {
	methods  map[string]http.HandlerFunc
	emulator bool // does not exist in server mode
}

func on(method string, h http.HandlerFunc) route {
	return route{methods: map[string]http.HandlerFunc{method: h}}
}

func (r route) and(method string, h http.HandlerFunc) route {
	r.methods[method] = h
	return r
}

func (r route) emulatorOnly() route {
	r.emulator = true
	return r
}

// Probes need no credential: an orchestrator asks them.
const (
	healthz = "/_/healthz"
	readyz  = "/_/readyz"
)

func (p *plane) databaseRoutes() map[string]route {
	return map[string]route{
		"/_/api/db/backup": on(http.MethodGet, p.backupDB),
		"/_/api/db/verify": on(http.MethodGet, p.verifyDB),
		"/_/api/db/stats":  on(http.MethodGet, p.statsDB),
	}
}

func (p *plane) routes() map[string]route {
	const get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	return map[string]route{
		healthz:          on(get, p.health),
		readyz:           on(get, p.ready),
		"/_/metrics":     on(get, p.metrics),
		"/_/api/version": on(get, p.version),
		"/_/api/schema":  on(get, p.schema),

		"/_/api/state":  on(get, p.state),
		"/_/api/ids":    on(get, p.ids),
		"/_/api/export": on(get, p.export),
		"/_/api/import": on(post, p.load),

		"/_/api/act":  on(post, p.act),
		"/_/api/jobs": on(get, p.jobs),

		// Time obeys an emulator only, and only there can a world be undone.
		"/_/api/reset": on(post, p.reset).emulatorOnly(),
		"/_/api/clock": on(get, p.clock).and(put, p.setClock).emulatorOnly(),
		// Failures that nothing in the world brings about.
		"/_/api/faults": on(get, p.faults).and(post, p.addFault).and(del, p.clearFaults).emulatorOnly(),

		// What the rate limits have counted, and a new beginning.
		"/_/api/limits": on(get, p.limits).and(del, p.clearLimits),

		"/_/api/requests":          on(get, p.requests),
		"/_/api/requests/{id}":     on(get, p.request),
		"/_/api/requests/{id}/why": on(get, p.why),

		"/_/api/people/{handle}":          on(get, p.person).and(put, p.setPerson),
		"/_/api/people/{handle}/audience": on(put, p.setAudience),
		"/_/api/people/{handle}/export":   on(get, p.exportPerson),

		"/_/api/apps/{app}":                     on(put, p.setApp),
		"/_/api/apps/{app}/review":              on(put, p.setReview),
		"/_/api/apps/{app}/mode":                on(put, p.setMode),
		"/_/api/apps/{app}/roles":               on(put, p.setRoles),
		"/_/api/pages/{page}":                   on(put, p.setPage),
		"/_/api/pages/{page}/info_about_people": on(put, p.setInfo),
		"/_/api/pages/{page}/tasks":             on(put, p.setTasks),
		"/_/api/instagram/{account}":            on(put, p.setInstagram),

		"/_/api/deliveries":                on(get, p.deliveries),
		"/_/api/deliveries/{id}":           on(get, p.delivery),
		"/_/api/deliveries/{id}/redeliver": on(post, p.redeliver),

		"/_/api/codes":             on(post, p.code),
		"/_/api/tokens":            on(post, p.mint),
		"/_/api/tokens/expire":     on(post, p.expire),
		"/_/api/tokens/invalidate": on(post, p.invalidate),
	}
}
