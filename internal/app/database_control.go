package app

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

// databaseControl is what the control plane can do to the database.
func (s *Server) databaseControl() control.Database {
	g := s.Graph
	var copies atomic.Int64
	return control.Database{
		Backup: func(ctx context.Context) (string, func(), error) {
			path := sqlite.Sending(g.set.Path, copies.Add(1))
			err := g.Backup(ctx, path)
			if errors.Is(err, ErrInMemory) {
				err = control.Bad("Back up the shared database with its own tools, or export the world.", "%v.", err)
			}
			return path, func() { sqlite.Discard(path) }, err
		},
		Verify: func(ctx context.Context) (any, error) { return g.Verify(ctx, nil) },
		Stats:  func(ctx context.Context) (any, error) { return g.Stats(ctx, nil) },
	}
}
