package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/store"
)

// ownerID is the object that says which master key a database was made with, by
// a value derived from it. IDs, tokens and secrets of one key mean nothing under
// another, so a database is never opened with a second one.
const ownerID store.ID = 2

const (
	tagOwnerCheck = 1
	tagOwnerMode  = 2
)

func modeName(server bool) string {
	if server {
		return config.Server
	}
	return config.Emulator
}

// claim makes the database this key's, or refuses one of another key untouched.
// Of several processes that claim at once one is first.
func (g *Graph) claim(ctx context.Context) error {
	label := g.Keys.Label("owner of a database")
	have, err := g.owner(ctx)
	if err != nil {
		return fmt.Errorf("open database %q: %w", g.set.where(), err)
	}
	if have != nil {
		return g.checkOwner(have, label[:])
	}
	data := store.AppendRecord(nil, []store.Field{
		{Tag: tagOwnerCheck, Val: label[:]}, store.StringField(tagOwnerMode, modeName(g.set.Server)),
	})
	return g.DB.Update(ctx, func(tx *store.Tx) error {
		have, err := ownerOf(ctx, &tx.Reader)
		if err != nil {
			return err
		}
		if have != nil {
			return g.checkOwner(have, label[:])
		}
		return tx.Put(ctx, store.Object{ID: ownerID, Kind: store.KindMeta, Data: data})
	})
}

func (g *Graph) owner(ctx context.Context) (have []store.Field, err error) {
	err = g.DB.View(ctx, func(r *store.Reader) error {
		have, err = ownerOf(ctx, r)
		return err
	})
	return have, err
}

// ownerOf reads what a database says of its key, nil for nothing.
func ownerOf(ctx context.Context, r *store.Reader) ([]store.Field, error) {
	rec, err := r.Get(ctx, ownerID)
	if err != nil || rec == nil {
		return nil, err
	}
	data, _ := rec.Value.([]byte)
	return store.ParseRecord(data)
}

func (g *Graph) checkOwner(have []store.Field, label []byte) error {
	mode := ""
	for _, f := range have {
		switch f.Tag {
		case tagOwnerCheck:
			if bytes.Equal(f.Val, label) {
				return nil
			}
		case tagOwnerMode:
			mode = f.Text()
		}
	}
	remedy := "give the key it was made with (master.key in its folder, --key-file or KITH_KEY)"
	switch {
	case mode == config.Server && !g.set.Server:
		remedy = "it was made in server mode: add --mode server, or choose another " + g.set.choice()
	case mode == config.Emulator && g.set.Server:
		remedy = "it was made in emulator mode, with the key everybody knows: choose another " + g.set.choice()
	}
	return fmt.Errorf("open database %q: it belongs to another master key; %s; nothing was changed", g.set.where(), remedy)
}

// keyBeside refuses to make a new key next to a database that needs an old one.
func keyBeside(cfg *config.Config) error {
	if !cfg.IsServer() || cfg.Memory || cfg.Store != "" || cfg.Key != "" || cfg.KeyFile != "" {
		return nil
	}
	if _, err := os.Stat(cfg.Database()); err != nil {
		return nil
	}
	if _, err := os.Stat(cfg.KeyPath()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("data folder %q has a database but no master.key: it was made in emulator mode, or the key was lost; "+
			"choose another folder with --data, or put the key back; nothing was changed", cfg.Data)
	}
	return nil
}
