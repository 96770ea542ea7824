package stories_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/story"
	"github.com/kithgraph/kith/kithtest"
)

// A kind is one way the wire to the database fails.
type kind struct {
	name  string
	rule  pgproxy.Rule
	count atomic.Int64
}

// kindsOfFaults are rare enough for a transaction to get through in the sixteen
// attempts it has: a fault at a statement rests for many.
func kindsOfFaults() []*kind {
	const rest = 600
	at := func(name string, p pgproxy.Point, do pgproxy.Action, code string, rate float64) *kind {
		r := pgproxy.Rule{Fault: pgproxy.Fault{At: p, Do: do, Code: code, For: 15 * time.Millisecond}, Rate: rate}
		if p == pgproxy.Statement {
			r.Rest = rest
		}
		return &kind{name: name, rule: r}
	}
	return []*kind{
		at("40001 at a statement", pgproxy.Statement, pgproxy.Error, "40001", 0.01),
		at("25006 at a statement", pgproxy.Statement, pgproxy.Error, "25006", 0.005),
		at("57P01 at a statement", pgproxy.Statement, pgproxy.Fatal, "57P01", 0.005),
		at("cut at a statement", pgproxy.Statement, pgproxy.Cut, "", 0.005),
		at("stall at a statement", pgproxy.Statement, pgproxy.Stall, "", 0.005),
		at("40001 at COMMIT", pgproxy.Commit, pgproxy.Error, "40001", 0.04),
		at("57P01 at COMMIT", pgproxy.Commit, pgproxy.Fatal, "57P01", 0.05),
		at("25006 at COMMIT", pgproxy.Commit, pgproxy.Error, "25006", 0.05),
		at("stall at COMMIT", pgproxy.Commit, pgproxy.Stall, "", 0.08),
		at("cut before COMMIT", pgproxy.Commit, pgproxy.Cut, "", 0.05),
		at("cut, and COMMIT arrives late", pgproxy.Commit, pgproxy.Late, "", 0.05),
		at("cut after COMMIT", pgproxy.Committed, pgproxy.Cut, "", 0.06),
		at("stall after COMMIT", pgproxy.Committed, pgproxy.Stall, "", 0.06),
	}
}

// early is how many statements of a transaction may meet a fault. An erasure has
// a thousand, of which no attempt would get through if each might.
const early = 150

// plan lets every kind have its chance, in their order.
func plan(seed uint64, kinds []*kind) pgproxy.Plan {
	statements := map[int64]int{} // of the transaction of each connection
	var plans []pgproxy.Plan
	for i, k := range kinds {
		plans = append(plans, pgproxy.Rules(seed+uint64(i), k.rule))
	}
	return func(e pgproxy.Event) pgproxy.Fault {
		if e.At == pgproxy.Statement {
			if statements[e.Conn]++; strings.HasPrefix(e.SQL, "BEGIN") {
				statements[e.Conn] = 0
			}
			if statements[e.Conn] > early {
				return pgproxy.Fault{}
			}
		}
		for i, p := range plans {
			if f := p(e); f.Do != pgproxy.Pass {
				kinds[i].count.Add(1)
				return f
			}
		}
		return pgproxy.Fault{}
	}
}

// A patient client does what Graph tells clients to: it asks again when the
// answer is error 2 with is_transient, a batch when that of an operation is, and
// the control plane when that is 503.
// Either is said only of what did not happen, while the database is there to be
// asked about a COMMIT whose answer was lost.
type patient struct {
	next  http.RoundTripper
	again *atomic.Int64
	// gaveUp says that an answer was passed on that asks to be called again.
	gaveUp *atomic.Bool
	// calm takes the faults away while a world is loaded: that is hundreds of
	// statements in one transaction, of which no attempt would get through.
	calm func(bool)
}

// patience is how often a client asks again.
const patience = 20

func (p patient) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		var err error
		if sent, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(req.URL.RequestURI(), "/_/api/reset") { // its Path is empty: stories send theirs as it is written
		p.calm(true)
		defer p.calm(false)
	}
	for left := patience; ; left-- {
		if sent != nil {
			req.Body = io.NopCloser(bytes.NewReader(sent))
		}
		resp, err := p.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(text))
		unsaid := req.Method == http.MethodHead && resp.StatusCode == http.StatusInternalServerError // in the body that it has not
		if !transient(resp.StatusCode, text) && !unsaid {
			return resp, nil
		}
		if left == 0 {
			p.gaveUp.Store(true)
			return resp, nil
		}
		p.again.Add(1)
	}
}

func transient(status int, text []byte) bool {
	text = called(text)
	var a struct {
		Error struct {
			Code      int  `json:"code"`
			Transient bool `json:"is_transient"`
		} `json:"error"`
	}
	if json.Unmarshal(text, &a) == nil && a.Error.Code == 2 && a.Error.Transient {
		return true
	}
	return status == http.StatusServiceUnavailable || transientPart(text)
}

// called is what a script calls its function with, and else the whole answer.
func called(text []byte) []byte {
	if start := bytes.IndexByte(text, '('); bytes.HasPrefix(text, []byte("/**/")) && start > 0 {
		return bytes.TrimSuffix(text[start+1:], []byte(");"))
	}
	return text
}

// transientPart finds an operation of a batch that may be tried again.
func transientPart(text []byte) bool {
	var parts []*struct {
		Code int    `json:"code"`
		Body string `json:"body"`
	}
	if json.Unmarshal(text, &parts) != nil {
		return false
	}
	for _, p := range parts {
		if p != nil && p.Body != "" && transient(p.Code, []byte(p.Body)) {
			return true
		}
	}
	return false
}

// batches finds stories with batches, writing those of them that write, and reading
// those that ask for fields of what they write.
var (
	reading = regexp.MustCompile(`(?m)^(POST|DELETE) [^ ]*[?&]fields=|^body: (.*&)?fields=`)
	batches = regexp.MustCompile(`batch=|"batch":`)
	writing = regexp.MustCompile(`(?i)\\?"method\\?" *: *\\?"(post|put|delete)|method=(post|delete)`)
)

// A broken place is a schema behind a proxy of its own. It begins to fail once
// the server is there.
type broken struct {
	schema, dsn string
	proxy       *pgproxy.Proxy
	plan        pgproxy.Plan
}

// The recorded answers come through a wire that fails in every way: one story in so
// many, others at each run. KITH_SHARE takes another share; KITH_SEED repeats a choice.
func TestStoriesUnderFaults(t *testing.T) { underFaults(t, 8) }

// So do those of all stories.
func TestSoakStoriesUnderFaults(t *testing.T) {
	if os.Getenv("KITH_SOAK") == "" {
		t.Skip("KITH_SOAK=1 runs it")
	}
	underFaults(t, 1)
}

// underFaults runs one story in share.
func underFaults(t *testing.T, share uint64) {
	if *update || testing.Short() {
		t.Skip("the same files as in memory")
	}
	if text := os.Getenv("KITH_SHARE"); text != "" {
		var err error
		if share, err = strconv.ParseUint(text, 10, 64); err != nil || share == 0 {
			t.Fatalf("KITH_SHARE is %q", text)
		}
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("KITH_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	direct := pgtest.DB(t)
	exec := pgtest.Exec(t, direct)
	kinds := kindsOfFaults()
	free := make(chan *broken, 64)
	var made, again, ran, left, spent atomic.Int64
	take := func(t *testing.T) *broken {
		var b *broken
		select {
		case b = <-free:
		default:
			b = &broken{schema: fmt.Sprintf("faults_%d", made.Add(1))}
			var err error
			if b.proxy, b.dsn, err = pgproxy.OpenDSN(direct); err != nil {
				t.Fatal(err)
			}
			b.plan = plan(seed+1000*uint64(made.Load()), kinds)
		}
		t.Cleanup(func() {
			b.proxy.Use(nil)
			for _, table := range []string{"objects", "assocs", "counts", "keys"} {
				if err := exec("DELETE FROM " + b.schema + "." + table); err != nil {
					t.Error(err)
				}
			}
			free <- b
		})
		return b
	}
	names, files := areas(t)
	for _, area := range names {
		t.Run(area, func(t *testing.T) {
			for _, file := range files[area] {
				if !drawn(file, seed, share) {
					left.Add(1)
					continue
				}
				t.Run(strings.TrimSuffix(filepath.Base(file), story.Ext), func(t *testing.T) {
					t.Parallel()
					b := take(t)
					for left := 3; !runBroken(t, file, b, &again); left-- {
						if spent.Add(1); left == 0 {
							t.Errorf("four times a client was told %d times to ask again", patience+1)
							break
						}
						b = take(t)
					}
					ran.Add(1)
				})
			}
		})
	}
	for len(free) > 0 {
		if err := (<-free).proxy.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("seed %d: %d stories, %d left out, %d requests were made again, %d stories told anew", seed, ran.Load(), left.Load(), again.Load(), spent.Load())
	var all int64
	for _, k := range kinds {
		t.Logf("%5d x %s", k.count.Load(), k.name)
		if all += k.count.Load(); k.count.Load() == 0 && share == 1 {
			t.Errorf("no fault of the kind %q took place", k.name)
		}
	}
	if all == 0 && ran.Load() > 0 {
		t.Error("no fault took place")
	}
}

// drawn says whether a story is one of those in so many that are run.
func drawn(file string, seed, share uint64) bool {
	h := fnv.New64a()
	fmt.Fprint(h, file, seed)
	return h.Sum64()%share == 0
}

// runBroken reports whether the story was told to its end: its client may have
// run out of patience, and all that follows is another story. Then it is told anew.
func runBroken(t *testing.T, file string, b *broken, again *atomic.Int64) bool {
	data, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(`"is_transient":true`)) {
		t.Skip("it wants the answer that the client would not take")
	}
	if batches.Match(data) && writing.Match(data) {
		t.Skip("each operation fails by itself, and who makes the batch again writes twice")
	}
	if reading.Match(data) {
		t.Skip("if what was written cannot be read four times in a row, the answer is the ID alone")
	}
	s, err := story.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	opt := kithtest.Options{Store: b.dsn + "&search_path=" + b.schema, Knobs: s.Settings}
	if s.Seed != nil {
		opt.World = []byte("world: to be replaced\n")
	}
	kith := kithtest.New(t, opt)
	client := kith.Client()
	var gaveUp atomic.Bool
	client.Transport = patient{client.Transport, again, &gaveUp, func(on bool) {
		if on {
			b.proxy.Use(nil)
		} else {
			b.proxy.Use(b.plan)
		}
	}}
	b.proxy.Use(b.plan)
	defer b.proxy.Use(nil)
	w := &story.World{
		URL: "http://localhost", Client: client, Settings: s.Settings,
		Restart: func(context.Context) error {
			b.proxy.Use(nil)
			kith.Restart()
			b.proxy.Use(b.plan)
			return nil
		},
	}
	for _, r := range story.Run(t.Context(), w, s) {
		if (r.Skipped != "" || r.Failed()) && !gaveUp.Load() {
			t.Errorf("%s\n%s", r.Skipped, r)
		}
	}
	return !gaveUp.Load()
}
