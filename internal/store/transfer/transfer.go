// Package transfer copies a whole database from one backend to another through
// the driver contract only, in the order of the primary keys and in batches. It
// keeps ids, keys, records and the order of every list, and refuses to know what
// they mean.
//
// Stored by this package, in the target, while it is at it:
//
//	object  meta 4   how far the copy has come, written with each batch
package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/store/driver"
)

// ProgressID is where the target says how far it is. While it is there the target
// is not whole, and nobody may use it but another Copy.
const ProgressID driver.ID = 4

// Errors that are the operator's to solve.
var (
	ErrNotEmpty = errors.New("the target is not empty")
	ErrChanged  = errors.New("the source is not what it was when the copy began")
)

// Options of a Copy. Meta must be given.
type Options struct {
	// Meta is the kind of objects that are a database's own.
	Meta driver.Kind
	// ByVersion are the kinds that are linked at driver.TimeVersion. Versions
	// begin anew in the target, so these are moved behind zero: what is linked
	// there later comes first.
	ByVersion []driver.Kind
	// Batch is how many rows share an Update; zero means 1000.
	Batch int
	// Progress hears how many rows were looked at; may be nil.
	Progress func(rows int64)
}

// A state is the record of the progress object.
type state struct {
	Table driver.Table `json:"table"`
	Rows  int64        `json:"rows"` // of that table, done
	Sum   uint64       `json:"sum"`  // of those rows
	Shift int64        `json:"shift"`
	Total int64        `json:"total"`
	Done  bool         `json:"done"`
}

// Copy copies from into to, which is empty or holds what an earlier Copy of the
// same source left; it goes on there. The source must not change meanwhile: what
// was copied is compared as it passes by. Copy returns the rows it looked at.
// Forget ends it.
func Copy(ctx context.Context, from, to driver.Store, reg *driver.Registry, opt Options) (rows int64, err error) {
	if opt.Batch <= 0 {
		opt.Batch = 1000
	}
	err = from.View(ctx, func(r driver.Reader) error {
		c := &copying{ctx: ctx, from: r, to: to, reg: reg, opt: opt}
		err := c.run()
		rows = c.seen
		return err
	})
	if err != nil {
		return rows, fmt.Errorf("copy: %w", err)
	}
	return rows, nil
}

// Forget removes what Copy noted in the target, when all is well.
func Forget(ctx context.Context, to driver.Store) error {
	return to.Update(ctx, func(w driver.Writer) error { return w.Delete(ctx, []driver.ID{ProgressID}) })
}

// copying is one Copy.
type copying struct {
	ctx   context.Context
	from  driver.Reader
	to    driver.Store
	reg   *driver.Registry
	opt   Options
	state state // as the target has it, and what was added since
	seen  int64
	batch batch
}

func (c *copying) run() error {
	if err := c.begin(); err != nil || c.state.Done {
		return err
	}
	for _, t := range [...]driver.Table{driver.Objects, driver.Assocs, driver.Keys} {
		if t < c.state.Table {
			continue
		}
		if err := c.table(t); err != nil {
			return err
		}
	}
	c.state.Done = true
	return c.flush()
}

// begin reads how far an earlier copy came, or makes sure that there was none.
func (c *copying) begin() error {
	known := false
	if err := c.to.View(c.ctx, func(r driver.Reader) (err error) {
		known, err = c.resume(r)
		return err
	}); err != nil || known {
		return err
	}
	if err := c.from.Scan(c.ctx, driver.Assocs, func(row *driver.Row) bool {
		if slices.Contains(c.opt.ByVersion, row.Assoc.Kind) {
			c.state.Shift = max(c.state.Shift, row.Assoc.Time+1)
		}
		return true
	}); err != nil {
		return err
	}
	return c.flush()
}

func (c *copying) resume(r driver.Reader) (known bool, err error) {
	rs := driver.ReadSet{Objects: []driver.ID{ProgressID}}
	if err := r.Read(c.ctx, &rs); err != nil {
		return false, err
	}
	if o := rs.GotObjects[0]; o != nil {
		return true, json.Unmarshal(o.Data, &c.state)
	}
	empty := true
	err = r.Scan(c.ctx, driver.Objects, func(*driver.Row) bool { empty = false; return false })
	if err == nil && !empty {
		err = ErrNotEmpty
	}
	return false, err
}

// table copies one table, beginning behind the rows that are there.
func (c *copying) table(t driver.Table) error {
	done, sum, n := c.state.Rows, uint64(0), int64(0)
	if t != c.state.Table {
		done = 0
	}
	var failed error
	err := c.from.Scan(c.ctx, t, func(row *driver.Row) bool {
		if t == driver.Objects && row.Object.ID == ProgressID {
			return true
		}
		n++
		c.count()
		sum = digest(sum, t, row)
		if n <= done {
			if n == done && sum != c.state.Sum {
				failed = ErrChanged
			}
			return failed == nil
		}
		c.take(t, row)
		c.state.Table, c.state.Rows, c.state.Sum = t, n, sum
		if c.batch.rows >= c.opt.Batch {
			failed = c.flush()
		}
		return failed == nil
	})
	if err = errors.Join(failed, err); err != nil {
		return err
	}
	if n < done {
		return ErrChanged
	}
	c.state.Table, c.state.Rows, c.state.Sum = t+1, 0, 0
	return c.flush()
}

func (c *copying) count() {
	const often = 1 << 10
	if c.seen++; c.opt.Progress != nil && c.seen%often == 0 {
		c.opt.Progress(c.seen)
	}
}

// digest adds a row to the sum of those before it.
func digest(sum uint64, t driver.Table, row *driver.Row) uint64 {
	h := xxh3.New()
	switch t {
	case driver.Objects:
		o := &row.Object
		fmt.Fprint(h, sum, o.ID, o.Kind, o.Version, " ")
		_, _ = h.Write(o.Data)
	case driver.Assocs:
		a := &row.Assoc
		fmt.Fprint(h, sum, a.From, a.Kind, a.To, a.Time, a.Version, " ")
		_, _ = h.Write(a.Data)
	case driver.Keys:
		fmt.Fprint(h, sum, row.Key.Space, row.Key.ID, " ")
		_, _ = h.WriteString(row.Key.Key.Key)
	}
	return h.Sum64()
}
