package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
	"github.com/kithgraph/kith/internal/world"
)

// A labWork is one random thing to do to a world, with what it answers. It may be
// done to several worlds.
type labWork func(ctx context.Context, l *lab) (string, error)

const (
	workPeople = 6
	workPages  = 2
)

// workWorld has people with contacts at two Pages.
func workWorld() string {
	var b strings.Builder
	b.WriteString("clock: 2026-03-01T09:00:00Z\napps: {bot: {}}\npages: {shop0: {apps: [bot]}, shop1: {apps: [bot]}}\npeople:\n")
	for i := range workPeople {
		fmt.Fprintf(&b, "  p%d: {first_name: Pat%d, last_name: Lee, locale: en_US, contacts: {shop0: message, shop1: message}}\n", i, i)
	}
	return b.String()
}

// drawWork draws something to do.
func drawWork(rng *rand.Rand, i int) labWork {
	who, page := fmt.Sprintf("p%d", rng.IntN(workPeople)), fmt.Sprintf("shop%d", rng.IntN(workPages))
	switch n := rng.IntN(10); {
	case n < 3:
		return func(_ context.Context, l *lab) (string, error) {
			p := l.ids.Pages[page]
			a := l.read("v25.0", p.PSIDs[who], "first_name,last_name,locale", p.Token)
			if a.is(2, 0) {
				return "", driver.ErrUnavailable
			}
			body, _, _ := strings.Cut(a.body, `"fbtrace_id"`)
			return body, nil
		}
	case n < 6:
		event := []string{"message", "revoke", "block", "unblock"}[rng.IntN(4)]
		return func(ctx context.Context, l *lab) (string, error) {
			ch, err := l.World.Act(ctx, world.Action{Person: who, Page: page, Event: event, Text: fmt.Sprint("t", i), Mid: fmt.Sprint("m.", i)})
			return spell(ch, err)
		}
	case n == 6:
		return func(ctx context.Context, l *lab) (string, error) {
			return spell(nil, l.World.SetPerson(ctx, who, map[string]json.RawMessage{"first_name": json.RawMessage(fmt.Sprintf("%q", fmt.Sprint("Name", i)))}))
		}
	case n == 7:
		of := []string{"only_me", "public"}[rng.IntN(2)]
		return func(ctx context.Context, l *lab) (string, error) {
			return spell(nil, l.World.SetAudience(ctx, who, map[string]string{"last_name": of}))
		}
	case n == 8:
		level := []string{"none", "advanced"}[rng.IntN(2)]
		return func(ctx context.Context, l *lab) (string, error) {
			return spell(nil, l.World.Review(ctx, "bot", map[string]string{"pages_user_locale": level}))
		}
	}
	return func(ctx context.Context, l *lab) (string, error) {
		text, err := l.World.MintToken(ctx, world.TokenSpec{Page: page, App: "bot"})
		if err != nil {
			return spell(nil, err)
		}
		return text, nil
	}
}

// spell is an answer as text; the error is for what may be tried again.
func spell(v any, err error) (string, error) {
	if errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrAmbiguous) {
		return "", err
	}
	text, jerr := json.Marshal(v)
	return fmt.Sprint(string(text), err), jerr
}

// A random workload has the same answers, and leaves the same behind, whether or
// not the wire to the database fails all the time. KITH_SEED repeats one.
func TestRandomWorkThroughAFaultyWire(t *testing.T) {
	ctx, seed, n := t.Context(), uint64(time.Now().UnixNano()), 200
	if text := os.Getenv("KITH_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	if soak() {
		n *= 20
	}
	p, dsn, err := pgproxy.OpenDSN(pgtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	labs := map[string]*lab{
		"memory": openLab(t, Settings{}, workWorld()), "without": openLab(t, Settings{DSN: pgtest.DB(t)}, workWorld()),
		"with": openLab(t, Settings{DSN: dsn}, workWorld()),
	}
	fault := func(at pgproxy.Point, do pgproxy.Action, code string, rate float64) pgproxy.Rule {
		return pgproxy.Rule{Fault: pgproxy.Fault{At: at, Do: do, Code: code, For: 5 * time.Millisecond}, Rate: rate}
	}
	p.Use(pgproxy.Rules(seed,
		fault(pgproxy.Statement, pgproxy.Error, "40001", 0.02), fault(pgproxy.Statement, pgproxy.Fatal, "57P01", 0.005),
		fault(pgproxy.Statement, pgproxy.Error, "25006", 0.005), fault(pgproxy.Statement, pgproxy.Error, "53200", 0.005),
		fault(pgproxy.Commit, pgproxy.Error, "40001", 0.1), fault(pgproxy.Commit, pgproxy.Cut, "", 0.05), fault(pgproxy.Commit, pgproxy.Late, "", 0.05),
		fault(pgproxy.Committed, pgproxy.Cut, "", 0.1), fault(pgproxy.Committed, pgproxy.Warn, "", 0.02), fault(pgproxy.Committed, pgproxy.Stall, "", 0.02)))
	rng := rand.New(rand.NewPCG(seed, 1))
	again := 0
	for i := range n {
		work, answers := drawWork(rng, i), map[string]string{}
		for _, name := range []string{"memory", "without", "with"} {
			err := driver.ErrUnavailable
			for try := 0; err != nil && try < 20; try++ { // as a client does that was told it may
				if answers[name], err = work(ctx, labs[name]); errors.Is(err, driver.ErrAmbiguous) {
					t.Fatalf("seed %d, %d: an unknown outcome while the database is there: %v", seed, i, err)
				}
				if err != nil {
					again++
				}
			}
			if err != nil || answers[name] != answers["memory"] {
				t.Fatalf("seed %d, %d, %s the faults\n got %s %v\nwant %s", seed, i, name, answers[name], err, answers["memory"])
			}
		}
		for _, l := range labs {
			l.advance(time.Second)
		}
	}
	p.Use(nil)
	exports := map[string]string{}
	for name, l := range labs {
		var b strings.Builder
		if err := l.World.Export(ctx, &b); err != nil {
			t.Fatal(err)
		}
		exports[name] = b.String()
		report, err := l.Verify(ctx, nil)
		if err != nil || !report.OK() {
			t.Errorf("%s the faults the database does not verify: %+v, %v", name, report, err)
		}
	}
	for name, text := range exports {
		if text != exports["memory"] {
			t.Errorf("seed %d: %s the faults another state is left\n got %s\nwant %s", seed, name, text, exports["memory"])
		}
	}
	if c := p.Counts(); c.Faults < int64(n)/10 {
		t.Errorf("only %d faults on %d statements and %d commits", c.Faults, c.Statements, c.Commits)
	} else {
		t.Logf("seed %d: %d faults on %d statements and %d commits, %d times again", seed, c.Faults, c.Statements, c.Commits, again)
	}
}
