package world

import (
	"context"
	"errors"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/store"
)

// tickets keeps by what the place may write to the person from now on, and finds what
// they answer: a message to the checkbox that they ticked.
func (x *acting) tickets(ctx context.Context, with messaging.Party, d *messaging.Door, speaks bool) error {
	if t, ok := d.Ticket(); ok {
		text, err := messaging.Give(ctx, x.tx, x.b.opt.Keys, x.at.messaging(), with, t)
		switch {
		case errors.Is(err, messaging.ErrTaken):
			return bad("say another one", "%s %q at %s is somebody else's", t.Form, t.Text, x.at.handle)
		case err != nil:
			return err
		}
		d.Named(t.Form, text)
		x.out.Recipient = map[string]string{t.Form.String(): text}
	}
	if d.Event == consent.CheckboxReply {
		d.Prior = d.UserRef
	}
	if !speaks || !x.awaited {
		return nil
	}
	t, err := messaging.Waiting(ctx, &x.tx.Reader, x.at.id, x.person.ID)
	if err != nil || t == nil {
		return err
	}
	answered := *t
	answered.Replied, d.Prior = x.micros(), t.Text
	return answered.Save(ctx, x.tx)
}

// tickets removes what places may write to the person by: everywhere, or at the place
// of the job.
func (e *erasure) tickets(ctx context.Context) (done bool, err error) {
	if e.j.kind == eraseJob {
		return e.purgeLinked(ctx, store.AssocTicket)
	}
	limit := e.left
	list, err := e.next(ctx, e.j.person, store.AssocTicket, limit)
	if err != nil || len(list) == 0 {
		return true, err
	}
	e.left -= len(list)
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := e.tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	var doomed []store.Record
	for i := range list {
		if t, ok := record[*messaging.Ticket](rs.GotObject(i)); ok && t.Place == e.j.place {
			doomed = append(doomed, list[i])
		}
	}
	return len(list) < limit, e.purge(ctx, doomed)
}
