package world

import (
	"context"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A routingDecl is which apps of a Page or account are in charge, by handle.
type routingDecl struct{ primary, lead ref }

func (p *parser) checkRouting(what string, d routingDecl, apps []ref) {
	for _, r := range []ref{d.primary, d.lead} {
		if r.name != "" && !slices.ContainsFunc(apps, func(a ref) bool { return a.name == r.name }) {
			p.at(r.line, r.col, "add it to apps", "app %q is not connected to %s", r.name, what)
		}
	}
}

// reaching are the apps that reach an account: its own and those of its Page.
func (w *World) reaching(d *instagramDecl) []ref {
	for _, page := range w.pages {
		if page.name == d.page {
			return slices.Concat(d.apps, page.apps)
		}
	}
	return d.apps
}

func (l *loading) routing(d routingDecl) people.Routing {
	id := func(r ref) store.ID {
		if a := l.apps[r.name]; a != nil {
			return a.ID
		}
		return 0
	}
	return people.Routing{Primary: id(d.primary), Default: id(d.lead)}
}

func (d directory) routing(primary, lead string) (r people.Routing, err error) {
	p, err := d.find(appKind, primary)
	if err != nil {
		return r, err
	}
	l, err := d.find(appKind, lead)
	return people.Routing{Primary: p.id, Default: l.id}, err
}

// setRouting sets an app by its name; nil leaves it, an empty name is none.
func setRouting(ctx context.Context, r *store.Reader, dst *store.ID, name *string, apps []store.ID) error {
	switch {
	case name == nil:
		return nil
	case *name == "":
		*dst = 0
		return nil
	}
	a, err := findApp(ctx, r, *name)
	if err != nil {
		return err
	}
	if !slices.Contains(apps, a.ID) {
		return bad("", "app %s is not connected to it", a.Handle)
	}
	*dst = a.ID
	return nil
}

// appsOf are the apps of the place that are there.
func (x *acting) appsOf(ctx context.Context) ([]*people.App, error) {
	var rs store.ReadSet
	for _, id := range x.at.apps {
		rs.Object(id)
	}
	if err := x.tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var list []*people.App
	for i := range x.at.apps {
		if a, ok := record[*people.App](rs.GotObject(i)); ok && !a.Deleted {
			list = append(list, a)
		}
	}
	return list, nil
}

// lead notes who has control of a conversation. One that no app has goes to the app
// that is to have it, where one is, when the person speaks.
func (x *acting) lead(ctx context.Context, t *messaging.Thread, speaks bool) error {
	now := x.micros()
	if x.owner = t.Owner(now); x.owner != "" || !speaks || x.at.routing.Default == 0 {
		return nil
	}
	rec, err := x.tx.Get(ctx, x.at.routing.Default)
	if err != nil {
		return err
	}
	if a, ok := record[*people.App](rec); ok && !a.Deleted {
		t.Give(a.PublicID, now)
		x.owner = a.PublicID
	}
	return nil
}

// speaks lets an app write in a conversation, unless another one has control of it.
// Where several apps take turns, who writes first gets it. [doc handover protocol: idle;
// that writing takes control guess]
func (x *acting) speaks(t *messaging.Thread) error {
	now := x.micros()
	switch x.owner = t.Owner(now); {
	case x.owner == "" && x.at.routing.On():
		x.owner = x.app.PublicID
		t.Give(x.owner, now)
	case x.owner != "" && x.owner != x.app.PublicID:
		return x.notOwner()
	}
	return nil
}

func (x *acting) notOwner() error {
	if x.at.instagram {
		return graph.ErrNotThreadOwner
	}
	return graph.ErrThreadOwned
}

// A Control is what an app does with the control of a conversation: pass it to the app
// Target, take, request or release it, or extend the time that it has it by Seconds from
// now.
type Control struct {
	Do, Target, Metadata string
	Seconds              int64
}

// Control does it for the conversation that s names. after is to be called once the
// transaction is through, unless it is nil.
func (b *Builder) Control(ctx context.Context, tx *store.Tx, s *Sending, k *Control) (after func(), err error) {
	x := &acting{b: b, tx: tx, a: &Action{}, now: s.At, person: s.Person, app: s.App, out: &Changed{ScopedID: s.Digits}}
	if x.at, err = s.place(ctx, &tx.Reader); err != nil {
		return nil, err
	}
	with := messaging.Party{ID: s.Person.ID, Handle: s.Person.Handle, Digits: s.Digits}
	t, err := messaging.Find(ctx, tx, b.opt.Keys, x.at.messaging(), with)
	if err != nil {
		return nil, err
	}
	if t == nil {
		if x.at.instagram {
			return nil, graph.ErrNoInstagramRecipient
		}
		return nil, graph.ErrNoRecipient
	}
	if err := x.control(ctx, t, with, k); err != nil {
		return nil, err
	}
	if k.Do != "request" { // which changes nothing
		err = t.Save(ctx)
	}
	return x.after(), err
}

// control changes t without saving it. What the app may not do is refused; what is so
// already is told nobody. [doc conversation routing; request while it has it guess]
func (x *acting) control(ctx context.Context, t *messaging.Thread, with messaging.Party, k *Control) error {
	now, owner := x.micros(), t.Owner(x.micros())
	self := x.app.PublicID
	switch h := (messaging.Handover{Place: x.at.messaging(), Digits: with.Digits, At: now, Previous: owner, Next: self, Metadata: k.Metadata}); k.Do {
	case "pass":
		if owner != "" && owner != self {
			return x.notOwner()
		}
		if ok, err := x.receives(ctx, k.Target); err != nil || !ok {
			return orBadParam(err)
		}
		t.Give(k.Target, now)
		h.Next = k.Target
		return x.handed(ctx, with, owner == k.Target, h.Passed())
	case "take":
		if err := x.mayTake(ctx, owner); err != nil {
			return err
		}
		t.Give(self, now)
		return x.handed(ctx, with, owner == self, h.Taken())
	case "request":
		return x.handed(ctx, with, owner == self, h.Asked())
	}
	if owner != self {
		return x.notOwner()
	}
	if k.Do == "release" {
		t.Give("", now)
		return nil
	}
	t.Keep(now + k.Seconds*1e6)
	return nil
}

func orBadParam(err error) error {
	if err == nil {
		return graph.ErrBadParam
	}
	return err
}

// receives reports whether control may be passed to an app: one that is connected, or
// the inbox. Others are all alike.
func (x *acting) receives(ctx context.Context, target string) (bool, error) {
	inbox := messaging.PageInbox
	if x.at.instagram {
		inbox = messaging.InstagramInbox
	}
	if target == inbox {
		return true, nil
	}
	apps, err := x.appsOf(ctx)
	return slices.ContainsFunc(apps, func(a *people.App) bool { return a.PublicID == target }), err
}

// mayTake lets an app take what nobody has, and the primary receiver what anybody has.
// An app that is alone is that. [doc take thread control; the last guess]
func (x *acting) mayTake(ctx context.Context, owner string) error {
	if owner == "" || owner == x.app.PublicID || x.at.routing.Primary == x.app.ID {
		return nil
	}
	if x.at.routing.Primary == 0 {
		if apps, err := x.appsOf(ctx); err != nil || len(apps) == 1 && apps[0].ID == x.app.ID {
			return err
		}
	}
	return x.notOwner()
}

// handed tells every app that listens to the control of conversations, unless
// nothing changed. [doc conversation control]
func (x *acting) handed(ctx context.Context, with messaging.Party, same bool, n messaging.Notice) error {
	if same {
		return nil
	}
	return x.notify(ctx, with, []messaging.Notice{n})
}

// tellRoles tells the apps of a Page or an account who its primary receiver is now.
// [doc assign app roles; of an account guess]
func (b *Builder) tellRoles(ctx context.Context, tx *store.Tx, where *place) (after func(), err error) {
	x := &acting{b: b, tx: tx, a: &Action{}, now: b.opt.Now(), at: where, out: &Changed{}}
	apps, err := x.appsOf(ctx)
	if err != nil {
		return nil, err
	}
	primary, others := "", []string(nil)
	for _, a := range apps {
		if a.ID == where.routing.Primary {
			primary = a.PublicID
		} else {
			others = append(others, a.PublicID)
		}
	}
	at := x.at.messaging()
	n := at.Roles(primary, others, x.micros())
	err = x.notify(ctx, messaging.Party{}, []messaging.Notice{n})
	return x.after(), err
}
