package store

import (
	"context"
	"errors"
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
// to one goroutine.
type Duty struct {
	// N is the number of the duty, the same in all processes.
	N int
	// TTL is how long a holder may be silent.
	TTL time.Duration

	DB    *DB
	Clock clock.Machine

	epoch   int64 // zero: not ours
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
	switch {
	case d.epoch != 0 && row.epoch != d.epoch:
		d.epoch = 0
		return false, nil
	case d.epoch == 0 && row.node != 0 && now-d.since < d.TTL+d.TTL/slack:
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
		if d.epoch == 0 {
			next.epoch++
		}
		return d.write(ctx, tx, next)
	})
	switch {
	case errors.Is(err, ErrDutyLost):
		d.epoch, d.watched = 0, false
		return false, nil
	case err != nil:
		return false, err // what the row says is seen next time
	}
	d.epoch, d.seen, d.since = next.epoch, next, d.Clock.Now()
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
		if d.epoch == 0 || row.epoch != d.epoch {
			return ErrDutyLost
		}
		return f(tx)
	})
}

// Release lets another process take the duty at once.
func (d *Duty) Release(ctx context.Context) error {
	err := d.Update(ctx, func(tx *Tx) error {
		row, err := d.read(ctx, &tx.Reader)
		if err != nil {
			return err
		}
		return d.write(ctx, tx, dutyRow{epoch: row.epoch, count: row.count + 1})
	})
	if d.epoch, d.watched = 0, false; errors.Is(err, ErrDutyLost) {
		return nil
	}
	return err
}

func (d *Duty) row() ID { return metaDuty + ID(d.N%maxDuties) }

func (d *Duty) read(ctx context.Context, r *Reader) (row dutyRow, err error) {
	rec, err := r.Get(ctx, d.row())
	if err != nil || rec == nil {
		return row, err
	}
	data, _ := rec.Value.([]byte)
	err = readMeta(&driver.Object{Data: data}, func(f Field) (err error) {
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

func (d *Duty) write(ctx context.Context, tx *Tx, row dutyRow) error {
	return tx.Put(ctx, meta(d.row(), Int64Field(tagDutyNode, row.node), Int64Field(tagDutyEpoch, row.epoch), Int64Field(tagDutyCount, row.count)))
}

// me is this process in a row, never zero.
func (db *DB) me() int64 { return int64(db.node>>2) | 1<<61 }
