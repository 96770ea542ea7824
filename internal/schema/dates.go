package schema

import (
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

// Reached reports whether a day on which something was taken from everyone, in
// seconds since 1970 and zero for none, has come. Dates count under
// versions.policy realistic alone.
func (e *Env) Reached(day int64, now time.Time) bool {
	return day != 0 && e.Realistic && now.Unix() >= day
}

// Standing is a set of permissions without those that were taken from everyone.
func (e *Env) Standing(ps graph.Permissions, now time.Time) graph.Permissions {
	if !e.Realistic {
		return ps
	}
	return ps.Minus(graph.Ended(now.Unix()))
}

// Gone reports whether the edge is not there, for readers and for writers.
func (e *Edge) Gone(env *Env, now time.Time) bool {
	return e.Dead && env.Realistic || env.Reached(e.GoneSince, now)
}
