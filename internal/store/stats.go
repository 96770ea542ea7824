package store

import (
	"sync/atomic"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Stats counts what a DB did since it was opened.
type Stats struct {
	// Hits are answers of the cache, Fills answers that entered it.
	Hits, Fills counter
	// Reads are those that went to the driver.
	Reads atomic.Uint64
	// Updates are those that were begun, each counted once.
	Updates atomic.Uint64
	// Waits are the writes that waited until no lease could contradict them.
	Waits atomic.Uint64
	// Beats are the heartbeats, BeatsFailed those that did not commit.
	Beats, BeatsFailed atomic.Uint64
}

// A counter is spread over cache lines, because every request adds to it.
type counter struct {
	cells [counterCells]struct {
		n atomic.Uint64
		_ [56]byte
	}
}

const counterCells = 8

func (c *counter) add(rs *ReadSet, n uint64) {
	c.cells[rs.cell%counterCells].n.Add(n)
}

// countHits counts the answers that rs got from the cache.
func (db *DB) countHits(rs *ReadSet) {
	if rs.cell == 0 {
		rs.cell = db.cells.Add(1)
	}
	if n := len(rs.objects) + len(rs.keys) + len(rs.pairs) - rs.miss.Points(); n > 0 {
		db.stats.Hits.add(rs, uint64(n))
	}
}

// Load is the sum.
func (c *counter) Load() (sum uint64) {
	for i := range c.cells {
		sum += c.cells[i].n.Load()
	}
	return sum
}

// Stats are the counts of this DB, which go on while they are looked at.
func (db *DB) Stats() *Stats { return &db.stats }

// Contention counts the runs of Updates that lost against a rival, and the Updates
// that were tried again and did not happen. With one owner they wait for their turn
// instead, and both are zero.
func (db *DB) Contention() (lost, gaveUp uint64) {
	if c, ok := db.drv.(driver.Contended); ok {
		return c.Contention()
	}
	return 0, 0
}

// Fence says whether the database may be used now and how many calls were
// refused because it could not. Without a fence it always may.
func (db *DB) Fence() (open bool, rejected uint64) {
	if db.shared == nil || db.shared.fence == nil {
		return true, 0
	}
	f := db.shared.fence
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open(f.clock.Now()), f.rejected
}
