package app

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/postgres"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

// openStore opens the backend that the settings name.
func (g *Graph) openStore(ctx context.Context) (driver.Store, error) {
	reg := store.Registry()
	if err := reg.Check(); err != nil {
		return nil, err
	}
	switch {
	case g.set.DSN != "":
		return postgres.Open(ctx, postgres.Options{DSN: g.set.DSN, Registry: reg, Now: time.Now, Rand: rand.Reader, Log: g.set.Log,
			Migrations: g.set.Migrations})
	case g.set.Path != "":
		return sqlite.Open(ctx, g.set.Path, reg, sqlite.Options{Migrations: g.set.Migrations})
	}
	g.memory = memory.Open(reg)
	return g.memory, nil
}

// where names the database, without secrets; empty is memory.
func (s *Settings) where() string {
	if s.DSN != "" {
		return postgres.Address(s.DSN)
	}
	return s.Path
}

// choice is what a person chooses another database with.
func (s *Settings) choice() string {
	if s.DSN != "" {
		return "database with --store"
	}
	return "folder with --data"
}

// node is a number that tells this process from others.
func node() uint64 {
	var b [8]byte
	fill(b[:])
	return binary.BigEndian.Uint64(b[:])
}
