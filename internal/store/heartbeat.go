package store

import (
	"context"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// Stored by this file:
//
//	object  metaHost (KindMeta)        tag 1: the host that was written to last; tag 2: how often that changed
//	object  metaBeat + n (KindMeta)    tag 1: the node, tag 2: the number of its heartbeat; n follows from both
const (
	metaHost ID = 63
	metaBeat ID = 64
	beatRows    = 8 // of a node, and nodes: neighbours neither wait for each other nor grow the table

	tagHostName  uint32 = 1
	tagHostEpoch uint32 = 2
	tagBeatNode  uint32 = 1
	tagBeatCount uint32 = 2
)

const (
	// beatsPerSpan is how many heartbeats begin while one is good.
	beatsPerSpan = 4
	// maxBeats bounds the heartbeats under way: their COMMIT on a host that
	// stands still takes as long as the connection lasts.
	maxBeats = 8
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

// Await waits until the database may be used; Run must be running.
func (db *DB) Await(ctx context.Context) error {
	if db.shared == nil || db.shared.fence == nil {
		return nil
	}
	f := db.shared.fence
	tick := time.NewTicker(awaitStep)
	defer tick.Stop()
	for {
		f.mu.Lock()
		open := f.open(f.clock.Now())
		f.mu.Unlock()
		if open {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// beat writes one heartbeat: it commits only where commits count. The row of
// the host tells all nodes when another host was written to in between.
func (db *DB) beat(ctx context.Context) error {
	f := db.shared.fence
	began, n := f.clock.Now(), db.stats.Beats.Add(1)
	var host string
	var epoch int64
	err := db.drv.Update(ctx, func(w driver.Writer) (err error) {
		host, epoch, err = db.writeBeat(ctx, w, n)
		return err
	})
	if err != nil {
		db.stats.BeatsFailed.Add(1)
		return err
	}
	f.beaten(host, epoch, began, f.clock.Now())
	return nil
}

func (db *DB) writeBeat(ctx context.Context, w driver.Writer, n uint64) (host string, epoch int64, err error) {
	rs := driver.ReadSet{Objects: []ID{metaHost}}
	if err := w.Read(ctx, &rs); err != nil {
		return "", 0, err
	}
	host, _ = hostOf(w)
	var last string
	if err := readMeta(rs.GotObjects[0], func(f Field) (err error) {
		switch f.Tag {
		case tagHostName:
			last = f.Text()
		case tagHostEpoch:
			epoch, err = f.Int64()
		}
		return err
	}); err != nil {
		return "", 0, err
	}
	row := metaBeat + ID(db.node%beatRows*beatRows+n%beatRows)
	objs := []Object{meta(row, Int64Field(tagBeatNode, int64(db.node)), Int64Field(tagBeatCount, int64(n)))}
	if epoch == 0 || last != host {
		epoch++
		objs = append(objs, meta(metaHost, StringField(tagHostName, host), Int64Field(tagHostEpoch, epoch)))
	}
	return host, epoch, w.Put(ctx, objs)
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
