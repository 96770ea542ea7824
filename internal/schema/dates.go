package schema

import (
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// A Leaving is how something was taken away under versions.policy realistic: at once
// from the versions from In on, from apps that were made since New, and from
// everybody on Day. Days are in seconds since 1970; zero is never.
type Leaving struct {
	In       graph.Version
	New, Day int64
}

// A When is by which app, in which version and at what time something is asked.
type When struct {
	App     *people.App
	Version graph.Version
	Now     time.Time
}

// When is what a row is asked for.
func (r *Row) When() When { return When{App: r.Viewer.App, Version: r.Version, Now: r.Now} }

// Left reports whether something was taken away.
func (e *Env) Left(l Leaving, w When) bool {
	switch {
	case !e.Realistic:
		return false
	case l.In != 0 && w.Version >= l.In, l.Day != 0 && w.Now.Unix() >= l.Day:
		return true
	}
	return l.New != 0 && w.created() >= l.New
}

// created is when the app was made, zero where nobody said so.
func (w When) created() int64 {
	if w.App == nil {
		return 0
	}
	return w.App.Created
}

// Standing is a set of permissions without those that were taken away.
func (e *Env) Standing(ps graph.Permissions, w When) graph.Permissions {
	if !e.Realistic {
		return ps
	}
	return ps.Minus(graph.Ended(w.Now.Unix(), w.created()))
}
