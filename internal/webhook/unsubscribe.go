package webhook

import (
	"context"
	"encoding/json"
	"time"

	"github.com/kithgraph/kith/internal/store"
)

// SubscribedApps is the edge from a Page or an account to the apps that hear of it.
func SubscribedApps() store.Kind { return store.Edge("page.subscribed_apps") }

// takenOff is what the delivery says behind what was wrong.
const takenOff = "; the app was taken off the Page or account, and hears of it again once it subscribes again"

// unsubscribe takes an app off the Page or account of a delivery that has failed for
// so long, which says so. What else waits is tried on. [doc messenger webhooks, an hour, quoted
// idx:63091964974; that a setting says so own]
func (o *Outbox) unsubscribe(ctx context.Context, tx *store.Tx, app store.ID, d *Delivery, now int64, sum *tally) error {
	after := o.opt.UnsubscribeAfter
	if after == 0 || d.What != PageUpdate && d.What != InstagramUpdate || d.State == Delivered || d.First == 0 || time.Duration(now-d.First)*time.Microsecond < after {
		return nil
	}
	var body struct {
		Entry []struct {
			ID string `json:"id"`
		} `json:"entry"`
	}
	if json.Unmarshal(d.Payload, &body) != nil || len(body.Entry) == 0 {
		return nil // emptied, as it was about somebody who is erased
	}
	place, err := tx.Resolve(ctx, store.SpaceNode, body.Entry[0].ID)
	if err != nil || place == 0 {
		return err
	}
	rec, err := tx.Pair(ctx, place, SubscribedApps(), app)
	if err != nil || rec == nil {
		return err
	}
	d.Off = now
	sum.takenOff++
	return tx.Unlink(ctx, store.Pair{From: place, Kind: SubscribedApps(), To: app})
}
