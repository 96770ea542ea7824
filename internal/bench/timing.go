package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
)

// timings asks whether the time of a refusal tells what it should not: how much of
// a proof was right, or whether an ID is somebody's on another Page. The classes
// take turns in an order of chance, and calls that the machine disturbed are left out.
// [T-TOK-08, T-ISO-02]
func (l *lab) timings(ctx context.Context) error {
	const calls = 20_000
	g, err := l.opt.Open(ctx, "", []byte(master))
	if err != nil {
		return err
	}
	defer g.Close()
	c, err := Populate(ctx, g.DB, g.Keys, Size{People: 2 * calls, Pages: 2}, nil)
	if err != nil {
		return err
	}
	w := &watch{g: g, ctx: ctx, order: rand.New(rand.NewPCG(1, 2))}
	token, psid := c.Token(0), c.PSID(0)
	right := []byte(access.Proof(benchSecret, token))
	var proofs []timed
	for i := range calls {
		k := i % len(right)
		wrong := []byte("................................................................")
		copy(wrong, right[:k])
		proofs = append(proofs, timed{class: float64(k), target: "/v25.0/" + psid + "?access_token=" + token + "&appsecret_proof=" + string(wrong)})
	}
	if err := w.run(proofs); err != nil {
		return err
	}
	quiet := undisturbed(proofs)
	l.set(timingProof, fmt.Sprintf("%d of %d calls", len(quiet), calls), 100*math.Abs(correlation(quiet)))
	var ids []timed
	for i := range calls {
		// Odd people are known to the other Page; nobody has the IDs beside theirs.
		ids = append(ids, timed{class: 1, target: "/v25.0/" + c.PSID(2*i+1) + "?access_token=" + token},
			timed{class: 0, target: "/v25.0/" + strconv.FormatUint(c.PSIDs[2*i+1]^1, 10) + "?access_token=" + token})
	}
	if err := w.run(ids); err != nil {
		return err
	}
	quiet = undisturbed(ids)
	l.set(timingIDs, fmt.Sprintf("%d of %d calls", len(quiet), len(ids)), 100*math.Abs(separation(quiet)-0.5))
	return nil
}

// timed is a call of a class, and how long it took.
type timed struct {
	class, took float64
	target      string
}

// watch times refused calls one by one inside the core.
type watch struct {
	g     *Graph
	ctx   context.Context
	order *rand.Rand
	out   graph.Out
}

func (w *watch) run(calls []timed) error {
	w.order.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	in := &graph.In{Method: "GET", Host: "localhost", Header: func(string) string { return "" }}
	for i := range calls {
		in.Target = calls[i].target
		w.out.Header, w.out.Body = w.out.Header[:0], w.out.Body[:0]
		begin := time.Now()
		w.g.Serve(w.ctx, in, &w.out)
		if calls[i].took = float64(time.Since(begin)); w.out.Status != 400 {
			return fmt.Errorf("%s is answered %d %s", in.Target, w.out.Status, w.out.Body)
		}
	}
	return nil
}

// undisturbed are the calls that took less than twice as long as half of them.
func undisturbed(calls []timed) []timed {
	sorted := slices.Clone(calls)
	slices.SortFunc(sorted, func(a, b timed) int { return cmp.Compare(a.took, b.took) })
	limit := 2 * sorted[len(sorted)/2].took
	return slices.DeleteFunc(slices.Clone(calls), func(c timed) bool { return c.took >= limit })
}

// correlation is Pearson's of class and time.
func correlation(calls []timed) float64 {
	n := float64(len(calls))
	var x, y float64
	for _, c := range calls {
		x, y = x+c.class/n, y+c.took/n
	}
	var xy, xx, yy float64
	for _, c := range calls {
		xy, xx, yy = xy+(c.class-x)*(c.took-y), xx+(c.class-x)*(c.class-x), yy+(c.took-y)*(c.took-y)
	}
	return xy / math.Sqrt(xx*yy)
}

// separation is the chance that a call of class 1 took longer than one of class 0:
// the AUC of Mann and Whitney.
func separation(calls []timed) float64 {
	sorted := slices.Clone(calls)
	slices.SortFunc(sorted, func(a, b timed) int { return cmp.Compare(a.took, b.took) })
	var ranks, ones float64
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j].took == sorted[i].took {
			j++
		}
		for _, c := range sorted[i:j] {
			if c.class == 1 {
				ranks, ones = ranks+float64(i+j+1)/2, ones+1
			}
		}
		i = j
	}
	return (ranks - ones*(ones+1)/2) / (ones * (float64(len(sorted)) - ones))
}
