package transfer

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A batch is what the next Update writes.
type batch struct {
	objs  []driver.Object
	links []driver.Assoc
	binds []driver.Binding
	rows  int
}

// take adds a row to the batch; its bytes are copied.
func (c *copying) take(t driver.Table, row *driver.Row) {
	b := &c.batch
	b.rows++
	switch t {
	case driver.Objects:
		o := row.Object
		o.Data = slices.Clone(o.Data)
		b.objs = append(b.objs, o)
	case driver.Assocs:
		if a := row.Assoc; !c.comesAlong(&a) {
			a.Data = slices.Clone(a.Data)
			if slices.Contains(c.opt.ByVersion, a.Kind) && a.Time != 0 {
				a.Time -= c.state.Shift
			}
			b.links = append(b.links, a)
		}
	case driver.Keys:
		b.binds = append(b.binds, row.Key)
	}
}

// comesAlong reports whether a row is a mirror without anything of its own: the
// target writes it with its owner.
func (c *copying) comesAlong(a *driver.Assoc) bool {
	info := c.reg.Kind(a.Kind)
	if info == nil || info.Inverse == 0 || len(a.Data) > 0 {
		return false
	}
	return info.Inverse < a.Kind || info.Inverse == a.Kind && a.From > a.To
}

// flush writes the batch and how far it comes, in one transaction.
func (c *copying) flush() error {
	note, err := json.Marshal(&c.state)
	if err != nil {
		return err
	}
	b := &c.batch
	err = c.to.Update(c.ctx, func(w driver.Writer) error {
		if err := w.Put(c.ctx, append(slices.Clone(b.objs), driver.Object{ID: ProgressID, Kind: c.opt.Meta, Data: note})); err != nil {
			return err
		}
		if err := w.Link(c.ctx, b.links); err != nil {
			return err
		}
		ids, err := w.Bind(c.ctx, b.binds)
		if err != nil {
			return err
		}
		for i := range ids {
			if ids[i] != b.binds[i].ID {
				return fmt.Errorf("a key of space %d leads elsewhere in the target", b.binds[i].Space)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.batch = batch{objs: b.objs[:0], links: b.links[:0], binds: b.binds[:0]}
	return nil
}
