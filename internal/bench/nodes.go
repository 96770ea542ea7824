package bench

import (
	"context"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// postgresReads reads profiles from kith on PostgreSQL: what is live comes over
// the wire at every request. The few are asked about again and again, everybody
// behind them once.
func (l *lab) postgresReads(ctx context.Context) error {
	return l.onCluster(ctx, func(c *pgtest.Cluster) error {
		few, _, requests := l.sizes()
		size := Size{People: few, Pages: pages}
		if l.wants(postgresCold, postgresColdCPU) {
			size.People += (l.opt.Rounds + 2) * coldShare(requests)
		}
		dsn, crowd, err := l.populated(ctx, c, "reads", size)
		if err != nil {
			return err
		}
		if err := l.countTrips(ctx, dsn, crowd); err != nil {
			return err
		}
		if !l.wants(postgresThroughput, postgresCPU, postgresCold, postgresColdCPU, threeNodes, threeBare) {
			return nil
		}
		return l.nodesReads(ctx, dsn, &place{crowd: crowd}, few)
	})
}

// coldShare is how many of a round's requests a cold one makes: each takes a
// person of its own.
func coldShare(requests int) int { return requests / 4 }

// nodesReads compares one node, warm and cold, and three with the bare handler.
func (l *lab) nodesReads(ctx context.Context, dsn string, p *place, few int) error {
	all := make([]int, len(p.crowd.PSIDs))
	for i := range all {
		all[i] = i
	}
	node := func(name string, people []int) (*target, *script, error) {
		kith, err := l.serve(ctx, modeServer, l.path(name), "--store", dsn)
		if err != nil {
			return nil, nil, err
		}
		s := p.script(kith.addr)
		s.people = people
		t, err := l.target(ctx, name, kith, s)
		return t, s, err
	}
	one, script, err := node("node", all[:few])
	if err != nil {
		return err
	}
	plain, _, body, err := l.bareTarget(ctx, one, script)
	if err != nil {
		return err
	}
	var cold, three, bares *target
	if l.wants(postgresCold, postgresColdCPU) {
		s := *script
		s.people = all[few:]
		if cold, err = l.target(ctx, "cold", one.process, &s); err != nil {
			return err
		}
		cold.requests, cold.next = coldShare(cold.requests), clients
	}
	if l.wants(threeNodes, threeBare) {
		if three, err = threeOf(func(i int) (*target, error) {
			t, _, err := node(fmt.Sprintf("node-%d", i), all[:few])
			return t, err
		}); err != nil {
			return err
		}
		if bares, err = threeOf(func(int) (*target, error) {
			p, _, err := l.bare(ctx, body)
			if err != nil {
				return nil, err
			}
			return l.target(ctx, "bare", p, script.answered(body))
		}); err != nil {
			return err
		}
	}
	return l.nodesContest(ctx, few, plain, one, cold, three, bares)
}

// threeOf is one load over three processes: as many clients as one has.
func threeOf(start func(i int) (*target, error)) (*target, error) {
	var three *target
	for i := range 3 {
		t, err := start(i)
		if err != nil {
			return nil, err
		}
		t.asks = t.asks[:(clients+i)/3]
		if three == nil {
			three = t
			continue
		}
		three.others = append(three.others, t.process)
		three.asks = slices.Concat(three.asks, t.asks)
	}
	return three, nil
}

func (l *lab) nodesContest(ctx context.Context, few int, plain, one, cold, three, bares *target) error {
	if cold != nil { // first, because nobody may be asked about twice
		if err := contest(ctx, l.opt.Rounds, 0, plain, cold); err != nil {
			return err
		}
		l.compare(postgresCold, cold, plain, throughput)
		l.compare(postgresColdCPU, cold, plain, cpu)
		plain.samples = nil
	}
	targets := []*target{plain, one}
	if three != nil {
		targets = append(targets, three, bares)
	}
	// By then nearly everybody asked about is known to each of three nodes.
	if err := contest(ctx, l.opt.Rounds, 6*few, targets...); err != nil {
		return err
	}
	l.compare(postgresThroughput, one, plain, throughput)
	l.compare(postgresCPU, one, plain, cpu)
	l.compare(threeNodes, three, one, cpu)
	l.compare(threeBare, bares, plain, cpu)
	return nil
}
