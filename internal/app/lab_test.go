package app

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// withPostgres ends the cluster that tests asked for, if any did.
type withPostgres struct{ m *testing.M }

func (w withPostgres) Run() int { return pgtest.Main(w.m) }

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(withPostgres{m}, goleak.Cleanup(func(code int) {
		command.remove()
		os.Exit(code)
	}))
}

// soak reports whether the long forms of tests were asked for.
func soak() bool { return os.Getenv("KITH_SOAK") == "1" }

// birth is the moment every lab begins at.
var birth = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A lab is a Graph with a world, over a clock that only the test moves.
type lab struct {
	*Graph
	ids   worldIDs
	nanos *atomic.Int64
	// receiver is where an app of the test answers challenges, empty for nowhere.
	receiver string
}

// worldIDs is the answer of the control plane to "which ids are there".
type worldIDs struct {
	Apps map[string]struct{ ID, Secret, Token string }
	// Pages and Instagram accounts have a token of their first app.
	Pages map[string]struct {
		ID, App, Token string
		PSIDs          map[string]string
	}
	Instagram map[string]struct {
		ID, Token string
		IGSIDs    map[string]string
	}
	People map[string]struct{ ASIDs, Tokens map[string]string }
}

// openLab opens a Graph and loads a world file into it.
func openLab(tb testing.TB, set Settings, yaml string) *lab {
	tb.Helper()
	l := emptyLab(tb, set)
	l.load(tb, yaml)
	return l
}

func emptyLab(tb testing.TB, set Settings) *lab {
	tb.Helper()
	l := &lab{nanos: new(atomic.Int64)}
	l.nanos.Store(birth.UnixNano())
	set.Now = func() time.Time { return time.Unix(0, l.nanos.Load()).UTC() }
	if set.PublicURL == "" {
		set.PublicURL = "https://graph.example"
	}
	g, err := Open(context.Background(), set)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = g.Close() })
	l.Graph = g
	return l
}

func (l *lab) load(tb testing.TB, yaml string) {
	tb.Helper()
	w, err := world.Parse("world.yaml", []byte(yaml), l.Schema)
	if err != nil {
		tb.Fatalf("world:\n%v", err)
	}
	if err := l.Load(context.Background(), w); err != nil {
		tb.Fatalf("load: %v", err)
	}
	l.learn(tb)
}

// learn reads all ids again.
func (l *lab) learn(tb testing.TB) {
	tb.Helper()
	ids, err := l.World.IDs(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	text, err := json.Marshal(ids)
	if err != nil {
		tb.Fatal(err)
	}
	l.ids = worldIDs{}
	if err := json.Unmarshal(text, &l.ids); err != nil {
		tb.Fatal(err)
	}
}

func (l *lab) advance(d time.Duration) { l.nanos.Add(int64(d)) }

// matrix is a lab with the world of testdata/matrix.yaml.
func matrix(tb testing.TB) *lab {
	tb.Helper()
	return openLab(tb, Settings{}, matrixYAML(tb))
}

func matrixYAML(tb testing.TB) string {
	tb.Helper()
	data, err := os.ReadFile("testdata/matrix.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// A question is one call; the zero method is GET.
type question struct {
	method, target, host, body, kind string
	header                           map[string]string
}

// An answer is what came back.
type answer struct {
	status int
	header []graph.HeaderPair
	body   string
}

func (l *lab) put(q question) answer {
	in := graph.In{Method: q.method, Target: q.target, Host: q.host, Body: []byte(q.body), ContentType: q.kind,
		Header: func(name string) string {
			for k, v := range q.header {
				if strings.EqualFold(k, name) {
					return v
				}
			}
			return ""
		}}
	if in.Method == "" {
		in.Method = "GET"
	}
	if in.Host == "" {
		in.Host = "graph.example"
	}
	var out graph.Out
	l.Serve(context.Background(), &in, &out)
	return answer{out.Status, out.Header, string(out.Body)}
}

// get asks for a path such as /v25.0/12?fields=id with a token.
func (l *lab) get(path, token string) answer { return l.put(question{target: withToken(path, token)}) }

func withToken(path, token string) string {
	if token == "" {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "access_token=" + url.QueryEscape(token)
}

// read asks for fields of a node in a version.
func (l *lab) read(version, id, fields, token string) answer {
	path := "/" + id
	if version != "" {
		path = "/" + version + path
	}
	if fields != "" {
		path += "?fields=" + url.QueryEscape(fields)
	}
	return l.get(path, token)
}

// code is the code and subcode of an error, zero for none.
func (a answer) code() (code, subcode int) {
	var e struct {
		Error struct {
			Code    int `json:"code"`
			Subcode int `json:"error_subcode"`
		} `json:"error"`
	}
	if json.Unmarshal([]byte(a.body), &e) != nil {
		return -1, -1
	}
	return e.Error.Code, e.Error.Subcode
}

func (a answer) is(code, subcode int) bool {
	c, s := a.code()
	return c == code && s == subcode
}

// members are the keys of the answer, nil if it is no object.
func (a answer) members() map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(a.body), &m) != nil {
		return nil
	}
	return m
}

func (a answer) head(name string) string {
	for _, h := range a.header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }

// act lets somebody do something and fails the test if that is impossible.
func (l *lab) act(tb testing.TB, a world.Action) *world.Changed {
	tb.Helper()
	ch, err := l.World.Act(context.Background(), a)
	if err != nil {
		tb.Fatalf("%+v: %v", a, err)
	}
	return ch
}

// state is a hash of every row of the store.
func (l *lab) state(tb testing.TB) string {
	tb.Helper()
	h := sha256.New()
	err := l.DB.View(context.Background(), func(r *store.Reader) error {
		h.Reset()
		for _, t := range []store.Table{store.Objects, store.Assocs, store.Keys, store.Counts} {
			err := r.Scan(context.Background(), t, func(row *store.Row) bool {
				fmt.Fprintf(h, "%d %+v\n", t, *row)
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func (l *lab) ctx() context.Context { return context.Background() }

// parseVersion reads a version of a path; none is the default.
func parseVersion(s string) graph.Version {
	if v, ok := graph.ParseVersion(s); ok {
		return v
	}
	return graph.V(25, 0)
}
