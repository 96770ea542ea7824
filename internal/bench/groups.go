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
		{[]string{allocations, coldPoints, malformed}, (*lab).counts},
		{[]string{timingProof, timingIDs}, (*lab).timings},
		{[]string{resetWorld}, (*lab).reset},
		{[]string{memoryIdle}, (*lab).idle},
		{[]string{warm, warmThroughput, warmP99, warmHTTP, emulator, overH2, unchanged, refused, refusedLarge, counted, batched, byIDs, zipped, growth}, (*lab).warmReads},
		{[]string{cold, memoryLoad}, (*lab).coldReads},
		{[]string{startEmpty, startDemo, startLarge}, (*lab).starts},
		{[]string{writesOne, writesMany, writesGain, messageWritesOne, messageWritesMany, messageWritesGain}, (*lab).writes},
		{[]string{eventsMany, webhooks, webhookDelay}, (*lab).callbacks},
		{[]string{messagesMany, messageHooks, messageDelay, messageDelayX}, (*lab).talk},
		{[]string{postgresAgain, postgresFirst, postgresThroughput, postgresCPU, postgresCold, postgresColdCPU, threeNodes, threeBare}, (*lab).postgresReads},
		{[]string{postgresOne, postgresMany, hotPage}, (*lab).postgresWrites},
		{[]string{importSpeed, importBytes}, (*lab).imports},
		{[]string{generateProfile, generateLife}, (*lab).generated},
		{[]string{edgePage, edgePageBest}, (*lab).edgePages},
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
