package webhook

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/store"
)

// trimming removes, now and then, what apps were told too long ago to be looked at,
// whether or not they are told of anything else.
func (r *running) trimming(ctx context.Context) {
	tick := time.NewTicker(r.d.opt.Trim)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.trimAll(ctx); err != nil && ctx.Err() == nil {
			r.d.opt.Log.Warn("what apps were told long ago is not removed yet", "again_in", r.d.opt.Trim, "err", err)
		}
	}
}

// trimAll trims every app that has something to trim, a page at a time.
func (r *running) trimAll(ctx context.Context) error {
	const page = 200
	box := r.d.box
	var apps []store.ID
	if err := box.opt.DB.View(ctx, func(v *store.Reader) (err error) {
		apps, err = toldApps(ctx, v)
		return err
	}); err != nil {
		return err
	}
	for _, app := range apps {
		for more := true; more && ctx.Err() == nil; {
			old := false
			if err := box.opt.DB.View(ctx, func(v *store.Reader) error {
				list, err := v.Range(ctx, store.Range{From: app, Kind: store.AssocDelivery, Reverse: true, Limit: page})
				gone, _ := box.old(app, list)
				old = gone != nil
				return err
			}); err != nil || !old {
				more = false
				if err != nil {
					return err
				}
				continue
			}
			if err := r.to.Update(ctx, func(tx *store.Tx) error {
				n, err := box.trim(ctx, tx, app, page)
				more = n == page
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// trim removes, of the oldest that an app was told, what is kept for too long, and
// returns how many those are.
func (o *Outbox) trim(ctx context.Context, tx *store.Tx, app store.ID, limit int) (int, error) {
	list, err := tx.Range(ctx, store.Range{From: app, Kind: store.AssocDelivery, Reverse: true, Limit: limit})
	if err != nil {
		return 0, err
	}
	gone, n := o.old(app, list)
	if gone == nil {
		return 0, nil
	}
	return n, tx.Unlink(ctx, gone...)
}

// old are the rows of deliveries that are kept for too long, and how many those are.
func (o *Outbox) old(app store.ID, list []store.Record) (gone []store.Pair, n int) {
	now := o.opt.Now().UnixMicro()
	for i := range list {
		d, ok := list[i].Value.(*Delivery)
		if !ok || d.State == Waiting || now-max(d.Tried, d.Queued) < o.opt.Keep.Microseconds() {
			continue
		}
		n++
		gone = append(gone, store.Pair{From: app, Kind: store.AssocDelivery, To: list[i].ID})
		if d.Person != 0 {
			gone = append(gone, store.Pair{From: d.Person, Kind: store.AssocTold, To: list[i].ID})
		}
	}
	return gone, n
}
