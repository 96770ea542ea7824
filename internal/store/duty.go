package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/store/driver"
)

// Stored by this file:
//
//	object  metaDuty + n (KindMeta)   tag 1: the node that has the duty, zero for none; tag 2: its epoch; tag 3: how often it was renewed
const (
	metaDuty     ID     = 256
	maxDuties           = 64
	tagDutyNode  uint32 = 1
	tagDutyEpoch uint32 = 2
	tagDutyCount uint32 = 3
)

// ErrDutyLost is what a write under a duty gets that another node has by now.
var ErrDutyLost = errors.New("store: another process has the duty")

// A Duty is work that one process at a time does, out of all that share a
// database. It is a row: who has the duty renews it, and who wants it takes it
// over after it has seen the row unchanged for the ttl on its own machine's
// clock, so no two clocks are ever compared. That alone does not keep two
// processes from believing that they have it; each write made under the duty
// checks the epoch of the row in its transaction, and that does. A Duty belongs
// to one goroutine, and to the one that Keep starts.
type Duty struct {
	// N is the number of the duty, the same in all processes.
	N int
	// TTL is how long a holder may be silent.
	TTL time.Duration

	DB    *DB
	Clock clock.Machine

	epoch   atomic.Int64 // zero: not ours
	seen    dutyRow
	watched bool
	since   time.Duration // when the row was first seen like that
}

type dutyRow struct{ node, epoch, count int64 }

// Hold takes the duty or renews it, and reports whether this process has it
// now. It is to be called several times within a TTL. A duty that nobody has is
// taken at once.
func (d *Duty) Hold(ctx context.Context) (bool, error) {
	var row dutyRow
	err := d.DB.View(ctx, func(r *Reader) (err error) {
		row, err = d.read(ctx, r)
		return err
	})
	if err != nil {
		return false, err
	}
	// The wait counts from after the answer: the row was surely like that.
	now := d.Clock.Now()
	if !d.watched || row != d.seen {
		d.watched, d.seen, d.since = true, row, now
	}
	epoch := d.epoch.Load()
	switch {
	case epoch != 0 && row.epoch != epoch:
		d.epoch.Store(0)
		return false, nil
	case epoch == 0 && row.node != 0 && now-d.since < d.TTL+d.TTL/slack:
		return false, nil
	}
	return d.take(ctx)
}

// take writes the row if it is as it was seen.
func (d *Duty) take(ctx context.Context) (bool, error) {
	var next dutyRow
	err := d.DB.Update(ctx, func(tx *Tx) error {
		row, err := d.read(ctx, &tx.Reader)
		if err != nil {
			return err
		}
		if row != d.seen {
			return ErrDutyLost
		}
		next = dutyRow{node: d.DB.me(), epoch: row.epoch, count: row.count + 1}
		if d.epoch.Load() == 0 {
			next.epoch++
		}
		return tx.Put(ctx, d.object(next))
	})
	switch {
	case errors.Is(err, ErrDutyLost):
		d.epoch.Store(0)
		d.watched = false
		return false, nil
	case err != nil:
		return false, err // what the row says is seen next time
	}
	d.epoch.Store(next.epoch)
	d.seen, d.since = next, d.Clock.Now()
	return true, nil
}

// Update is DB.Update under the duty: it commits only if this process still has
// it, and returns ErrDutyLost otherwise.
func (d *Duty) Update(ctx context.Context, f func(*Tx) error) error {
	return d.DB.Update(ctx, func(tx *Tx) error {
		row, err := d.read(ctx, &tx.Reader)
		if err != nil {
			return err
		}
		if epoch := d.epoch.Load(); epoch == 0 || row.epoch != epoch {
			return ErrDutyLost
		}
		return f(tx)
	})
}

// Keep runs f while the duty, which this process has, is renewed beside it: f may
// take longer than the TTL, a walk over a table for one. When the duty is lost
// f's context ends, and Keep returns ErrDutyLost.
func (d *Duty) Keep(ctx context.Context, f func(ctx context.Context) error) error {
	work, lost := context.WithCancelCause(ctx)
	renewing, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { d.renew(renewing, lost) })
	err := f(work)
	stop()
	beside.Wait()
	if errors.Is(context.Cause(work), ErrDutyLost) {
		err = ErrDutyLost
	}
	lost(nil)
	return err
}

// renewals is how often a duty is renewed within its TTL.
const renewals = 4

func (d *Duty) renew(ctx context.Context, lost context.CancelCauseFunc) {
	tick := time.NewTicker(d.TTL / renewals)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		// What fails is tried again: as long as nobody takes the duty it is ours.
		if has, err := d.Hold(ctx); err == nil && !has {
			lost(ErrDutyLost)
			return
		}
	}
}

// releaseWait bounds Release: the TTL does the same, later.
const releaseWait = 2 * time.Second

// Release lets another process take the duty at once.
func (d *Duty) Release(ctx context.Context) error {
	epoch := d.epoch.Swap(0)
	d.watched = false
	if epoch == 0 {
		return nil
	}
	return d.DB.pulse(ctx, releaseWait, func(w driver.Writer) error {
		rs := driver.ReadSet{Objects: []ID{d.row()}}
		if err := w.Read(ctx, &rs); err != nil {
			return err
		}
		row, err := dutyOf(rs.GotObjects[0])
		if err != nil || row.epoch != epoch {
			return err
		}
		return w.Put(ctx, []Object{d.object(dutyRow{epoch: row.epoch, count: row.count + 1})})
	})
}

func (d *Duty) row() ID { return metaDuty + ID(d.N%maxDuties) }

func (d *Duty) read(ctx context.Context, r *Reader) (row dutyRow, err error) {
	rec, err := r.Get(ctx, d.row())
	if err != nil || rec == nil {
		return row, err
	}
	data, _ := rec.Value.([]byte)
	return dutyOf(&driver.Object{Data: data})
}

func dutyOf(o *driver.Object) (row dutyRow, err error) {
	err = readMeta(o, func(f Field) (err error) {
		switch f.Tag {
		case tagDutyNode:
			row.node, err = f.Int64()
		case tagDutyEpoch:
			row.epoch, err = f.Int64()
		case tagDutyCount:
			row.count, err = f.Int64()
		}
		return err
	})
	return row, err
}

func (d *Duty) object(row dutyRow) Object {
	return meta(d.row(), Int64Field(tagDutyNode, row.node), Int64Field(tagDutyEpoch, row.epoch), Int64Field(tagDutyCount, row.count))
}

// me is this process in a row, never zero.
func (db *DB) me() int64 { return int64(db.node>>2) | 1<<61 }
