package bench

import (
	"bytes"
	"context"
	"fmt"
)

// A field is the targets that are compared with each other in one contest.
type field struct {
	*lab
	place   *place
	kith    *process
	good    *script
	targets []*target
}

// add has a target take part if any of the rows is wanted; otherwise it is nil.
func (f *field) add(open func() (*target, error), rows ...string) (*target, error) {
	if !f.wants(rows...) {
		return nil, nil
	}
	t, err := open()
	if err == nil {
		f.targets = append(f.targets, t)
	}
	return t, err
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
	defer l.apart()()
	kith, err := l.serve(ctx, modeServer, small.dir)
	if err != nil {
		return err
	}
	f := &field{lab: l, place: small, kith: kith, good: small.script(kith.addr)}
	server, err := l.target(ctx, "kith", kith, f.good)
	if err != nil {
		return err
	}
	plain, secure, body, err := l.bareTarget(ctx, server, f.good)
	if err != nil {
		return err
	}
	f.targets = []*target{plain, server}
	report, err := f.others(ctx, server, plain, secure, body)
	if err != nil {
		return err
	}
	l.say("%d rounds of %d targets", l.opt.Rounds, len(f.targets))
	people, _, _ := l.sizes()
	if err := contest(ctx, l.opt.Rounds, people, f.targets...); err != nil {
		return err
	}
	l.compare(warm, server, plain, cpu)
	l.compare(warmThroughput, server, plain, throughput)
	l.compare(warmP99, server, plain, p99)
	report()
	return nil
}

// others opens what is compared with the server or with the bare handler, and
// says how to compare it.
func (f *field) others(ctx context.Context, server, plain *target, secure string, body []byte) (report func(), err error) {
	var opened []*target
	for _, o := range []struct {
		open func() (*target, error)
		rows []string
	}{
		{func() (*target, error) { return f.std(ctx) }, []string{warmHTTP}},
		{func() (*target, error) { return f.emulator(ctx, f.place) }, []string{emulator}},
		{func() (*target, error) { return f.target(ctx, "refused calls", f.kith, f.good.forged()) }, []string{refused}},
		{func() (*target, error) { return f.hits(ctx) }, []string{unchanged}},
		{func() (*target, error) { return f.lots(ctx, inBatch) }, []string{batched, byIDs, zipped}},
		{func() (*target, error) { return f.lots(ctx, inIDs) }, []string{byIDs}},
		{func() (*target, error) { return f.targetH2(ctx, "kith over HTTP/2", f.kith, f.kith.addr, f.good), nil }, []string{overH2}},
		{func() (*target, error) {
			return f.targetH2(ctx, "bare over HTTP/2", plain.process, secure, f.good.answered(body)), nil
		}, []string{overH2}},
		{func() (*target, error) { return f.grown(ctx, len(f.place.crowd.PSIDs)) }, []string{growth}},
		{func() (*target, error) { return f.lots(ctx, inGzip) }, []string{zipped}},
		{func() (*target, error) { return f.counting(ctx) }, []string{counted}},
		{func() (*target, error) { return f.bodies(ctx, "large bodies", f.good) }, []string{refusedLarge}},
		{func() (*target, error) { return f.bodies(ctx, "large bodies, refused", f.good.forged()) }, []string{refusedLarge}},
	} {
		t, err := f.add(o.open, o.rows...)
		if err != nil {
			return nil, err
		}
		opened = append(opened, t)
	}
	return func() {
		f.compare(warmHTTP, opened[0], plain, cpu)
		f.compare(emulator, opened[1], server, cpu)
		f.compare(refused, opened[2], server, cpu)
		f.compare(unchanged, opened[3], server, cpu)
		f.compareLots(batched, opened[4], server, lotSize)
		f.compareLots(byIDs, opened[5], opened[4], 1)
		f.compare(overH2, opened[6], opened[7], cpu)
		f.compare(growth, opened[8], server, cpu)
		f.compareLots(zipped, opened[9], opened[4], 1)
		f.compare(counted, opened[10], server, cpu)
		f.compare(refusedLarge, opened[12], opened[11], cpu)
	}, nil
}

// std is a second kith over the same crowd, without the strict loop.
func (f *field) std(ctx context.Context) (*target, error) {
	p, err := f.place.copyTo(f.path("std"))
	if err != nil {
		return nil, err
	}
	kith, err := f.serve(ctx, modeServer, p.dir, "--http", "std")
	if err != nil {
		return nil, err
	}
	return f.target(ctx, "kith, net/http", kith, p.script(kith.addr))
}

// counting is a second kith over the same crowd, with rate limits that nobody
// reaches.
func (f *field) counting(ctx context.Context) (*target, error) {
	p, err := f.place.copyTo(f.path("counting"))
	if err != nil {
		return nil, err
	}
	const plenty = "1000000"
	kith, err := f.serve(ctx, modeServer, p.dir, "--rates-enforce", "on", "--rates-app", plenty, "--rates-page", plenty,
		"--rates-messenger", plenty, "--rates-user", plenty)
	if err != nil {
		return nil, err
	}
	return f.target(ctx, "kith, counting", kith, p.script(kith.addr))
}

// bodies sends a large JSON body along.
func (f *field) bodies(ctx context.Context, name string, as *script) (*target, error) {
	s := *as
	s.body = []byte(`{"method":"get"`)
	for n := 0; len(s.body) < 1<<20-32; n++ {
		s.body = fmt.Appendf(s.body, `,"member%d":%d`, n%1000, n)
	}
	s.body = append(s.body, '}')
	t, err := f.target(ctx, name, f.kith, &s)
	if err == nil {
		t.requests, t.brief = t.requests/200+1, true
	}
	return t, err
}

// lots asks about many people at once.
func (f *field) lots(ctx context.Context, l lot) (*target, error) {
	t, err := f.target(ctx, "lots", f.kith, f.good.lots(l))
	if err == nil {
		t.requests = t.requests/lotSize + 1
	}
	return t, err
}

// hits asks about people whose answer the client has.
func (f *field) hits(ctx context.Context) (*target, error) {
	s := *f.good
	s.fields = "first_name,last_name" // the URL of a picture changes with time
	nc, err := dialOnce(f.kith.addr)
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	c := newConn(nc)
	tags := make([]string, len(s.crowd.PSIDs))
	for n := range tags {
		if err := s.over(c)(uint64(n)); err != nil {
			return nil, err
		}
		tag, ok := header(c.buf[:c.n], "ETag: ")
		if !ok {
			return nil, fmt.Errorf("answer %d has no tag", n)
		}
		tags[s.person(uint64(n))] = tag
	}
	s.tags, s.status, s.prefix = tags, 304, ""
	return f.target(ctx, "hits", f.kith, &s)
}

// header finds the value of a line in an answer.
func header(answer []byte, name string) (string, bool) {
	_, rest, ok := bytes.Cut(answer, []byte("\r\n"+name))
	value, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return string(value), ok
}
