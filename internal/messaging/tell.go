package messaging

import (
	"context"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// Verbs of a permission. [granted seen RESTFB; revoked guess]
const (
	Granted = "granted"
	Revoked = "revoked"
)

// TellUser puts changes of a person into the outbox, for an app that knows them, in the
// transaction that makes them so. It returns what Wake wants once that is through.
func TellUser(ctx context.Context, tx *store.Tx, box *webhook.Outbox, app *people.App, person store.ID, object string, list []UserChange, values bool, now time.Time) (store.ID, error) {
	if box == nil || len(list) == 0 {
		return 0, nil
	}
	id, err := scopedid.Of(ctx, &tx.Reader, store.SpaceASID, app.ID, person)
	if err != nil || id == "" {
		return 0, err
	}
	n := ChangesOf(object, id, now.UnixMicro(), list, values)
	lane, err := box.Add(ctx, tx, webhook.Event{What: webhook.UpdateOf(object), App: app, Person: person, UserID: id, At: now, Body: n.Body})
	if err != nil {
		return 0, fmt.Errorf("tell app %s: %w", app.Handle, err)
	}
	return lane, nil
}

// TellPermissions tells an app that is subscribed to permissions what a person gave it
// or took back, as the verb says: those it subscribed to; connected says that it was the
// app itself, too.
func TellPermissions(ctx context.Context, tx *store.Tx, box *webhook.Outbox, app *people.App, person store.ID, verb string, set graph.Permissions, connected bool, now time.Time) (store.ID, error) {
	s := app.Subscription(ObjectPermissions)
	if s == nil {
		return 0, nil
	}
	names := set.Names()
	if connected {
		names = append([]string{Connected}, names...)
	}
	var list []UserChange
	for _, name := range names {
		if s.Has(name) {
			list = append(list, UserChange{Field: name, Verb: verb})
		}
	}
	return TellUser(ctx, tx, box, app, person, ObjectPermissions, list, s.Values, now)
}
