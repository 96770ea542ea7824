package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"os"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/audit"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/postgres"
	"github.com/kithgraph/kith/internal/store/sqlite"
	"github.com/kithgraph/kith/internal/store/sqltext"
	"github.com/kithgraph/kith/internal/store/transfer"
	"github.com/kithgraph/kith/internal/world"
)

// ErrInMemory: there is no file to do it with.
var ErrInMemory = errors.New("this server keeps no file: everything is in memory or in a shared database, which has its own backups")

// Verify looks through the whole database, also while it is in use.
func (g *Graph) Verify(ctx context.Context, progress func(rows int64)) (*audit.Report, error) {
	return verify(ctx, g.drv, g.Keys, progress)
}

func verify(ctx context.Context, drv driver.Store, keys *access.Keys, progress func(rows int64)) (*audit.Report, error) {
	return audit.Run(ctx, drv, store.Registry(), audit.Options{Progress: progress,
		Judge: func(say func(string, ...any)) audit.Judge { return world.NewJudge(keys, say) }})
}

// A DatabaseStats says what a database holds and how large its file is.
type DatabaseStats struct {
	Store string       `json:"store"`
	File  *sqlite.File `json:"file,omitempty"`
	audit.Stats
}

// Stats counts what is in the database.
func (g *Graph) Stats(ctx context.Context, progress func(rows int64)) (*DatabaseStats, error) {
	counted, err := audit.Count(ctx, g.drv, store.Registry(), progress)
	if err != nil {
		return nil, err
	}
	out := &DatabaseStats{Store: "memory", Stats: *counted}
	if g.set.where() != "" {
		out.Store = g.set.where()
	}
	if _, ok := g.drv.(*sqlite.Store); ok {
		out.File, err = g.file()
	}
	return out, err
}

// file measures the file without opening it: whoever has it open would lose the
// locks on it. [doc sqlite howtocorrupt 2.2]
func (g *Graph) file() (*sqlite.File, error) {
	newest := sqltext.SchemaNumber(g.set.Migrations)
	f := &sqlite.File{Path: g.set.Path, Schema: newest, Newest: newest}
	st, err := os.Stat(f.Path)
	if err != nil {
		return nil, err
	}
	f.Bytes = st.Size()
	if log, err := os.Stat(f.Path + "-wal"); err == nil {
		f.Log = log.Size()
	}
	return f, nil
}

// Backup writes a copy of one state of the embedded database to a new file,
// while it is in use. The file has its name only once it is whole, was read
// page by page, was verified, and is on disk.
func (g *Graph) Backup(ctx context.Context, path string) error {
	drv, ok := g.drv.(*sqlite.Store)
	if !ok {
		return ErrInMemory
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up: %q is there already, and is not overwritten", path)
	}
	partial := fmt.Sprintf("%s.%d.partial", path, os.Getpid())
	defer sqlite.Discard(partial)
	if err := drv.Backup(ctx, partial); err != nil {
		return err
	}
	if err := CheckCopy(ctx, partial, g.Keys, g.set.Migrations); err != nil {
		return fmt.Errorf("back up: the copy is not sound: %w", err)
	}
	if err := sqlite.Place(partial, path); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// CheckCopy reads every page of a database that nobody uses and verifies it.
// Migrations are those of Settings.
func CheckCopy(ctx context.Context, path string, keys *access.Keys, migrations []sqltext.Migration) error {
	if err := sqlite.CheckFile(path, migrations); err != nil {
		return err
	}
	drv, err := sqlite.Open(ctx, path, store.Registry(), sqlite.Options{ReadConns: 1, Migrations: migrations})
	if err != nil {
		return err
	}
	report, err := verify(ctx, drv, keys, nil)
	if err == nil && !report.OK() {
		err = fmt.Errorf("%d mistakes, the first: %s", report.Found, report.Problems[0])
	}
	return errors.Join(err, drv.Close())
}

// IsDSN tells a PostgreSQL URL from the path of a file.
func IsDSN(at string) bool {
	return strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://")
}

// A SchemaState is the number of the schema that a database has, zero for none
// yet, beside the newest that is known.
type SchemaState struct {
	Database string `json:"-"` // without secrets
	Have     int64  `json:"schema"`
	Newest   int64  `json:"newest"`
}

// SchemaOf looks at a database, a file or a PostgreSQL URL, and changes nothing.
// A file that is not there gives no state; a database that kith would refuse
// gives that error. Migrations are those of Settings.
func SchemaOf(ctx context.Context, at string, migrations []sqltext.Migration) (*SchemaState, error) {
	if IsDSN(at) {
		have, err := postgres.Schema(ctx, postgres.Options{DSN: at, Registry: store.Registry(), Now: time.Now, Rand: rand.Reader, Migrations: migrations})
		return &SchemaState{postgres.Address(at), have, sqltext.SchemaNumber(migrations)}, err
	}
	f, err := sqlite.Look(at, migrations)
	if err != nil || f == nil {
		return nil, err
	}
	return &SchemaState{f.Path, f.Schema, f.Newest}, nil
}

// OpenDriver opens a database, a file or a PostgreSQL URL, for work on the whole
// of it.
func OpenDriver(ctx context.Context, at string) (driver.Store, error) {
	if IsDSN(at) {
		return postgres.Open(ctx, postgres.Options{DSN: at, Registry: store.Registry(), Now: time.Now, Rand: rand.Reader})
	}
	return sqlite.Open(ctx, at, store.Registry(), sqlite.Options{})
}

// Place names a database without any secret.
func Place(at string) string {
	if IsDSN(at) {
		return postgres.Address(at)
	}
	return at
}

// Rows counts what a Move copies.
func Rows(ctx context.Context, drv driver.Store) (n int64, err error) {
	err = drv.View(ctx, func(r driver.Reader) error {
		n = 0
		for _, t := range [...]driver.Table{driver.Objects, driver.Assocs, driver.Keys} {
			if err := r.Scan(ctx, t, func(*driver.Row) bool { n++; return true }); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// Moved says what a Move did.
type Moved struct {
	Rows int64 `json:"rows"`
	// Bytes and SHA256 are those of the canonical export, which both sides give.
	Bytes  int64  `json:"export_bytes"`
	SHA256 string `json:"export_sha256"`
}

// Move copies a database into an empty one and compares the canonical export of
// both, byte by byte. It goes on where an earlier Move of the same source was
// cut off. The source stays as it is; nobody may write to it meanwhile.
func Move(ctx context.Context, from, to driver.Store, keys *access.Keys, progress func(stage string, n int64)) (*Moved, error) {
	if err := moving(from, keys).Finished(ctx); err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	rows, err := transfer.Copy(ctx, from, to, store.Registry(), transfer.Options{
		Meta: store.KindMeta, ByVersion: []store.Kind{store.AssocHistory, store.AssocHistoryOf, store.AssocQueued, store.AssocDelivery},
		Progress: func(n int64) { progress("copying rows", n) },
	})
	if err != nil {
		return nil, err
	}
	var sums [2]*measured
	for i, drv := range [...]driver.Store{from, to} {
		stage := [...]string{"exporting the source", "exporting the target"}[i]
		sums[i] = &measured{Hash: sha256.New(), progress: func(n int64) { progress(stage, n) }}
		if err := moving(drv, keys).Export(ctx, sums[i]); err != nil {
			return nil, err
		}
	}
	out := &Moved{rows, sums[0].n, fmt.Sprintf("%x", sums[0].Sum(nil))}
	if there := fmt.Sprintf("%x", sums[1].Sum(nil)); there != out.SHA256 || sums[1].n != out.Bytes {
		return nil, fmt.Errorf("the target exports %d bytes (%s), the source %d (%s): the source changed meanwhile; "+
			"nothing of it was touched; empty the target and move again", sums[1].n, there, out.Bytes, out.SHA256)
	}
	return out, transfer.Forget(ctx, to)
}

// moving is the world of one side of a Move.
func moving(drv driver.Store, keys *access.Keys) *world.Builder {
	return world.New(world.Options{DB: store.Open(drv, store.Options{Decode: world.Decoders(keys)}), Keys: keys,
		Now: time.Now, Knobs: consent.DefaultKnobs()})
}

// measured is a hash that counts.
type measured struct {
	hash.Hash
	n        int64
	progress func(n int64)
}

func (m *measured) Write(b []byte) (int, error) {
	m.n += int64(len(b))
	m.progress(m.n)
	return m.Hash.Write(b)
}
