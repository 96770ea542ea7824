package bench

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Keys of the rows of a vast crowd, which only --people asks for.
const (
	vastImport = "vast-import"
	vastBytes  = "vast-bytes"
	vastStart  = "vast-start"
	vastGrowth = "vast-growth"
	vastWarm50 = "vast-warm-p50"
	vastWarm99 = "vast-warm-p99"
	vastCold   = "vast-cold"
	vastCold50 = "vast-cold-p50"
	vastCold99 = "vast-cold-p99"
	vastMemory = "vast-memory"
)

// vastTable is what a crowd must not change, however large it is.
func vastTable() []*Row {
	rows := []*Row{
		{Key: vastImport, Name: "import, durable", Unit: "people/s", limit: atLeast(15_000)},
		{Key: vastBytes, Name: "import: disk for each person", Unit: "B", limit: atMost(900)},
		{Key: vastStart, Name: "start to first profile", Unit: "ms", limit: atMost(500)},
		{Key: vastGrowth, Name: "warm read against the small crowd: CPU", Unit: "x", limit: atMost(1.5)},
		{Key: vastWarm50, Name: "warm read: half are answered within", Unit: "us"},
		{Key: vastWarm99, Name: "warm read: 99 of 100 are answered within", Unit: "us"},
		{Key: vastCold, Name: "cold read: CPU", Unit: "x"},
		{Key: vastCold50, Name: "cold read: half are answered within", Unit: "us"},
		{Key: vastCold99, Name: "cold read: 99 of 100 are answered within", Unit: "us"},
		{Key: vastMemory, Name: "memory under load", Unit: "MB", limit: atMost(256)},
	}
	for _, r := range rows {
		r.Limit = r.limit.text(r.Unit)
	}
	return rows
}

func vastGroups() []group {
	return []group{
		{[]string{vastImport, vastBytes}, (*lab).vastImports},
		{[]string{vastStart}, (*lab).vastStarts},
		{[]string{vastGrowth, vastWarm50, vastWarm99, vastCold, vastCold50, vastCold99, vastMemory}, (*lab).vastReads},
	}
}

// vastPlace imports the crowd the first time somebody asks.
func (l *lab) vastPlace(ctx context.Context) (*place, error) {
	if l.large != nil {
		return l.large, nil
	}
	if l.vastFailed != nil { // it takes too long to try again
		return nil, l.vastFailed
	}
	p := &place{dir: l.path("vast")}
	if l.vastFailed = os.Mkdir(p.dir, 0o700); l.vastFailed == nil {
		l.vastFailed = l.vast(ctx, p)
	}
	if l.vastFailed != nil {
		return nil, l.vastFailed
	}
	l.large = p
	return p, nil
}

// vast imports the crowd into p; the time ends when the file is closed.
func (l *lab) vast(ctx context.Context, p *place) error {
	seed, err := l.opt.Open(ctx, "", []byte(master))
	if err != nil {
		return err
	}
	defer seed.Close()
	lines, err := NewFlow(ctx, seed, Size{People: l.opt.People, Pages: pages})
	if err != nil {
		return err
	}
	p.crowd = lines.crowd
	// Import walks its input twice, after a look at its beginning.
	var bars [2]func(int)
	lines.progress = func(pass, n int) {
		i := min(max(pass-1, 0), 1)
		if bars[i] == nil {
			bars[i] = l.bar(l.opt.People, [...]string{"checking", "importing"}[i])
		}
		bars[i](n)
	}
	g, err := l.opt.Open(ctx, p.database(), []byte(master))
	if err != nil {
		return err
	}
	begin := time.Now()
	err = g.Import(ctx, lines)
	if cerr := g.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	took := time.Since(begin)
	info, err := os.Stat(p.database())
	if err != nil {
		return err
	}
	note := fmt.Sprintf("%d people, JSON Lines: profile, handle, PSID, one contact; %s", l.opt.People, took.Round(time.Second))
	l.set(vastImport, note, float64(l.opt.People)/took.Seconds())
	l.set(vastBytes, fmt.Sprintf("%d MB", info.Size()/mega), float64(info.Size())/float64(l.opt.People))
	return nil
}

func (l *lab) vastImports(ctx context.Context) error {
	_, err := l.vastPlace(ctx)
	return err
}

func (l *lab) vastStarts(ctx context.Context) error {
	p, err := l.vastPlace(ctx)
	if err != nil {
		return err
	}
	var took []float64
	for r := range l.opt.Rounds {
		if err := l.startLarge(ctx, &took, p, r); err != nil {
			return err
		}
	}
	l.set(vastStart, "server mode; the file may be in the system's cache", took...)
	return nil
}

// vastReads asks as many of the crowd as the small one has, again and again, and
// then everybody in turn.
func (l *lab) vastReads(ctx context.Context) error {
	small, err := l.smallPlace(ctx)
	if err != nil {
		return err
	}
	if _, err := l.vastPlace(ctx); err != nil {
		return err
	}
	people, _, _ := l.sizes()
	before, err := l.serve(ctx, modeServer, small.dir)
	if err != nil {
		return err
	}
	few, err := l.target(ctx, "kith with the small crowd", before, small.script(before.addr))
	if err != nil {
		return err
	}
	many, err := l.grown(ctx, people)
	if err != nil {
		return err
	}
	l.say("%d rounds, warm", l.opt.Rounds)
	if err := contest(ctx, l.opt.Rounds, people, few, many); err != nil {
		return err
	}
	l.compare(vastGrowth, many, few, cpu)
	l.latency(vastWarm50, vastWarm99, many)
	return l.vastColdReads(ctx, many.process)
}

func (l *lab) vastColdReads(ctx context.Context, kith *process) error {
	script := l.large.script(kith.addr)
	all, err := l.target(ctx, "cold reads", kith, script)
	if err != nil {
		return err
	}
	plain, _, _, err := l.bareTarget(ctx, all, script)
	if err != nil {
		return err
	}
	l.say("%d rounds, cold", l.opt.Rounds)
	if err := contest(ctx, l.opt.Rounds, 0, plain, all); err != nil {
		return err
	}
	l.compare(vastCold, all, plain, cpu)
	l.latency(vastCold50, vastCold99, all)
	rss, err := resident(kith.pid())
	if err != nil {
		return err
	}
	l.set(vastMemory, fmt.Sprintf("%d people, %d clients, after all rounds", l.opt.People, clients), float64(rss)/mega)
	return nil
}

// latency gives two rows how long the clients of a target waited.
func (l *lab) latency(half, most string, t *target) {
	note := fmt.Sprintf("%d clients on this machine, %s", clients, quantity(middle(t, throughput), "/s"))
	l.set(half, note, each(t, p50)...)
	l.set(most, note, each(t, p99)...)
}
