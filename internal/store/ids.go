package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Stored by this file:
//
//	object  metaIDs (KindMeta)   tag 1: the first dense id that nobody claimed yet; tag 2: how many blocks were spread
const (
	metaIDs     ID     = 1
	tagNextID   uint32 = 1
	tagSpread   uint32 = 2
	firstID     ID     = 1024 // those below are the store's own
	idBlock            = 1 << idBlockLog
	provisional ID     = 1 << 62 // ids handed out in a run that will be undone
)

// An idRange is a run of claimed ids, end exclusive.
type idRange struct{ next, end ID }

// An idPool holds claimed ids shared by all transactions.
type idPool struct {
	mu sync.Mutex
	idRange
	filling bool
}

// NewID returns an id that was never handed out before, not even by a process
// that crashed. Ids of one transaction ascend.
func (t *Tx) NewID() ID {
	t.issued++
	if t.own.next < t.own.end {
		t.own.next++
		return t.note(t.own.next - 1)
	}
	if t.provisional == 0 {
		// One of another block may be smaller; the run is repeated then.
		if id := t.db.ids.take(); id > t.lastID {
			return t.note(id)
		}
	}
	t.provisional++
	return provisional + ID(t.provisional)
}

// note remembers what this run was given.
func (t *Tx) note(id ID) ID {
	t.lastID = id
	if t.db.shared != nil {
		t.fresh = append(t.fresh, id)
	}
	return id
}

// ReserveIDs makes the next n ids available without another claim, so that a
// large Update need not run twice.
func (db *DB) ReserveIDs(ctx context.Context, n int) error {
	db.whole.RLock()
	defer db.whole.RUnlock()
	if db.ids.left() >= n {
		return nil
	}
	r, err := db.claim(ctx, n)
	if err != nil {
		return err
	}
	db.ids.mu.Lock()
	db.ids.idRange = r
	db.ids.mu.Unlock()
	return nil
}

// claim takes whole blocks with room for n ids, durably, before any is used.
func (db *DB) claim(ctx context.Context, n int) (idRange, error) {
	var r idRange
	err := db.transact(ctx, func(w driver.Writer, _ time.Duration) (err error) {
		r, err = db.claimIn(ctx, w, n)
		return err
	})
	if err != nil {
		return idRange{}, fmt.Errorf("claim ids: %w", err)
	}
	return r, nil
}

// claimIn claims in a transaction, after which the ids may be used.
func (db *DB) claimIn(ctx context.Context, w driver.Writer, n int) (r idRange, err error) {
	rs := driver.ReadSet{Objects: []ID{metaIDs}}
	if err := w.Read(ctx, &rs); err != nil {
		return r, err
	}
	next, blocks, err := claimed(rs.GotObjects[0])
	if err != nil {
		return r, err
	}
	if db.shared != nil && n <= idBlock {
		r = spreadBlock(blocks)
		blocks++
	} else {
		r = idRange{next, next + ID((n+idBlock-1)/idBlock*idBlock)}
		next = r.end
	}
	fs := []Field{Int64Field(tagNextID, int64(next))}
	if blocks > 0 {
		fs = append(fs, Int64Field(tagSpread, int64(blocks)))
	}
	return r, w.Put(ctx, []Object{meta(metaIDs, fs...)})
}

// A refill claims ids in a transaction that takes some, before there are too few for
// those that share its commit: each of those would have to run again. On a shared
// database a claim of many is for bulk writes.
type refill struct {
	db    *DB
	begun bool
	got   idRange
}

// Sizes of a refill: a commit of the embedded store has 128 updates at most.
const (
	fewIDs  = 2 * idBlock
	moreIDs = 4 * idBlock
)

// in is called in each run of the transaction.
func (f *refill) in(ctx context.Context, tx *Tx) (err error) {
	f.got = idRange{}
	if f.db.shared != nil || tx.issued == 0 {
		return nil
	}
	if f.begun = f.begun || f.db.ids.beginRefill(); f.begun {
		f.got, err = f.db.claimIn(ctx, tx.w, moreIDs)
	}
	return err
}

// end is called when the outcome is known.
func (f *refill) end(err error) {
	if err != nil {
		f.got = idRange{}
	}
	if f.begun {
		f.db.ids.endRefill(f.got)
	}
}

// beginRefill reports whether there are few ids and nobody claims more.
func (p *idPool) beginRefill() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.filling || p.end-p.next >= fewIDs {
		return false
	}
	p.filling = true
	return true
}

// endRefill adds what was claimed behind what is there, which it usually follows.
func (p *idPool) endRefill(r idRange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.filling = false
	if r.next == p.end {
		p.end = max(p.end, r.end)
	} else if r.end-r.next > p.end-p.next {
		p.idRange = r
	}
}

// claimed reads how far the claims have come.
func claimed(o *Object) (next ID, blocks uint64, err error) {
	next = firstID
	err = readMeta(o, func(f Field) error {
		if f.Tag != tagNextID && f.Tag != tagSpread {
			return nil
		}
		n, err := f.Int64()
		if f.Tag == tagNextID {
			next = max(ID(n), firstID)
		} else {
			blocks = uint64(n)
		}
		return err
	})
	return next, blocks, err
}

// take returns the next shared id, zero if there is none.
func (p *idPool) take() ID {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next >= p.end {
		return 0
	}
	p.next++
	return p.next - 1
}

// giveBack shares what a transaction left of its own ids, unless more are
// there already: ids are plenty, gaps are fine.
func (p *idPool) giveBack(r idRange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.end-r.next > p.end-p.next {
		p.idRange = r
	}
}

func (p *idPool) left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int(p.end - p.next)
}

func (p *idPool) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idRange = idRange{}
}
