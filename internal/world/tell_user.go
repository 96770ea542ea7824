package world

import (
	"context"
	"encoding/json"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// permitted tells an app that is subscribed to permissions what a person took back;
// connected says that it was the app itself, too.
func (x *acting) permitted(ctx context.Context, app *people.App, set graph.Permissions, connected bool) error {
	lane, err := messaging.TellPermissions(ctx, x.tx, x.b.opt.Outbox, app, x.person.ID, messaging.Revoked, set, connected, x.now)
	if err == nil && lane != 0 {
		x.told = append(x.told, lane)
	}
	return err
}

// mostTold bounds how many apps of one person are told of a change. [own]
const mostTold = 1000

// PersonChanged tells the apps that a person uses what changed of them, in the
// transaction in which it does: each of the fields that it is subscribed to and that the
// person granted it. after is to be called once that is through, unless it is nil.
func (b *Builder) PersonChanged(ctx context.Context, tx *store.Tx, before, now *people.Person) (after func(), err error) {
	changed := changedFields(before, now)
	if b.opt.Outbox == nil || len(changed) == 0 {
		return nil, nil
	}
	installs, err := tx.Range(ctx, store.Range{From: now.ID, Kind: store.AssocInstallOf, All: true, Limit: mostTold})
	if err != nil || len(installs) == 0 {
		return nil, err
	}
	var rs store.ReadSet
	for i := range installs {
		rs.Object(installs[i].ID)
		rs.Pair(installs[i].ID, store.AssocInstall, now.ID)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var lanes []store.ID
	for i := range installs {
		app, ok := record[*people.App](rs.GotObject(i))
		in, granted := record[*people.Install](rs.GotPair(i))
		if !ok || !granted || app.Deleted {
			continue
		}
		s := app.Subscription(messaging.ObjectUser)
		if s == nil {
			continue
		}
		var list []messaging.UserChange
		for _, c := range changed {
			if s.Has(c.Field) && b.opens(in.Granted, c.Field) {
				list = append(list, c)
			}
		}
		lane, err := messaging.TellUser(ctx, tx, b.opt.Outbox, app, now.ID, messaging.ObjectUser, list, s.Values, b.opt.Now())
		if err != nil {
			return nil, err
		}
		if lane != 0 {
			lanes = append(lanes, lane)
		}
	}
	if lanes == nil {
		return nil, nil
	}
	return func() {
		for _, lane := range lanes {
			b.opt.Outbox.Wake(lane)
		}
	}, nil
}

// opens reports whether what a person granted opens a field of theirs.
func (b *Builder) opens(granted graph.Permissions, field string) bool {
	if b.opt.Catalogue == nil || b.opt.Catalogue.Node("User") == nil {
		return false
	}
	n := b.opt.Catalogue.Node("User")
	for i := range n.Fields {
		if f := &n.Fields[i]; f.Name == field {
			return f.Need == nil || f.Need.AnyOf.Empty() || granted.Intersects(f.Need.AnyOf)
		}
	}
	return false
}

// changedFields are the fields of a person with another value than before, as a
// subscription names them.
func changedFields(before, now *people.Person) (list []messaging.UserChange) {
	for _, a := range people.Attrs() {
		was, had := before.Attr(a)
		is, has := now.Attr(a)
		if had == has && (!has || was.Text == is.Text) {
			continue
		}
		c := messaging.UserChange{Field: a.String()}
		if has {
			c.Value, c.Verb = valueOf(a, is.Text)
		}
		list = append(list, c)
	}
	if name := fullName(now); name != fullName(before) && !changes(list, "name") {
		list = append(list, messaging.UserChange{Field: "name", Value: quoted(name)})
	}
	return list
}

func changes(list []messaging.UserChange, field string) bool {
	for i := range list {
		if list[i].Field == field {
			return true
		}
	}
	return false
}

// valueOf is a value as the recordings have it: a place as the Page that it is, with a
// verb; a text as a text. [seen RESTFB webhooks/user-*.json; of other objects guess]
func valueOf(a people.Attr, text string) (value, verb string) {
	switch a.Type() {
	case people.Struct:
		var page struct {
			ID string `json:"id"`
		}
		if json.Unmarshal([]byte(text), &page) == nil && page.ID != "" && (a.String() == "location" || a.String() == "hometown") {
			return `{"page":` + quoted(page.ID) + `}`, "add"
		}
		return canonical(text), ""
	case people.Structs, people.Strings:
		return canonical(text), ""
	case people.Bool, people.Integer:
		if json.Valid([]byte(text)) {
			return text, ""
		}
	}
	return quoted(text), ""
}

func quoted(s string) string { return string(graph.AppendString(nil, s)) }

// canonical is JSON that was kept, with the escapes of the Graph; a text for what is
// none.
func canonical(text string) string {
	b, err := graph.AppendJSON(nil, text)
	if err != nil {
		return quoted(text)
	}
	return string(b)
}
