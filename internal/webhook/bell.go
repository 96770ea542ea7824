package webhook

import (
	"sync"

	"github.com/kithgraph/kith/internal/store"
)

// A bell tells whoever delivers which lanes have something since a moment ago.
// Nobody has to hear it: a lane that waits is found in its bucket as well.
type bell struct {
	ring  chan struct{}
	mu    sync.Mutex
	lanes map[store.ID]bool
	many  bool
}

// remembered is how many lanes a bell keeps; beyond, the buckets are looked at.
const remembered = 1024

func (b *bell) pull(lane store.ID) {
	b.mu.Lock()
	if b.lanes == nil {
		b.lanes = map[store.ID]bool{}
	}
	if b.many = b.many || len(b.lanes) >= remembered; !b.many {
		b.lanes[lane] = true
	}
	b.mu.Unlock()
	select {
	case b.ring <- struct{}{}:
	default: // it rings
	}
}

// heard empties the bell. many says that lanes may be missing in the list.
func (b *bell) heard() (lanes map[store.ID]bool, many bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lanes, many = b.lanes, b.many
	b.lanes, b.many = nil, false
	return lanes, many
}

// Wake says that the transaction is through in which Add returned lane.
func (o *Outbox) Wake(lane store.ID) {
	if lane != 0 {
		o.bell.pull(lane)
	}
}
