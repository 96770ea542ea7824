package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// starts measures from exec to the first answer, on folders that are new, new
// and filled with the demo world, or hold the large crowd.
func (l *lab) starts(ctx context.Context) error {
	anything := func(addr string) []byte {
		return []byte("GET /v25.0/me HTTP/1.1\r\nHost: " + addr + "\r\n\r\n")
	}
	var empty, demo, large []float64
	for r := range l.opt.Rounds {
		dir := l.path("start-" + strconv.Itoa(r))
		if l.wants(startEmpty) {
			if err := l.start(ctx, &empty, modeServer, dir+"-empty", anything, 0); err != nil {
				return err
			}
		}
		if l.wants(startDemo) {
			if err := l.start(ctx, &demo, modeEmulator, dir+"-demo", anything, 0); err != nil {
				return err
			}
		}
		if !l.wants(startLarge) {
			continue
		}
		p, err := l.largePlace(ctx)
		if err != nil {
			return err
		}
		if err := l.startLarge(ctx, &large, p, r); err != nil {
			return err
		}
	}
	l.set(startEmpty, "server mode, a new folder", empty...)
	l.set(startDemo, "emulator mode, a new folder", demo...)
	if l.large != nil {
		l.set(startLarge, fmt.Sprintf("%d people", len(l.large.crowd.PSIDs)), large...)
	}
	return nil
}

// startLarge measures to the profile of somebody nobody asked about before.
func (l *lab) startLarge(ctx context.Context, to *[]float64, p *place, r int) error {
	profile := func(addr string) []byte { return p.script(addr).request(nil, uint64(r)) }
	return l.start(ctx, to, modeServer, p.dir, profile, 200)
}

func (l *lab) start(ctx context.Context, to *[]float64, mode, dir string, ask func(addr string) []byte, status int) error {
	p, err := l.serve(ctx, mode, dir)
	if err != nil {
		return err
	}
	took, err := p.ready(ask(p.addr), status)
	if err != nil {
		return err
	}
	*to = append(*to, float64(took)/float64(time.Millisecond))
	return l.stopAll()
}

// idle is the memory of a server that people have just started.
func (l *lab) idle(ctx context.Context) error {
	const pause = 2 * time.Second
	var sizes []float64
	for r := range min(l.opt.Rounds, 3) {
		p, err := l.serve(ctx, modeEmulator, l.path("idle-"+strconv.Itoa(r)))
		if err != nil {
			return err
		}
		if _, err := p.ready([]byte("GET /v25.0/me HTTP/1.1\r\nHost: "+p.addr+"\r\n\r\n"), 0); err != nil {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
		rss, err := resident(p.pid())
		if err != nil {
			return err
		}
		sizes = append(sizes, float64(rss)/mega)
		if err := l.stopAll(); err != nil {
			return err
		}
	}
	l.set(memoryIdle, fmt.Sprintf("emulator mode, resident %s after its first answer", pause), sizes...)
	return nil
}
