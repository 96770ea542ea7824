package messaging

import (
	"context"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// SharedThread is the type of a conversation among people in which somebody opened what
// they were sent of a Page. The Page knows that there is one, and nobody who is in it.
const SharedThread = "MessengerThread"

// OpenShared gives the ID by which a Page knows the conversation of a kind that somebody,
// by handle, is in. The first time it is made. [doc webview context; how IDs are made own]
func OpenShared(ctx context.Context, tx *store.Tx, keys *access.Keys, place Place, kind, handle string, at int64) (tid string, err error) {
	const attempts = 1000
	thing := people.Thing{ID: tx.NewID(), Type: SharedThread, Owner: place.ID, Created: at / 1e6}
	for n := range attempts {
		tid = digitsOf(keys.Label("webview thread", place.PublicID, kind, handle, strconv.Itoa(n)))
		got, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpaceNode, Key: tid}, ID: thing.ID})
		if err != nil {
			return "", err
		}
		if got[0] == thing.ID {
			thing.PublicID = tid
			return tid, keepShared(ctx, tx, place, &thing, at)
		}
		rec, err := tx.Get(ctx, got[0])
		if err != nil {
			return "", err
		}
		if rec == nil {
			continue
		}
		if had, ok := rec.Value.(*people.Thing); ok && had.Type == SharedThread && had.Owner == place.ID {
			return tid, nil
		}
	}
	return "", fmt.Errorf("no free ID of a conversation in %d attempts", attempts)
}

func keepShared(ctx context.Context, tx *store.Tx, place Place, t *people.Thing, at int64) error {
	t.Handle = place.medium() + "/" + place.Handle + "/shared/" + t.PublicID
	if _, err := tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpaceHandle, Key: "thing/" + t.Handle}, ID: t.ID}); err != nil {
		return err
	}
	if err := tx.Put(ctx, store.Object{ID: t.ID, Kind: store.KindThing, Data: t.Encode()}); err != nil {
		return fmt.Errorf("put conversation: %w", err)
	}
	return tx.Link(ctx, store.Assoc{From: place.ID, Kind: store.AssocOwn, To: t.ID, Time: max(at, 1)})
}
