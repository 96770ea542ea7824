package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// A Graph is kith inside this process, as much of it as is measured here.
type Graph struct {
	DB     *store.DB
	Keys   *access.Keys
	Engine *engine.Engine
	Serve  func(ctx context.Context, in *graph.In, out *graph.Out)
	// Load loads a world file, Reset goes back to it.
	Load  func(ctx context.Context, world []byte) error
	Reset func(ctx context.Context) error
	// Act has a person write to a Page, both by handle.
	Act func(ctx context.Context, person, page string) error
	// Block has a person block a Page or, if not blocked, take it back.
	Block func(ctx context.Context, person, page string, blocked bool) error
	// Install has a person take an app, Leave remove it.
	Install, Leave func(ctx context.Context, person, app string) error

	Export func(ctx context.Context, w io.Writer) error
	Import func(ctx context.Context, r io.ReadSeeker) error
	// Generate makes people up; Token is a token of a person in an app.
	Generate Generate
	Token    func(ctx context.Context, person, app string) (string, error)
	Close    func() error
}

// Options of a run. Open, Tune and Self are required.
type Options struct {
	// Open opens a Graph with the settings of a server, in a file, in a
	// database if the path is its URL or, without a path, in memory.
	Open func(ctx context.Context, path string, master []byte) (*Graph, error)
	// Tune has this process collect garbage as a server does, until undo.
	Tune func() (undo func())
	// Self is a program that runs Bare when told "bare".
	Self string
	// Kith is the binary to measure; it is built from Source unless given.
	Kith   string
	Source string
	Rounds int
	// Quick makes everything smaller: good for a look, not for a verdict.
	Quick bool
	// People, unless zero, asks for the rows of a crowd of that many instead.
	People int
	// Dir is where the temporary folder is made; empty is the system's place.
	Dir string
	// Rows are the keys of the rows wanted; empty means all.
	Rows     []string
	Progress io.Writer
	// Bar shows how far something long is and returns who wants to know; nil
	// leaves that to Progress.
	Bar func(total int, what string) func(done int)
}

// A lab is one run: where its files are and what is running.
type lab struct {
	opt   Options
	dir   string
	kith  string
	rows  map[string]*Row
	small *place
	large *place
	// vastFailed is why there is no vast crowd.
	vastFailed error
	running    []*process
	begin      func(start func() error) error // starts a process; see apart
	conns      []func()                       // hang up
}

// master is the key of everything measured here; it guards nothing.
const master = "kithbench: a key for no one else"

// admin is the credential of the control planes that are started here.
const admin = "kithbench-admin-credential"

// Run measures the rows wanted, in the order of the design. A row that cannot
// be measured says why; the error is of what keeps all of them from it.
func Run(ctx context.Context, opt Options) ([]Row, error) {
	all := table()
	if opt.People > 0 {
		all = vastTable()
	}
	l := &lab{opt: opt, rows: map[string]*Row{}, begin: anywhere}
	for _, key := range opt.Rows {
		if !slices.ContainsFunc(all, func(r *Row) bool { return r.Key == key }) {
			return nil, fmt.Errorf("no row %q", key)
		}
	}
	wanted := all[:0]
	for _, r := range all {
		if len(opt.Rows) == 0 || slices.Contains(opt.Rows, r.Key) {
			wanted, l.rows[r.Key] = append(wanted, r), r
		}
	}
	if err := l.run(ctx); err != nil {
		return nil, err
	}
	rows := make([]Row, len(wanted))
	for i, r := range wanted {
		rows[i] = *r
	}
	return rows, nil
}

func (l *lab) run(ctx context.Context) (err error) {
	if l.dir, err = os.MkdirTemp(l.opt.Dir, "kithbench"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(l.dir)) }()
	if err := os.WriteFile(l.path("master.key"), fmt.Appendf(nil, "%x\n", master), 0o600); err != nil {
		return err
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	todo := groups()
	if l.opt.People > 0 {
		todo = vastGroups()
	}
	for _, group := range todo {
		if !l.wants(group.rows...) {
			continue
		}
		l.say("%s", strings.Join(group.rows, ", "))
		if err := group.measure(l, ctx); err != nil {
			for _, key := range group.rows {
				if r := l.rows[key]; r != nil && r.Value == nil {
					r.fail(err)
				}
			}
		}
		if err := l.stopAll(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// apart has the load of this process and the servers that are started from now
// on each use one half of the processors, until together is called. On shared
// ones a server that saves time would have its load take a part of it, and
// throughput would be of both.
func (l *lab) apart() (together func()) {
	begin, rejoin, err := halve()
	if err != nil {
		l.say("load and servers share the processors: %v", err)
		return func() {}
	}
	l.begin = begin
	return func() {
		l.begin = anywhere
		rejoin()
	}
}

// anywhere starts a process on all processors.
func anywhere(start func() error) error { return start() }

// build makes the binary as it is shipped.
func (l *lab) build(ctx context.Context) error {
	if l.kith = l.opt.Kith; l.kith != "" {
		return nil
	}
	l.say("building")
	l.kith = l.path("kith")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", l.kith, "./cmd/kith")
	cmd.Dir = l.opt.Source
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build kith: %w: %s", err, out)
	}
	return nil
}

func (l *lab) path(parts ...string) string {
	return filepath.Join(append([]string{l.dir}, parts...)...)
}

// wants reports whether any of the rows is wanted.
func (l *lab) wants(keys ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return l.rows[k] != nil })
}

// set gives a row its figure, if it is wanted.
func (l *lab) set(key, note string, rounds ...float64) {
	if r := l.rows[key]; r != nil {
		r.Note = note
		r.set(rounds)
	}
}

func (l *lab) say(format string, args ...any) {
	if l.opt.Progress != nil {
		fmt.Fprintf(l.opt.Progress, "kithbench: "+format+"\n", args...)
	}
}

// bar is Options.Bar or, without one, a line for each tenth.
func (l *lab) bar(total int, what string) func(done int) {
	if l.opt.Bar != nil {
		return l.opt.Bar(total, what)
	}
	said := 0
	return func(done int) {
		if tenth := done * 10 / max(total, 1); tenth > said {
			said = tenth
			l.say("%s: %d %%", what, 10*tenth)
		}
	}
}

// stopAll ends what a group started.
func (l *lab) stopAll() error {
	for _, hangUp := range l.conns {
		hangUp()
	}
	var errs []error
	for _, p := range l.running {
		errs = append(errs, p.stop())
	}
	l.conns, l.running = nil, nil
	return errors.Join(errs...)
}
