package bench

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Names of the world in which people write to Pages whose app is told.
const (
	talkPages = 64
	toldApp   = "told"
)

func talker(n uint64) string { return fmt.Sprintf("talker%d", n) }

func talkPage(n uint64) string { return fmt.Sprintf("talk%d", n%talkPages) }

// talking is that world, for so many people.
func talking(people int, hook string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "apps: {%s: {webhooks: [{object: page, callback_url: %q, verify_token: v, fields: [messages]}]}}\npages:\n", toldApp, hook)
	for n := range uint64(talkPages) {
		fmt.Fprintf(&b, "  %s: {app: %s, subscribed_apps: [{to: %[2]s, subscribed_fields: [messages]}]}\n", talkPage(n), toldApp)
	}
	b.WriteString("people:\n")
	for n := range people {
		fmt.Fprintf(&b, "  %s: {first_name: T}\n", talker(uint64(n)))
	}
	return []byte(b.String())
}

// talk has people write to Pages: each message is kept in its conversation, changes
// the contact and its history, and is told to the app of the Page.
func (l *lab) talk(ctx context.Context) error {
	people, times, alone := 1000, 3000, 100
	if l.opt.Quick {
		people, times, alone = 100, 500, 20
	}
	e, err := newEar(ctx)
	if err != nil {
		return err
	}
	defer e.srv.Close()
	g, err := l.opt.Open(ctx, l.path("talk.db"), []byte(master))
	if err != nil {
		return err
	}
	defer l.opt.Tune()()
	defer g.Close()
	if err := g.Load(ctx, talking(people, e.url)); err != nil {
		return err
	}
	say := func(n uint64) error { return g.Act(ctx, talker(n%uint64(people)), talkPage(n%uint64(people))) }
	var events, told, delays, ratios []float64
	next := uint64(0)
	for range l.opt.Rounds {
		s, rate, err := e.talked(ctx, say, next, times)
		if err != nil {
			return err
		}
		next += uint64(times)
		ms, write, err := e.heardOf(ctx, say, next, alone)
		if err != nil {
			return err
		}
		next += uint64(alone)
		events, told = append(events, s.throughput), append(told, rate)
		delays, ratios = append(delays, ms), append(ratios, ms/write)
	}
	l.set(messagesMany, "people write to Pages, in process: conversation, contact, history and outbox", events...)
	l.set(messageHooks, "loopback, in the order of each conversation, after all messages are durable", told...)
	l.set(messageDelay, fmt.Sprintf("one client; medians of %d, the commit of the message in it", alone), delays...)
	l.set(messageDelayX, "against the commit of a message alone", ratios...)
	return nil
}

// talked has many clients write so many messages, and says how many webhooks a second
// followed once all were kept: the receiver holds the first until then.
func (e *ear) talked(ctx context.Context, say ask, first uint64, times int) (events sample, rate float64, err error) {
	asks := make([]ask, clients)
	for i := range asks {
		asks[i] = say
	}
	gate := make(chan struct{})
	e.expect(times)
	e.gate.Store(&gate)
	events, err = drive(ctx, asks, first, times)
	close(gate)
	if err != nil {
		return events, 0, err
	}
	begin := time.Now()
	err = e.wait(ctx)
	return events, float64(times) / time.Since(begin).Seconds(), err
}

// heardOf is the median time between the beginning of a message and its webhook, and
// that until the message was kept, both in milliseconds.
func (e *ear) heardOf(ctx context.Context, say ask, first uint64, times int) (heard, kept float64, err error) {
	var all, writes []float64
	for n := range uint64(times) {
		e.expect(1)
		begin := time.Now()
		if err := say(first + n); err != nil {
			return 0, 0, err
		}
		wrote := time.Since(begin)
		if err := e.wait(ctx); err != nil {
			return 0, 0, err
		}
		all = append(all, float64(time.Since(begin).Microseconds())/1e3)
		writes = append(writes, float64(wrote.Microseconds())/1e3)
	}
	return median(all), median(writes), nil
}
