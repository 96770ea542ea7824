package store

import (
	"context"
	"fmt"
	"sync"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Stored by this file:
//
//	object  metaIDs (KindMeta)   tag 1: the first id that no block contains yet
const (
	metaIDs     ID     = 1
	tagNextID   uint32 = 1
	firstID     ID     = 1024 // those below are the store's own
	idBlock            = 1024
	provisional ID     = 1 << 62 // ids handed out in a run that will be undone
)

// An idRange is a run of claimed ids, end exclusive.
type idRange struct{ next, end ID }

// An idPool holds claimed ids shared by all transactions.
type idPool struct {
	mu sync.Mutex
	idRange
}

// NewID returns an id that was never handed out before, not even by a process
// that crashed. Ids of one transaction ascend.
func (t *Tx) NewID() ID {
	t.issued++
	if t.own.next < t.own.end {
		t.own.next++
		return t.own.next - 1
	}
	if t.provisional == 0 {
		if id := t.db.ids.take(); id != 0 {
			return id
		}
	}
	t.provisional++
	return provisional + ID(t.provisional)
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
	err := db.drv.Update(ctx, func(w driver.Writer) error {
		rs := driver.ReadSet{Objects: []ID{metaIDs}}
		if err := w.Read(ctx, &rs); err != nil {
			return err
		}
		next, err := nextID(rs.GotObjects[0])
		if err != nil {
			return err
		}
		r = idRange{next, next + ID((n+idBlock-1)/idBlock*idBlock)}
		data := AppendRecord(nil, []Field{Int64Field(tagNextID, int64(r.end))})
		return w.Put(ctx, []Object{{ID: metaIDs, Kind: KindMeta, Data: data}})
	})
	if err != nil {
		return idRange{}, fmt.Errorf("claim ids: %w", err)
	}
	return r, nil
}

func nextID(meta *Object) (ID, error) {
	if meta == nil {
		return firstID, nil
	}
	fs, err := ParseRecord(meta.Data)
	if err != nil {
		return 0, err
	}
	for _, f := range fs {
		if f.Tag == tagNextID {
			n, err := f.Int64()
			return max(ID(n), firstID), err
		}
	}
	return firstID, nil
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
