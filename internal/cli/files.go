package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/world"
)

// A worldFile is a file, or standard input, with a world in it.
type worldFile struct {
	name  string // as problems call it
	lines bool   // JSON Lines, else YAML
	body  io.Reader
	size  int64 // -1 when not known
	close func() error
}

// openWorld opens a world file; "-" is standard input. The name tells YAML from
// JSON Lines, or else the first character.
func (r *Run) openWorld(path string) (*worldFile, error) {
	if path == "-" {
		data, err := io.ReadAll(r.In)
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return &worldFile{name: "stdin", lines: beginsObject(data), body: bytes.NewReader(data), size: int64(len(data)),
			close: func() error { return nil }}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	w := &worldFile{name: path, body: f, size: -1, close: f.Close}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		w.size = info.Size()
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson", ".json":
		w.lines = true
	}
	return w, nil
}

func beginsObject(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && data[0] == '{'
}

// mediaType is what the control plane calls the form of the file.
func (w *worldFile) mediaType() string {
	if w.lines {
		return "application/x-ndjson"
	}
	return "application/yaml"
}

// into puts the world into a Graph, or changes nothing.
func (w *worldFile) into(ctx context.Context, g *app.Graph, progress func(int)) error {
	if w.lines {
		return w.named(g.World.Import(ctx, w.body, progress))
	}
	data, err := io.ReadAll(w.body)
	if err != nil {
		return fmt.Errorf("read %s: %w", w.name, err)
	}
	parsed, err := world.Parse(w.name, data, g.Schema)
	if err != nil {
		return err
	}
	return g.World.Load(ctx, parsed)
}

// named adds the name of the file to problems that have none.
func (w *worldFile) named(err error) error {
	ps, ok := errors.AsType[world.Problems](err)
	if !ok {
		return err
	}
	ps = slices.Clone(ps)
	for i := range ps {
		ps[i].File = cmp.Or(ps[i].File, w.name)
	}
	return ps
}

// beside reads the pictures that a world file names, from its folder and from
// nowhere else.
func (w *worldFile) beside() func(string) ([]byte, error) {
	dir := filepath.Dir(w.name)
	return func(name string) ([]byte, error) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		defer func() { _ = root.Close() }()
		return root.ReadFile(name)
	}
}

// scratch is a Graph in memory, to try things in.
func scratch(ctx context.Context, files func(string) ([]byte, error)) (*app.Graph, error) {
	return app.Open(ctx, app.Settings{Files: files})
}

// database opens the database of a data folder that no server uses, or the
// shared one of --store.
func database(ctx context.Context, cfg *config.Config, set app.Settings) (*app.Graph, error) {
	master, err := cfg.MasterKey(nil)
	if err != nil {
		return nil, err
	}
	set.Server, set.DSN, set.Master, set.DefaultVersion = cfg.IsServer(), string(cfg.Store), master, cfg.DefaultVersion
	set.Lease, set.Fence = cfg.Lease, cfg.Fence
	if cfg.Store == "" {
		set.Path = cfg.Database()
		if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
			return nil, fmt.Errorf("make data folder: %w", err)
		}
	}
	g, err := app.Open(ctx, set)
	if err != nil {
		if f, ok := readRunFile(cfg.RunFile()); ok && alive(f.PID) {
			return nil, fmt.Errorf("%w; a server uses this database: leave --data out to go through it", err)
		}
		return nil, err
	}
	return g, nil
}
