// Package stories_test runs every story of this folder in the process of the
// test, over memory, SQLite and PostgreSQL, and once more by URL. With -update the files get the
// answers that came:
//
//	go test ./stories -run TestStories/messenger -update
package stories_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/story"
	"github.com/kithgraph/kith/kithtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

var update = flag.Bool("update", false, "rewrite the expected answers of stories that fail")

// areas lists the story files by their folder.
func areas(t *testing.T) (names []string, files map[string][]string) {
	t.Helper()
	files = map[string][]string{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, story.Ext) {
			files[path.Dir(name)] = append(files[path.Dir(name)], name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for area := range files {
		names = append(names, area)
	}
	slices.Sort(names)
	return names, files
}

func TestStories(t *testing.T) {
	c := newCoverage(t)
	names, files := areas(t)
	all := 0
	for _, area := range names {
		all += len(files[area])
		t.Run(area, func(t *testing.T) { runArea(t, files[area], inMemory, c) })
	}
	if c.stories() == all && !*update {
		t.Run("reach_every_row", c.check)
		t.Run("show_every_edge", c.checkTriples)
	}
}

func TestStoriesOnSQLite(t *testing.T) {
	if *update || testing.Short() {
		t.Skip("the same files as in memory")
	}
	names, files := areas(t)
	for _, area := range names {
		t.Run(area, func(t *testing.T) { runArea(t, files[area], onSQLite, nil) })
	}
}

// One database serves all stories. Each has a schema to itself and leaves it
// empty for the next.
func TestStoriesOnPostgres(t *testing.T) {
	if *update || testing.Short() {
		t.Skip("the same files as in memory")
	}
	dsn := pgtest.DB(t)
	on := onPostgres(t, dsn, dsn)
	names, files := areas(t)
	for _, area := range names {
		t.Run(area, func(t *testing.T) { runArea(t, files[area], on, nil) })
	}
}

// So do stories behind PgBouncer, which lends a session for one transaction only:
// one in so many, others at each run.
func TestStoriesThroughPgBouncer(t *testing.T) {
	if *update || testing.Short() {
		t.Skip("the same files as in memory")
	}
	const share = 20
	dsn, seed := pgtest.DB(t), uint64(time.Now().UnixNano())
	on := onPostgres(t, dsn, pgtest.Pooler(t, dsn, 10)(dsn)+"&default_query_exec_mode=exec")
	names, files := areas(t)
	for _, area := range names {
		some := slices.DeleteFunc(files[area], func(file string) bool { return !drawn(file, seed, share) })
		t.Run(area, func(t *testing.T) { runArea(t, some, on, nil) })
	}
	t.Logf("seed %d", seed)
}

// onPostgres gives each story a schema of a database, which is reached by another
// URL if need be.
func onPostgres(t *testing.T, direct, dsn string) place {
	exec := pgtest.Exec(t, direct)
	var made atomic.Int64
	free := make(chan string, 64)
	return func(t *testing.T) kithtest.Options {
		var schema string
		select {
		case schema = <-free:
		default:
			schema = fmt.Sprintf("story_%d", made.Add(1))
		}
		t.Cleanup(func() {
			for _, table := range []string{"objects", "assocs", "counts", "keys"} {
				if err := exec("DELETE FROM " + schema + "." + table); err != nil {
					t.Error(err)
				}
			}
			free <- schema
		})
		return kithtest.Options{Store: dsn + "&search_path=" + schema}
	}
}

// Over a socket, one after the other on one server, nothing is different.
func TestStoriesByURL(t *testing.T) {
	if *update || testing.Short() {
		t.Skip("the same files as in memory")
	}
	var out bytes.Buffer
	failed, err := story.RunURL(t.Context(), story.Target{URL: kithtest.New(t, kithtest.Options{}).URL()}, []string{"."}, false, &out)
	if err != nil || failed > 0 {
		t.Errorf("%d fail, %v\n%s", failed, err, &out)
	}
}

// A place is where a story keeps its world.
type place func(t *testing.T) kithtest.Options

func inMemory(*testing.T) kithtest.Options { return kithtest.Options{} }
func onSQLite(*testing.T) kithtest.Options { return kithtest.Options{SQLite: true} }

func runArea(t *testing.T, files []string, on place, c *coverage) {
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), story.Ext)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runFile(t, file, on, c)
		})
	}
}

func runFile(t *testing.T, file string, on place, c *coverage) {
	data, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	s, err := story.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, s, on)
	var seen *witness
	if c != nil {
		seen = c.witness()
		w.Observe = seen.observe
	}
	results := story.Run(t.Context(), w, s)
	if fresh := story.Update(s, results); *update && string(fresh) != string(data) {
		if err := os.WriteFile(filepath.FromSlash(file), fresh, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: new answers", file)
		return
	}
	for _, r := range results {
		if r.Skipped != "" {
			t.Errorf("%s: %s", file, r.Skipped)
		}
		if r.Failed() {
			t.Errorf("\n%s", r)
		}
	}
	if seen != nil {
		seen.done(s, results)
	}
}

// open starts a server of the story's own: its world is the demo world unless
// the story brings one.
func open(t *testing.T, s *story.Story, on place) *story.World {
	opt := on(t)
	opt.Knobs = s.Settings
	if s.Seed != nil {
		opt.World = []byte("world: to be replaced\n")
	}
	kith := kithtest.New(t, opt)
	return &story.World{
		URL: "http://localhost", Client: kith.Client(), Settings: s.Settings,
		Restart: func(context.Context) error { kith.Restart(); return nil },
	}
}
