package webhook

import (
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// An app whose address fails for an hour is taken off the Page, if a setting says so,
// and off no other; others stay, and so does it without the setting.
func TestAnAppIsTakenOffThePage(t *testing.T) {
	for _, after := range []time.Duration{time.Hour, 0} {
		r := newRig(t, Options{UnsubscribeAfter: after}, DelivererOptions{})
		dead := newTarget(t, fail)
		a, other := r.app(1, dead.URL), r.app(2, "")
		a.Subscriptions = []people.Subscription{{Object: "page", URL: dead.URL}}
		page, second := r.page("77", a.ID, other.ID), r.page("78", a.ID)
		r.begin()
		r.update(a, 0, `{"object":"page","entry":[{"id":"77","time":1,"messaging":[]}]}`)
		r.until(tries(2))
		r.advance(59 * time.Minute)
		r.until(tries(3))
		if !r.hears(page, a.ID) {
			t.Error("it was taken off within the hour")
		}
		r.advance(2 * time.Hour)
		r.until(tries(4))
		if r.hears(page, a.ID) != (after == 0) {
			t.Errorf("after %v: still subscribed is %v", after, r.hears(page, a.ID))
		}
		r.advance(time.Hour)
		list := r.until(tries(5))
		want, wantError := uint64(0), "it answered 502"
		if after != 0 {
			want, wantError = 1, wantError+takenOff
		}
		if got := r.box.Stats.TakenOff.Load(); got != want || list[0].Error != wantError {
			t.Errorf("after %v: taken off %d times, %q", after, got, list[0].Error)
		}
		if !r.hears(page, other.ID) || !r.hears(second, a.ID) {
			t.Error("another subscription went with it")
		}
		r.end()
	}
}

// page makes a Page that apps hear of.
func (r *rig) page(public string, apps ...store.ID) (page store.ID) {
	r.Helper()
	if err := r.db.Update(r.Context(), func(tx *store.Tx) error {
		page = tx.NewID()
		if _, err := tx.Bind(r.Context(), store.Binding{Key: store.Key{Space: store.SpaceNode, Key: public}, ID: page}); err != nil {
			return err
		}
		if err := tx.Put(r.Context(), store.Object{ID: page, Kind: store.KindPage, Data: (&people.Page{PublicID: public}).Encode()}); err != nil {
			return err
		}
		for _, app := range apps {
			if err := tx.Link(r.Context(), store.Assoc{From: page, Kind: SubscribedApps(), To: app, Time: 1}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		r.Fatal(err)
	}
	return page
}

func (r *rig) hears(page, app store.ID) (yes bool) {
	r.Helper()
	if err := r.db.View(r.Context(), func(rd *store.Reader) error {
		rec, err := rd.Pair(r.Context(), page, SubscribedApps(), app)
		yes = rec != nil
		return err
	}); err != nil {
		r.Fatal(err)
	}
	return yes
}
