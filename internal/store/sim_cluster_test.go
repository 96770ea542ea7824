package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
)

// A cluster is a primary with a synchronous standby, as its clients see it: a
// commit is on the standby before anybody sees it, and acknowledged after that.
// When the standby is made primary, the old one may not notice for a while: it
// goes on answering reads, and its commits wait for ever. A host that was
// replaced is not primary again before simAway has passed.
type cluster struct {
	truth   *memory.Store // what the standby has
	hosts   [2]simHost
	primary int
	commits [][]uint64    // what each of them wrote, to find conflicts
	moved   time.Duration // when the primary changed last
	most    int           // how many failovers happen
	lossy   bool          // replies of COMMIT get lost
	seen    struct{ failovers, stale, ambiguous, late, conflicts int }
}

const simAway = simFence + simFence/slack

type simHost struct {
	seen    *memory.Store // what its readers see
	visible int           // how many commits those are
	life    int           // raised when its connections break
	up      bool
	ends    time.Duration // of a stale primary: when it is stopped
}

func (c *cluster) start(base *memory.Store) {
	c.truth = base.Fork()
	c.hosts[0] = simHost{seen: c.truth.Fork(), up: true}
	c.hosts[1] = simHost{}
	c.primary, c.commits = 0, c.commits[:0]
}

// weather moves the primary and stops stale ones.
func (c *cluster) weather(s *sim) {
	old := &c.hosts[1-c.primary]
	if old.up && (s.now >= old.ends || s.over) {
		old.up = false
		old.life++
	}
	if s.over || old.up || s.now < c.moved+simAway || c.seen.failovers == c.most || !s.chance(100) {
		return
	}
	c.seen.failovers++
	c.moved = s.now
	lost := &c.hosts[c.primary]
	lost.ends = s.now
	if !s.chance(4) {
		lost.ends += s.upTo(4 * simFence)
	}
	c.primary = 1 - c.primary
	h := &c.hosts[c.primary]
	h.seen, h.visible, h.up = c.truth.Fork(), len(c.commits), true
	h.life++
}

// A simStore is the driver of one node.
type simStore struct{ n *simNode }

func (d *simStore) Close() error { return nil }

// dial takes a connection: to the primary, or to the one that believes it is.
func (d *simStore) dial() *simTx {
	s := d.n.s
	h := s.primary
	if s.hosts[1-h].up && s.chance(2) {
		h = 1 - h
		s.seen.stale++
	}
	return &simTx{s: s, host: h, life: s.hosts[h].life}
}

func (d *simStore) View(ctx context.Context, f func(driver.Reader) error) error {
	return f(d.dial())
}

func (d *simStore) Update(ctx context.Context, f func(driver.Writer) error) error {
	for {
		d.n.s.point() // until there is a connection
		tx := d.dial()
		if err := f(tx); err != nil {
			return err
		}
		again, err := tx.commit(ctx)
		if !again {
			return err
		}
	}
}

// A simTx is a transaction on one host.
type simTx struct {
	s       *sim
	host    int
	life    int
	base    *memory.Store // its snapshot, with its own writes
	since   int           // how many commits it sees
	touched []uint64
	wrote   []uint64
	writes  []func(w driver.Writer) error
}

func (t *simTx) Host() string { return string(rune('a' + t.host)) }

func (t *simTx) connected() bool { return t.s.hosts[t.host].life == t.life }

func (t *simTx) snapshot() {
	if t.base == nil {
		t.base, t.since = t.s.hosts[t.host].seen.Fork(), t.s.hosts[t.host].visible
	}
}

// Read is a round trip: the request, the answer and the way back each take
// their time.
func (t *simTx) Read(ctx context.Context, rs *driver.ReadSet) error {
	t.s.point()
	if !t.connected() {
		return driver.ErrUnavailable
	}
	t.snapshot()
	for _, id := range rs.Objects {
		t.touched = append(t.touched, rowOf(id))
	}
	for _, p := range rs.Pairs {
		t.touched = append(t.touched, rowOfPair(p.From, p.To))
	}
	err := t.base.View(ctx, func(r driver.Reader) error { return r.Read(ctx, rs) })
	t.s.point()
	if !t.connected() {
		return driver.ErrUnavailable
	}
	return err
}

func (t *simTx) write(ctx context.Context, f func(w driver.Writer) error) error {
	t.snapshot()
	t.writes = append(t.writes, f)
	return t.base.Update(ctx, f)
}

func (t *simTx) Put(ctx context.Context, objs []driver.Object) error {
	for i := range objs {
		t.wrote = append(t.wrote, rowOf(objs[i].ID))
	}
	return t.write(ctx, func(w driver.Writer) error { return w.Put(ctx, objs) })
}

func (t *simTx) Link(ctx context.Context, as []driver.Assoc) error {
	for i := range as {
		t.wrote = append(t.wrote, rowOfPair(as[i].From, as[i].To))
	}
	return t.write(ctx, func(w driver.Writer) error { return w.Link(ctx, as) })
}

var errNotSimulated = errors.New("not part of the simulation")

func (t *simTx) Scan(context.Context, driver.Table, func(*driver.Row) bool) error {
	return errNotSimulated
}
func (t *simTx) Delete(context.Context, []driver.ID) error { return errNotSimulated }
func (t *simTx) Bind(context.Context, []driver.Binding) ([]driver.ID, error) {
	return nil, errNotSimulated
}
func (t *simTx) Unbind(context.Context, []driver.Key) error  { return errNotSimulated }
func (t *simTx) Unlink(context.Context, []driver.Pair) error { return errNotSimulated }
func (t *simTx) Purge(context.Context, []driver.ID) error    { return errNotSimulated }

// commit sends COMMIT. again says that the database wants the transaction
// repeated.
func (t *simTx) commit(ctx context.Context) (again bool, err error) {
	s := t.s
	if len(t.writes) == 0 {
		s.point()
		return false, t.alive(driver.ErrUnavailable)
	}
	if s.lossy && len(s.nodes) > 1 && s.chance(20) {
		// The connection breaks here and COMMIT arrives some time.
		s.seen.late++
		s.spawn(nil, func() { _, _ = t.apply(ctx) })
		return false, driver.ErrAmbiguous
	}
	s.point()
	if s.lossy && s.chance(20) {
		s.seen.ambiguous++ // it never arrives
		return false, driver.ErrAmbiguous
	}
	if again, err = t.apply(ctx); again || err != nil {
		return again, err
	}
	s.point() // the reply
	if s.lossy && s.chance(20) {
		s.seen.ambiguous++
		return false, driver.ErrAmbiguous
	}
	return false, t.alive(driver.ErrAmbiguous)
}

func (t *simTx) alive(otherwise error) error {
	if !t.connected() {
		return otherwise
	}
	return nil
}

// apply is what the database does with COMMIT.
func (t *simTx) apply(ctx context.Context) (again bool, err error) {
	s := t.s
	self := s.cur
	self.inside = true
	defer func() { self.inside = false }()
	if t.host != s.primary && t.connected() {
		s.waitFor(func() bool { return !t.connected() }) // for a standby that is gone
	}
	if !t.connected() {
		return false, driver.ErrAmbiguous
	}
	if t.conflicts() {
		s.seen.conflicts++
		s.waitFor(func() bool { return !t.connected() || s.hosts[t.host].visible > t.since })
		return true, nil
	}
	err = s.truth.Update(ctx, func(w driver.Writer) error {
		for _, f := range t.writes {
			if err := f(w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	s.commits = append(s.commits, t.wrote)
	s.moment() // on the standby, and not visible yet
	if t.connected() && t.host != s.primary {
		s.waitFor(func() bool { return !t.connected() })
	}
	if !t.connected() {
		return false, driver.ErrAmbiguous
	}
	h := &s.hosts[t.host]
	h.visible = len(s.commits)
	h.seen.Restore(s.truth)
	return false, nil
}

// conflicts reports whether a commit that this transaction does not see wrote
// what it read or writes.
func (t *simTx) conflicts() bool {
	for _, wrote := range t.s.commits[t.since:] {
		for _, w := range wrote {
			if slices.Contains(t.touched, w) || slices.Contains(t.wrote, w) {
				return true
			}
		}
	}
	return false
}

// Names of rows, for conflicts.

func rowOf(id ID) uint64           { return uint64(id) }
func rowOfPair(from, to ID) uint64 { return uint64(from)<<32 | uint64(to) }
