package engine

import (
	"context"
	"errors"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// ErrWrite says that a call which came for a read is a write.
var ErrWrite = errors.New("engine: a write among reads")

// A Glance answers reads on one state of the store. It belongs to one goroutine.
type Glance struct {
	engine *Engine
	r      *store.Reader
}

// Together runs f with a Glance. f runs again if a commit came between its
// reads, so it must begin anew with what it made; of what it did last everything
// comes from one state. f passes errors on that are no *graph.Error.
func (e *Engine) Together(ctx context.Context, f func(*Glance) error) error {
	return e.opt.DB.Together(ctx, func(r *store.Reader) error {
		return f(&Glance{e, r})
	})
}

// Read is Engine.Read on the state of the Glance.
func (g *Glance) Read(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	e := g.engine
	s := e.pool.Get().(*state)
	defer e.release(s)
	e.Serve(c)
	reads, points := g.r.Points()
	out, err := e.attempt(ctx, g.r, s, c, b)
	c.Reads, c.Points = g.r.Points()
	c.Reads, c.Points = c.Reads-reads, c.Points-points
	return out, err
}

// Admit finds out who is asking, and refuses them as a read would.
func (e *Engine) Admit(ctx context.Context, c *Call) error {
	s := e.pool.Get().(*state)
	defer e.release(s)
	e.Serve(c)
	return e.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		c.Ladder.Reset()
		if err := e.authenticate(ctx, r, s, c); err != nil || c.Bill.Table() == nil {
			return err
		}
		return e.tellApp(ctx, r, s, c)
	})
}

// AdmitApp lets in a call that brings no token but names its app.
func (e *Engine) AdmitApp(ctx context.Context, c *Call, id string) error {
	e.Serve(c)
	return e.opt.DB.Snapshot(ctx, func(r *store.Reader) error {
		c.Ladder.Reset()
		var app *people.App
		if graph.ValidID(id) {
			owner, err := r.Resolve(ctx, store.SpaceNode, id)
			if err != nil {
				return err
			}
			rec, err := r.Get(ctx, owner)
			if err != nil {
				return err
			}
			app, _ = value[*people.App](rec)
		}
		if app == nil || app.Deleted {
			return tokenFailed(c, graph.ErrNoApp)
		}
		c.App = app.PublicID
		e.ServeApp(c, app)
		return nil
	})
}

// Serve settles which version answers, as far as the path tells.
func (e *Engine) Serve(c *Call) {
	if c.Served = c.Version; c.Served == 0 {
		c.Served = e.opt.DefaultVersion
	}
	e.fallForward(c)
}

// fallForward leads from an expired version to one that is served. [doc graph-api versioning]
func (e *Engine) fallForward(c *Call) {
	if e.opt.Env.Realistic {
		c.Served = c.Served.Usable(c.Now.UTC().Format(time.DateOnly))
	}
}

// ServeApp settles it once the app is known: what serves it where the path names
// none, and the least it is served with. [doc graph-api versioning; the latter seen
// idx:60324399815]
func (e *Engine) ServeApp(c *Call, a *people.App) {
	if c.Version == 0 && a.DefaultVersion != 0 {
		c.Served = a.DefaultVersion
		e.fallForward(c)
	}
	if least := least(a); e.opt.Env.Realistic && c.Served < least {
		c.Served = least
		e.fallForward(c)
	}
}

// least is the oldest version that serves an app: what it was set to, else the newest
// that was there when it was made. [doc graph-api versioning; seen oauth2-facebook#29]
func least(a *people.App) graph.Version {
	if a.MinimumVersion != 0 || a.Created == 0 {
		return a.MinimumVersion
	}
	return graph.Latest(time.Unix(a.Created, 0).UTC().Format(time.DateOnly))
}
