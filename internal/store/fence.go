package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store/driver"
)

// What a call gets that met a host which may not be used: any more, or yet.
var (
	errFenced    = fmt.Errorf("%w: %w", driver.ErrUnavailable, driver.ErrFenced)
	errProbation = fmt.Errorf("%w: the host has not been primary for long enough", driver.ErrUnavailable)
)

// A fence keeps this process away from a primary that is none any more.
//
// A host may be used by what began, and is over, while a chain of heartbeats
// holds there: writes of which the last to have committed began less than span
// ago. When a chain begins it counts only after span has passed on every
// machine: by then nobody uses another host that was primary before. So two
// hosts are never used at a time, provided that a host which was replaced is not
// primary again before span has passed on every machine.
type fence struct {
	clock clock.Machine
	span  time.Duration

	mu       sync.Mutex
	hosts    map[string]*chain
	rejected uint64
	trusting bool // a planted bug of tests: chains count at once
}

// A chain is a run of heartbeats on one host.
type chain struct {
	from time.Duration // it counts from here on
	beat time.Duration // when the last one began that committed
}

func newFence(m clock.Machine, span time.Duration) *fence {
	return &fence{clock: m, span: span, hosts: map[string]*chain{}}
}

// check refuses what began at since on host, and has just ended, unless the
// host could be used all the time.
func (f *fence) check(host string, since time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch c := f.hosts[host]; {
	case c == nil || f.clock.Now() >= c.beat+f.span:
		f.rejected++
		return errFenced
	case since < c.from:
		f.rejected++
		return errProbation
	}
	return nil
}

// any refuses a call at its begin if there is no host it could use.
func (f *fence) any(now time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.open(now) {
		f.rejected++
		return errProbation
	}
	return nil
}

func (f *fence) open(now time.Duration) bool {
	for _, c := range f.hosts {
		if now >= c.from && now < c.beat+f.span {
			return true
		}
	}
	return false
}

// beaten records a heartbeat that committed on host: when it began and when
// that was known. The chain goes on if this one began before the last one ran
// out; otherwise a new one begins. Its wait counts from when the heartbeat was
// known to have committed, because only then the host was surely primary.
func (f *fence) beaten(host string, began, known time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.hosts[host]
	if c == nil || began >= c.beat+f.span {
		c = &chain{from: known + f.span + f.span/slack, beat: began}
		if f.trusting {
			c.from = began
		}
		f.hosts[host] = c
	}
	c.beat = max(c.beat, began)
	for name, old := range f.hosts {
		if known >= old.beat+2*f.span && old != c {
			delete(f.hosts, name)
		}
	}
}

// admit refuses at once what no host could answer.
func (db *DB) admit(now time.Duration) error {
	if db.shared == nil || db.shared.fence == nil {
		return nil
	}
	return db.shared.fence.any(now)
}

// believe says whether what a transaction that began at began has read so far
// may be believed, and whether it may commit.
func (db *DB) believe(ctx context.Context, dr driver.Reader, began time.Duration) error {
	if db.shared == nil || db.shared.fence == nil {
		return nil
	}
	host, known := hostOf(dr)
	if !known {
		rs := driver.ReadSet{Objects: []ID{metaIDs}}
		if err := dr.Read(ctx, &rs); err != nil {
			return err
		}
		host, _ = hostOf(dr)
	}
	return db.shared.fence.check(host, began)
}

// hostOf names the host of a transaction. A database that does not say has one.
func hostOf(dr driver.Reader) (host string, known bool) {
	h, ok := dr.(driver.Hosted)
	if !ok {
		return "", true
	}
	host = h.Host()
	return host, host != ""
}
