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
//	object  metaBeat + n (KindMeta)    tag 1: the node, tag 2: the number of its heartbeat; n follows from both
const (
	metaBeat ID = 64
	beatRows    = 8 // of a node, and nodes: neighbours neither wait for each other nor grow the table

	tagBeatNode  uint32 = 1
	tagBeatCount uint32 = 2
)

const (
	// beatsPerSpan is how many heartbeats begin while one is good.
	beatsPerSpan = 4
	// maxBeats bounds the heartbeats under way: their COMMIT on a host that
	// stands still takes as long as the connection lasts.
	maxBeats = 8
	// patience is how many spans Await waits for heartbeats that go wrong.
	patience = 10
	// awaitStep is how often Await looks.
	awaitStep = 20 * time.Millisecond
)

// Run keeps the fence of a shared database up to date until ctx ends, and
// returns when its last heartbeat is over. Without a fence it returns at once.
func (db *DB) Run(ctx context.Context) {
	if db.shared == nil || db.shared.fence == nil {
		return
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	under := make(chan struct{}, maxBeats)
	tick := time.NewTicker(db.shared.fence.span / beatsPerSpan)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case under <- struct{}{}:
			wg.Go(func() {
				_ = db.beat(ctx) // counted; what it means is the fence's
				<-under
			})
		default:
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Await waits until the database may be used; Run must be running. It gives up
// when heartbeats go wrong for long.
func (db *DB) Await(ctx context.Context) error {
	if db.shared == nil || db.shared.fence == nil {
		return nil
	}
	f := db.shared.fence
	end := f.clock.Now() + patience*f.span
	tick := time.NewTicker(awaitStep)
	defer tick.Stop()
	for {
		f.mu.Lock()
		open := f.open(f.clock.Now())
		f.mu.Unlock()
		if open {
			return nil
		}
		if err := db.beatFailed.Load(); err != nil && f.clock.Now() > end {
			return fmt.Errorf("no heartbeat commits: %w", *err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// beat writes one heartbeat: it commits only where commits count. It begins when
// the host has answered in its transaction. Before that it may have waited for a
// connection, while the host was replaced and became primary again.
func (db *DB) beat(ctx context.Context) error {
	f := db.shared.fence
	n := db.stats.Beats.Add(1)
	row := metaBeat + ID(db.node%beatRows*beatRows+n%beatRows)
	var host string
	var began time.Duration
	err := db.pulse(ctx, f.span, func(w driver.Writer) error {
		rs := driver.ReadSet{Objects: []ID{row}} // the host is known then
		if err := w.Read(ctx, &rs); err != nil {
			return err
		}
		host, _ = hostOf(w)
		began = f.clock.Now()
		return w.Put(ctx, []Object{meta(row, Int64Field(tagBeatNode, int64(db.node)), Int64Field(tagBeatCount, int64(n)))})
	})
	if err != nil {
		db.stats.BeatsFailed.Add(1)
		db.beatFailed.Store(&err)
		return err
	}
	db.beatFailed.Store(nil)
	f.beaten(host, began, f.clock.Now())
	return nil
}

// pulse is an Update that waits for no other and, one that a fence would not
// count any more, for no answer, where the driver can do that.
func (db *DB) pulse(ctx context.Context, wait time.Duration, f func(driver.Writer) error) error {
	if p, ok := db.drv.(driver.Pulsing); ok {
		return p.Pulse(ctx, wait, f)
	}
	return db.drv.Update(ctx, f)
}

// meta makes one of the store's own records, readMeta goes through one.

func meta(id ID, fs ...Field) Object {
	return Object{ID: id, Kind: KindMeta, Data: AppendRecord(nil, fs)}
}

func readMeta(o *Object, f func(Field) error) error {
	if o == nil {
		return nil
	}
	fs, err := ParseRecord(o.Data)
	for i := 0; err == nil && i < len(fs); i++ {
		err = f(fs[i])
	}
	return err
}
