package app

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/bench"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
)

// Budgets of counts. [doc design, budgets]
const (
	// maxAllocs is what the core may allocate for a warm read.
	maxAllocs = 6
	// coldReads and coldPoints are what a profile read may ask the store when
	// it knows the token but nothing of the person: what the ID leads to, then
	// person and contact.
	coldReads, coldPoints = 2, 3
)

// fixture is a server in memory, or in a file, with a crowd.
type fixture struct {
	*Graph
	crowd *bench.Crowd
}

func openFixture(tb testing.TB, set Settings, size bench.Size) *fixture {
	tb.Helper()
	set.Server, set.PublicURL = true, "https://graph.example"
	set.Master = []byte(strings.Repeat("k", 32))
	g, err := Open(tb.Context(), set)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = g.Close() })
	c, err := bench.Populate(tb.Context(), g.DB, g.Keys, size, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &fixture{g, c}
}

// ask is a profile call as a connection hands it to the core.
func ask(id, token string) *graph.In {
	return &graph.In{Method: "GET", Host: "graph.example",
		Target: "/v25.0/" + id + "?fields=first_name,last_name,profile_pic&access_token=" + token,
		Header: func(string) string { return "" }}
}

func (f *fixture) profile(i int) *graph.In { return ask(f.crowd.PSID(i), f.crowd.Token(i)) }

// serve answers into out, whose memory it keeps.
func (f *fixture) serve(tb testing.TB, in *graph.In, out *graph.Out, status int) {
	out.Header, out.Body = out.Header[:0], out.Body[:0]
	f.Serve(context.Background(), in, out)
	if out.Status != status {
		tb.Fatalf("GET %s\n got %d %s\nwant %d", in.Target, out.Status, out.Body, status)
	}
}

func TestWarmReadAllocations(t *testing.T) {
	t.Run("plain", func(t *testing.T) { warmAllocations(t, Settings{}) })
	t.Run("with rate limits", func(t *testing.T) { warmAllocations(t, plenty()) })
}

func warmAllocations(t *testing.T, set Settings) {
	f := openFixture(t, set, bench.Size{People: 4, Pages: 1})
	in, out := f.profile(1), &graph.Out{}
	f.serve(t, in, out, 200)
	if !strings.HasPrefix(string(out.Body), `{"first_name":"Bernard","last_name":"Abreu","profile_pic":"https:`) {
		t.Fatalf("body is %s", out.Body)
	}
	got := testing.AllocsPerRun(1000, func() { f.serve(t, in, out, 200) })
	t.Logf("%.1f allocations", got)
	if got > maxAllocs {
		t.Errorf("a warm read allocates %.1f times, at most %d are allowed", got, maxAllocs)
	}
}

// What an operation of a batch needs is its own call and the strings of its JSON.
func TestBatchAllocations(t *testing.T) {
	f := openFixture(t, Settings{}, bench.Size{People: 50, Pages: 1})
	in, out := f.batchOf(0, 1), &graph.Out{}
	f.serve(t, in, out, 200)
	if n := strings.Count(string(out.Body), `{"code":200,"body":"`); n != 50 {
		t.Fatalf("%d good answers of 50: %s", n, out.Body)
	}
	const each = 6
	if got := testing.AllocsPerRun(100, func() { f.serve(t, in, out, 200) }) / 50; got > each {
		t.Errorf("an operation of a batch allocates %.1f times, at most %d are allowed", got, each)
	}
}

// work is what a call asked the store.
type work struct{ reads, points int }

// read asks the engine for a profile.
func (f *fixture) read(tb testing.TB, id, token string) (work, error) {
	c := engine.Call{Method: "GET", ID: id, Fields: "first_name,last_name,profile_pic", Version: graph.V(25, 0),
		Cred: access.Credentials{Token: token}, Now: f.Clock.Now()}
	_, err := f.Engine.Read(tb.Context(), &c, nil)
	return work{c.Reads, c.Points}, err
}

func (f *fixture) good(tb testing.TB, i int) work {
	tb.Helper()
	w, err := f.read(tb, f.crowd.PSID(i), f.crowd.Token(i))
	if err != nil {
		tb.Fatalf("read person %d: %v", i, err)
	}
	return w
}

func TestColdReadPoints(t *testing.T) {
	f := openFixture(t, Settings{Path: filepath.Join(t.TempDir(), "kith.db")}, bench.Size{People: 20, Pages: 2})
	for i := range 2 { // the tokens of both Pages become known
		f.good(t, i)
	}
	for i := 2; i < 20; i++ {
		if got := f.good(t, i); got.reads > coldReads || got.points > coldPoints {
			t.Errorf("person %d, cold: %+v, at most %d Reads of %d points are allowed", i, got, coldReads, coldPoints)
		}
		if got := f.good(t, i); got != (work{}) {
			t.Errorf("person %d, warm: %+v, want nothing", i, got)
		}
	}
}

// strange are IDs that lead nowhere for the token of person 0: of nobody, and
// of people another Page knows.
func (f *fixture) strange() (nobody, foreign []string) {
	for i := range uint64(8) {
		nobody = append(nobody, strconv.FormatUint(1_000_000_000_000_007+i*1_000_003, 10))
		foreign = append(foreign, f.crowd.PSID(int(2*i)+1))
	}
	return nobody, foreign
}

// Who holds a token must not learn from the work of an answer whether an ID
// that is not theirs exists.
func TestUnknownAndForeignIDsCostTheSame(t *testing.T) {
	f := openFixture(t, Settings{Path: filepath.Join(t.TempDir(), "kith.db")}, bench.Size{People: 20, Pages: 2})
	f.good(t, 0)
	nobody, foreign := f.strange()
	for round, temperature := range []string{"cold", "warm"} {
		for i := range nobody {
			a, errA := f.read(t, nobody[i], f.crowd.Token(0))
			b, errB := f.read(t, foreign[i], f.crowd.Token(0))
			if a != b || (round == 0) != (a.reads > 0) {
				t.Errorf("%s: an unknown ID took %+v, a foreign one %+v", temperature, a, b)
			}
			if errA == nil || errB == nil || strings.ReplaceAll(errA.Error(), nobody[i], foreign[i]) != errB.Error() {
				t.Errorf("%s: an unknown ID says %v, a foreign one %v", temperature, errA, errB)
			}
		}
	}
}
