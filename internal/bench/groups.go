package bench

import (
	"context"
	"fmt"
	"os"
)

// A group is rows that come from one measurement.
type group struct {
	rows    []string
	measure func(*lab, context.Context) error
}

func groups() []group {
	return []group{
		{[]string{binarySize}, (*lab).binary},
		{[]string{allocations, coldPoints}, (*lab).counts},
		{[]string{resetWorld}, (*lab).reset},
		{[]string{memoryIdle}, (*lab).idle},
		{[]string{warmHTTP, warmThroughput, warmP99, emulator, overH2, refused, batched, byIDs, growth}, (*lab).warmReads},
		{[]string{cold, memoryLoad}, (*lab).coldReads},
		{[]string{startEmpty, startDemo, startLarge}, (*lab).starts},
		{[]string{writesOne, writesMany, writesGain}, (*lab).writes},
		{[]string{postgresAgain, postgresFirst, postgresThroughput, postgresCPU, postgresCold, postgresColdCPU, threeNodes, threeBare}, (*lab).postgresReads},
		{[]string{postgresOne, postgresMany, hotPage}, (*lab).postgresWrites},
		{[]string{importSpeed, importBytes}, (*lab).imports},
		{[]string{generateProfile, generateLife}, (*lab).generated},
		{[]string{edgePage}, (*lab).edgePages},
		{[]string{audienceUpload, audienceMatch}, (*lab).audiences},
	}
}

const mega = 1 << 20

func (l *lab) binary(context.Context) error {
	info, err := os.Stat(l.kith)
	if err != nil {
		return err
	}
	l.set(binarySize, "static, stripped", float64(info.Size())/mega)
	return nil
}

// warmReads runs everything that reads what the server has in its cache.
func (l *lab) warmReads(ctx context.Context) error {
	small, err := l.smallPlace(ctx)
	if err != nil {
		return err
	}
	// First whatever takes long: a server hangs up on clients that wait.
	if l.wants(growth) {
		if _, err := l.largePlace(ctx); err != nil {
			return err
		}
	}
	people, _, _ := l.sizes()
	kith, err := l.serve(ctx, modeServer, small.dir)
	if err != nil {
		return err
	}
	good := small.script(kith.addr)
	server, err := l.target(ctx, "kith", kith, good)
	if err != nil {
		return err
	}
	plain, secure, body, err := l.bareTarget(ctx, server, good)
	if err != nil {
		return err
	}
	targets := []*target{plain, server}
	add := func(t *target, err error) (*target, error) {
		if err == nil {
			targets = append(targets, t)
		}
		return t, err
	}
	var emu, bad, h2, bareH2, big *target
	if l.wants(emulator) {
		if emu, err = add(l.emulator(ctx, small)); err != nil {
			return err
		}
	}
	if l.wants(refused) {
		if bad, err = add(l.target(ctx, "refused calls", kith, good.forged())); err != nil {
			return err
		}
	}
	var lots, ids *target
	if l.wants(batched) || l.wants(byIDs) {
		if lots, err = add(l.target(ctx, "batches", kith, good.lots(inBatch))); err != nil {
			return err
		}
		if ids, err = add(l.target(ctx, "ids", kith, good.lots(inIDs))); err != nil {
			return err
		}
		lots.requests, ids.requests = lots.requests/lotSize+1, ids.requests/lotSize+1
	}
	if l.wants(overH2) {
		h2, bareH2 = l.targetH2(ctx, "kith over HTTP/2", kith, kith.addr, good), l.targetH2(ctx, "bare over HTTP/2", plain.process, secure, good.answered(body))
		targets = append(targets, bareH2, h2)
	}
	if l.wants(growth) {
		if big, err = add(l.grown(ctx, people)); err != nil {
			return err
		}
	}
	l.say("%d rounds of %d targets", l.opt.Rounds, len(targets))
	if err := contest(ctx, l.opt.Rounds, people, targets...); err != nil {
		return err
	}
	l.compare(warmHTTP, server, plain, cpu)
	l.compare(warmThroughput, server, plain, throughput)
	l.compare(warmP99, server, plain, p99)
	l.compare(emulator, emu, server, cpu)
	l.compare(refused, bad, server, cpu)
	l.compareLots(batched, lots, server, lotSize)
	l.compareLots(byIDs, ids, lots, 1)
	l.compare(overH2, h2, bareH2, cpu)
	l.compare(growth, big, server, cpu)
	return nil
}

// compare gives a row the ratio of two targets and says what each was.
func (l *lab) compare(key string, a, b *target, of func(sample) float64) {
	if a == nil || b == nil {
		return
	}
	unit := "us"
	if key == warmThroughput || key == postgresThroughput || key == postgresCold {
		unit = "/s"
	}
	note := fmt.Sprintf("%s against %s", quantity(middle(a, of), unit), quantity(middle(b, of), unit))
	l.set(key, note, ratios(a, b, of)...)
}

// grown is the large crowd, of whom as many are asked about as in the small one.
func (l *lab) grown(ctx context.Context, people int) (*target, error) {
	large, err := l.largePlace(ctx)
	if err != nil {
		return nil, err
	}
	p, err := l.serve(ctx, modeServer, large.dir)
	if err != nil {
		return nil, err
	}
	s := large.script(p.addr)
	every := len(large.crowd.PSIDs) / people
	for i := range people {
		s.people = append(s.people, i*every+i%every)
	}
	return l.target(ctx, "kith with the large crowd", p, s)
}

func (l *lab) emulator(ctx context.Context, from *place) (*target, error) {
	p, err := from.copyTo(l.path("emulator"))
	if err != nil {
		return nil, err
	}
	kith, err := l.serve(ctx, modeEmulator, p.dir)
	if err != nil {
		return nil, err
	}
	return l.target(ctx, "emulator", kith, p.script(kith.addr))
}

// coldReads asks about everybody of the large crowd in turn, so that nobody is
// in the cache of records; the file is in the system's cache.
func (l *lab) coldReads(ctx context.Context) error {
	large, err := l.largePlace(ctx)
	if err != nil {
		return err
	}
	kith, err := l.serve(ctx, modeServer, large.dir)
	if err != nil {
		return err
	}
	script := large.script(kith.addr)
	t, err := l.target(ctx, "cold reads", kith, script)
	if err != nil {
		return err
	}
	plain, _, _, err := l.bareTarget(ctx, t, script)
	if err != nil {
		return err
	}
	if err := contest(ctx, l.opt.Rounds, 0, plain, t); err != nil {
		return err
	}
	l.set(cold, fmt.Sprintf("%d people; %s against %s; the file is in the page cache", len(large.crowd.PSIDs),
		quantity(middle(t, cpu), "us"), quantity(middle(plain, cpu), "us")), ratios(t, plain, cpu)...)
	rss, err := resident(kith.pid())
	if err != nil {
		return err
	}
	l.set(memoryLoad, fmt.Sprintf("%d people, %d clients, after all rounds", len(large.crowd.PSIDs), clients), float64(rss)/mega)
	return nil
}
