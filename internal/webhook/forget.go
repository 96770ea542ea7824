package webhook

import (
	"context"

	"github.com/kithgraph/kith/internal/store"
)

// Forget takes a person off the deliveries that are about them, at most limit of
// them, and returns how many it found. What waits is delivered all the same: it
// says no more than the ID by which the app knows them, which leads to nobody,
// and that they removed it or want their data deleted. What the app answered is
// removed. An update is emptied, and does not go out if it has not yet: it says what
// the person wrote.
func Forget(ctx context.Context, tx *store.Tx, person store.ID, limit int) (n int, err error) {
	links, err := tx.Range(ctx, store.Range{From: person, Kind: store.AssocTold, All: true, Limit: limit})
	if err != nil || len(links) == 0 {
		return 0, err
	}
	var rs store.ReadSet
	apps := make([]store.ID, len(links))
	gone := make([]store.Pair, len(links))
	for i := range links {
		t, _ := links[i].Value.(told)
		apps[i] = t.app
		rs.Pair(t.app, store.AssocDelivery, links[i].ID)
		gone[i] = store.Pair{From: person, Kind: store.AssocTold, To: links[i].ID}
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return 0, err
	}
	var again []store.Assoc
	for i := range links {
		rec := rs.GotPair(i)
		d, ok := value[*Delivery](rec)
		if !ok || d.Person != person {
			continue
		}
		c := *d
		c.Person, c.AnswerURL, c.AnswerCode = 0, "", ""
		if c.What.update() {
			if c.Payload = nil; c.State == Waiting {
				c.State, c.Error = Dropped, "the person is gone"
			}
		}
		again = append(again, c.link(apps[i], links[i].ID, rec.Time))
	}
	if len(again) > 0 {
		if err := tx.Link(ctx, again...); err != nil {
			return 0, err
		}
	}
	return len(links), tx.Unlink(ctx, gone...)
}
