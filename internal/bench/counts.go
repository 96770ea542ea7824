package bench

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
)

func dialOnce(addr string) (net.Conn, error) { return net.DialTimeout("tcp", addr, patience) }

func middleLength(bodies [][]byte) []byte {
	slices.SortFunc(bodies, func(a, b []byte) int { return len(a) - len(b) })
	return bodies[len(bodies)/2]
}

// counts are figures that no machine disturbs; tests hold them too.
func (l *lab) counts(ctx context.Context) error {
	g, err := l.opt.Open(ctx, "", []byte(master))
	if err != nil {
		return err
	}
	defer g.Close()
	c, err := Populate(ctx, g.DB, g.Keys, Size{People: 1000, Pages: 10}, nil)
	if err != nil {
		return err
	}
	if err := l.countPoints(ctx, g, c); err != nil {
		return err
	}
	if err := l.countMalformed(ctx, g, c); err != nil {
		return err
	}
	return l.countAllocations(ctx, g, c)
}

// countMalformed sends what no client means, with a token that is known and
// without one, and counts how often the database was read.
func (l *lab) countMalformed(ctx context.Context, g *Graph, c *Crowd) error {
	calls := malformedCalls(c.PSID(1), c.Token(1))
	out := &graph.Out{}
	serve := func(in *graph.In) {
		in.Host, in.Header = "localhost", func(string) string { return "" }
		out.Header, out.Body = out.Header[:0], out.Body[:0]
		g.Serve(ctx, in, out)
	}
	serve(&graph.In{Method: "GET", Target: "/v25.0/" + c.PSID(1) + "?access_token=" + c.Token(1)})
	if out.Status != 200 {
		return fmt.Errorf("the core answers %d %s", out.Status, out.Body)
	}
	before := g.DB.Stats().Reads.Load()
	for _, in := range calls {
		last := g.DB.Stats().Reads.Load()
		if serve(in); out.Status < 400 {
			return fmt.Errorf("%s %s is answered %d %s", in.Method, in.Target, out.Status, out.Body)
		}
		if g.DB.Stats().Reads.Load() > last {
			l.say("%s %.100s reads the database", in.Method, in.Target)
		}
	}
	l.set(malformed, fmt.Sprintf("%d calls", len(calls)), float64(g.DB.Stats().Reads.Load()-before))
	return nil
}

// malformedCalls are paths, parameters and bodies that cannot be read.
func malformedCalls(psid, token string) []*graph.In {
	as := "access_token=" + token
	var all []*graph.In
	for _, target := range []string{
		"/v25.0/" + psid + "?fields={&" + as, "/v25.0/" + psid + "?fields=a,,b&" + as, "/v25.0/" + psid + "?fields=nonsense&" + as,
		"/v25.0/" + psid + "?fields=" + strings.Repeat("a{", 1000) + "&" + as, "/v25.0/" + psid + "?fields=%ff&" + as,
		"/v25.0/" + psid + "/nowhere?" + as, "/v999.0/me?" + as, "/v25.0/me/a/b/c?" + as, "/%zz?" + as, "/v25.0/?" + as,
		"/v25.0/0?" + as, "/v25.0/-1?" + as, "/v25.0/" + strings.Repeat("9", 40) + "?" + as, "/v25.0/1e3?" + as,
		"/v25.0/?ids=[1&" + as, "/v25.0/?ids=,&" + as, "/v25.0/?ids=" + strings.Repeat("1,", 60) + "1&" + as,
		"/v25.0/" + psid, "/v25.0/" + psid + "?access_token=nonsense", "/v25.0/" + psid + "?access_token=" + strings.Repeat("A", 5000),
		"/v25.0/" + psid + "?callback=<script>&" + as, "/v25.0/" + psid + "?method=nonsense&" + as,
	} {
		all = append(all, &graph.In{Method: "GET", Target: target})
	}
	for _, b := range []struct{ kind, text string }{
		{"application/json", "{"}, {"application/json", strings.Repeat("[", 10000)}, {"application/json", `{"batch":{}}`},
		{"application/x-www-form-urlencoded", "batch=[" + strings.Repeat("{},", 60) + "{}]"}, {"application/x-www-form-urlencoded", "batch=nonsense"},
		{"multipart/form-data", "nonsense"}, {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb"},
	} {
		all = append(all, &graph.In{Method: "POST", Target: "/v25.0/" + psid + "?" + as, ContentType: b.kind, Body: []byte(b.text)})
	}
	return all
}

// countPoints reads people nobody asked about before, with tokens that are known.
func (l *lab) countPoints(ctx context.Context, g *Graph, c *Crowd) error {
	var points []float64
	reads := 0
	for i := range 20 {
		call := engine.Call{Method: "GET", ID: c.PSID(i), Fields: "first_name,last_name,profile_pic", Version: graph.V(25, 0),
			Cred: access.Credentials{Token: c.Token(i)}, Now: time.Now()}
		if _, err := g.Engine.Read(ctx, &call, nil); err != nil {
			return err
		}
		if i >= len(c.Tokens) {
			points, reads = append(points, float64(call.Points)), max(reads, call.Reads)
		}
	}
	l.set(coldPoints, fmt.Sprintf("in %d Reads", reads), points...)
	return nil
}

func (l *lab) countAllocations(ctx context.Context, g *Graph, c *Crowd) error {
	const runs = 2000
	in := &graph.In{Method: "GET", Host: "localhost", Header: func(string) string { return "" },
		Target: "/v25.0/" + c.PSID(1) + "?fields=first_name,last_name,profile_pic&access_token=" + c.Token(1)}
	out := &graph.Out{}
	serve := func() {
		out.Header, out.Body = out.Header[:0], out.Body[:0]
		g.Serve(ctx, in, out)
	}
	serve()
	if out.Status != 200 || !strings.Contains(string(out.Body), c.PSID(1)) {
		return fmt.Errorf("the core answers %d %s", out.Status, out.Body)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		serve()
	}
	runtime.ReadMemStats(&after)
	l.set(allocations, "", float64((after.Mallocs-before.Mallocs)/runs))
	return nil
}

// worldOf1000 is a world such as a test suite would reset between tests.
const worldOf1000 = "world: bench\npages: {shop: {}}\npeople: {ana: {first_name: Ana}}\ngenerate: {people: 1000, contacts: {shop: 1.0}}\n"

func (l *lab) reset(ctx context.Context) error {
	g, err := l.opt.Open(ctx, "", []byte(master))
	if err != nil {
		return err
	}
	defer g.Close()
	if err := g.Load(ctx, []byte(worldOf1000)); err != nil {
		return err
	}
	var took []float64
	for range l.opt.Rounds {
		if err := g.Act(ctx, "ana", "shop"); err != nil {
			return err
		}
		begin := time.Now()
		if err := g.Reset(ctx); err != nil {
			return err
		}
		took = append(took, float64(time.Since(begin))/float64(time.Millisecond))
	}
	l.set(resetWorld, "in memory, after one write", took...)
	return nil
}
