package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/bench"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/world"
)

// open opens kith in this process with the settings of a server.
func open(ctx context.Context, path string, master []byte) (*bench.Graph, error) {
	set := app.Settings{Server: true, Path: path, Master: master, PublicURL: "http://127.0.0.1:8080"}
	if strings.HasPrefix(path, "postgres://") {
		set.Path, set.DSN, set.Lease = "", path, time.Second // as server mode has it
	}
	g, err := app.Open(ctx, set)
	if err != nil {
		return nil, err
	}
	return &bench.Graph{
		DB: g.DB, Keys: g.Keys, Engine: g.Engine, Serve: g.Serve, Close: g.Close,
		Load: func(ctx context.Context, data []byte) error {
			w, err := world.Parse("bench.yaml", data, g.Schema)
			if err != nil {
				return err
			}
			return g.Load(ctx, w)
		},
		Reset: func(ctx context.Context) error { return g.Reset(ctx, nil) },
		Act: func(ctx context.Context, person, page string) error {
			_, err := g.World.Act(ctx, world.Action{Person: person, Page: page, Event: "message"})
			return err
		},
		Block: func(ctx context.Context, person, page string, blocked bool) error {
			event := "unblock"
			if blocked {
				event = "block"
			}
			_, err := g.World.Act(ctx, world.Action{Person: person, Page: page, Event: event})
			return err
		},
		Install: func(ctx context.Context, person, app string) error {
			_, err := g.World.Act(ctx, world.Action{Person: person, App: app, Event: "install"})
			return err
		},
		Leave: func(ctx context.Context, person, app string) error {
			_, err := g.World.Act(ctx, world.Action{Person: person, App: app, Event: "uninstall"})
			return err
		},
		Generate: func(ctx context.Context, people int, profile bool) (int64, error) {
			made, err := g.World.Populate(ctx, population.Plan{People: people, Rate: 1, Profile: profile}, nil)
			if err != nil {
				return 0, err
			}
			return made.Rows, nil
		},
		Token: func(ctx context.Context, person, app string) (string, error) {
			return g.World.MintToken(ctx, world.TokenSpec{User: person, App: app})
		},
		Export: g.World.Export,
		Import: func(ctx context.Context, r io.ReadSeeker) error { return g.World.Import(ctx, r, nil) },
	}, nil
}
