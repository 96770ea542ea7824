package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store/pgproxy"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

// onCluster runs f beside a PostgreSQL server of its own on this machine, whose
// CPU it shares.
func (l *lab) onCluster(ctx context.Context, f func(*pgtest.Cluster) error) error {
	c, err := pgtest.Open(ctx, pgtest.Options{Durable: true})
	if err != nil {
		return err
	}
	err = f(c)
	for _, p := range l.running { // before what they stand on
		if serr := p.stop(); err == nil {
			err = serr
		}
	}
	l.running = nil
	if cerr := c.Close(); err == nil {
		err = cerr
	}
	return err
}

// populated is a database with a crowd in it.
func (l *lab) populated(ctx context.Context, c *pgtest.Cluster, name string, size Size) (dsn string, crowd *Crowd, err error) {
	if dsn, err = c.CreateDB(ctx, name); err != nil {
		return "", nil, err
	}
	g, err := l.opt.Open(ctx, dsn, []byte(master))
	if err != nil {
		return "", nil, err
	}
	l.say("storing %d people in PostgreSQL", size.People)
	crowd, err = Populate(ctx, g.DB, g.Keys, size, nil)
	if cerr := g.Close(); err == nil {
		err = cerr
	}
	return dsn, crowd, err
}

// countTrips counts the round trips of profile reads at the wire: of people
// asked about for the first time, and once more.
func (l *lab) countTrips(ctx context.Context, dsn string, crowd *Crowd) error {
	proxy, through, err := pgproxy.OpenDSN(dsn)
	if err != nil {
		return err
	}
	defer proxy.Close()
	g, err := l.opt.Open(ctx, through, []byte(master))
	if err != nil {
		return err
	}
	defer g.Close()
	read := func(i int) (trips float64, err error) {
		call := engine.Call{Method: "GET", ID: crowd.PSID(i), Fields: "first_name,last_name,profile_pic", Version: graph.V(25, 0),
			Cred: access.Credentials{Token: crowd.Token(i)}, Now: time.Now()}
		before := proxy.Counts().Syncs
		_, err = g.Engine.Read(ctx, &call, nil)
		return float64(proxy.Counts().Syncs - before), err
	}
	var first, again []float64
	for i := range len(crowd.Tokens) + 20 {
		unknown, err := read(i)
		if err != nil {
			return err
		}
		known, err := read(i)
		if err != nil {
			return err
		}
		if i >= len(crowd.Tokens) { // all tokens are known by then
			first, again = append(first, unknown), append(again, known)
		}
	}
	l.set(postgresFirst, "Syncs at the wire, of a person nobody asked about before", first...)
	l.set(postgresAgain, "Syncs at the wire, when the ID's binding is known", again...)
	return nil
}

// postgresWrites has people write to their Pages over PostgreSQL: all to one
// Page, or to many.
func (l *lab) postgresWrites(ctx context.Context) error {
	return l.onCluster(ctx, func(c *pgtest.Cluster) error {
		people, _, _ := l.sizes()
		var act [2]ask
		for i, n := range []int{1, pages} {
			dsn, crowd, err := l.populated(ctx, c, fmt.Sprintf("writes_%d", n), Size{People: people, Pages: n})
			if err != nil {
				return err
			}
			g, err := l.opt.Open(ctx, dsn, []byte(master))
			if err != nil {
				return err
			}
			defer g.Close()
			act[i] = func(n uint64) error {
				at := int(n * stride % uint64(len(crowd.PSIDs)))
				return g.Act(ctx, crowd.Handle(at), crowd.PageHandle(at))
			}
		}
		return l.hotAndSpread(ctx, act[0], act[1])
	})
}

func (l *lab) hotAndSpread(ctx context.Context, hot, spread ask) error {
	crowdOf := func(a ask) []ask {
		as := make([]ask, clients)
		for i := range as {
			as[i] = a
		}
		return as
	}
	one, many := 200, 2000
	if l.opt.Quick {
		one, many = 50, 500
	}
	var ones, manys, ratio []float64
	next := uint64(0)
	for range l.opt.Rounds {
		a, err := drive(ctx, []ask{spread}, next, one)
		if err != nil {
			return err
		}
		b, err := drive(ctx, crowdOf(spread), next+uint64(one), many)
		if err != nil {
			return err
		}
		h, err := drive(ctx, crowdOf(hot), next, many)
		if err != nil {
			return err
		}
		next += uint64(one + many)
		ones, manys, ratio = append(ones, a.throughput), append(manys, b.throughput), append(ratio, h.throughput/b.throughput)
	}
	l.set(postgresOne, "messages to Pages, in process, SERIALIZABLE, fsync on", ones...)
	l.set(postgresMany, "the same", manys...)
	l.set(hotPage, "messages to one Page against many; none failed", ratio...)
	return nil
}
