package nodes

import (
	"context"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// An addressed person is who a message goes to, and from which place: the Page, the
// account, or the one that the Page is linked to.
type addressed struct {
	person    *people.Person
	place     store.ID
	instagram bool
	to        messaging.Recipient
	ticket    *messaging.Ticket
}

// addressee finds who is meant. Whoever a place does not know, another place's, and who
// is gone are answered alike.
func addressee(ctx context.Context, c *schema.Call) (a addressed, err error) {
	if a.to, err = messaging.ReadRecipient(c.Args.Text("recipient")); err != nil {
		if c.Row.Page == nil && err == error(graph.ErrNoRecipient) {
			err = graph.ErrNoInstagramRecipient
		}
		return a, err
	}
	switch a.to.Form {
	case messaging.ByID:
		err = a.byID(ctx, c)
	case messaging.ByPhone:
		err = a.byPhone(ctx, c)
	default:
		err = a.byTicket(ctx, c)
	}
	switch {
	case err == nil && a.person != nil:
		return a, a.permitted(c)
	case err != nil:
		return a, err
	case c.Row.Page == nil:
		return a, graph.ErrNoInstagramRecipient
	}
	return a, graph.ErrNoRecipient
}

// permitted asks a Page's token for the permission of where it writes: its own
// conversations or those of its account. [doc send-api, instagram messaging; that the one
// is not good for the other guess]
func (a *addressed) permitted(c *schema.Call) error {
	need := graph.PagesMessaging
	if a.instagram {
		need = graph.InstagramManageMessages
	}
	if c.Viewer.Kind == access.PageToken && !c.Viewer.Granted.Has(need) {
		return graph.ErrNoMessaging.Args(need.String())
	}
	return nil
}

// account is the Instagram account that is meant or the one of the Page; zero for none.
func account(c *schema.Call) store.ID {
	if c.Row.Page != nil {
		return c.Row.Page.Instagram
	}
	return c.ID
}

func (a *addressed) byID(ctx context.Context, c *schema.Call) error {
	var rs store.ReadSet
	page := -1
	if c.Row.Page != nil {
		page = rs.Key(store.SpacePSID, scopedid.Key(0, c.ID, a.to.Text).Key)
	}
	ig := rs.Key(store.SpaceIGSID, scopedid.Key(0, account(c), a.to.Text).Key)
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return err
	}
	if page >= 0 && rs.GotID(page) != 0 {
		a.place = c.ID
		return a.find(ctx, c, rs.GotID(page))
	}
	a.place, a.instagram = account(c), true
	return a.find(ctx, c, rs.GotID(ig))
}

// byTicket finds who gave the place what the recipient names.
func (a *addressed) byTicket(ctx context.Context, c *schema.Call) (err error) {
	if c.Row.Page != nil {
		a.place = c.ID
		a.ticket, err = messaging.FindTicket(ctx, &c.Tx.Reader, a.place, a.to)
	}
	if err == nil && a.ticket == nil && account(c) != 0 {
		a.place, a.instagram = account(c), true
		a.ticket, err = messaging.FindTicket(ctx, &c.Tx.Reader, a.place, a.to)
	}
	if err != nil || a.ticket == nil {
		return err
	}
	return a.find(ctx, c, a.ticket.Person)
}

// byPhone is customer matching, for those whose app may. [doc customer matching; that
// the permission is asked of the token guess]
func (a *addressed) byPhone(ctx context.Context, c *schema.Call) (err error) {
	if c.Row.Page == nil {
		return nil
	}
	if !c.Viewer.Granted.Has(graph.PagesMessagingPhoneNumber) {
		return graph.ErrPhoneNotLive
	}
	a.place = c.ID
	a.person, err = audience.ByPhone(ctx, &c.Tx.Reader, a.to.Text, a.to.First, a.to.Last)
	return err
}

func (a *addressed) find(ctx context.Context, c *schema.Call, id store.ID) error {
	rec, err := c.Tx.Get(ctx, id)
	if err != nil || rec == nil {
		return err
	}
	a.person, _ = rec.Value.(*people.Person)
	return nil
}

// mayWrite asks whether the app may write to this person at all, and whether the
// place may now.
func (a *addressed) mayWrite(ctx context.Context, c *schema.Call, o *messaging.Outgoing) error {
	app := c.Viewer.App
	var rs store.ReadSet
	role, pair := rs.Pair(app.ID, store.AssocRole, a.person.ID), rs.Pair(a.place, store.AssocContact, a.person.ID)
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return err
	}
	phone, known := a.to.Form == messaging.ByPhone, rs.GotPair(role) != nil
	switch {
	case app.Mode == graph.ModeDevelopment && !known && phone:
		return graph.ErrPhoneNotLive
	case app.Mode == graph.ModeDevelopment && !known:
		return graph.ErrNotLive
	case phone && !known && c.Row.Env.PhoneFee:
		return graph.ErrPhoneFee
	}
	contact := &consent.Contact{}
	if rec := rs.GotPair(pair); rec != nil {
		if v, ok := rec.Value.(*consent.Contact); ok {
			contact = v
		}
	}
	switch {
	case contact.Erased && a.to.Form != messaging.ByID:
		return graph.ErrNoRecipient
	case a.person.Account == people.Deactivated:
		return graph.ErrUnavailablePerson
	case contact.Shut.Event == consent.DeclineRequest:
		return graph.ErrUnavailablePerson // [guess]
	case contact.Shut.Event == consent.DeleteConversation && c.Row.Edition == consent.E2016 && !a.instagram:
		return graph.ErrNotReceiving
	}
	return o.MayWrite(contact, a.instagram, c.Now.UnixMicro())
}

// answered is what a message or an action is answered with. Of somebody whom the place
// has no ID of it is a matter of the edition whether there is one. [doc send-api 2017,
// 2026; the year of the change guess]
func (a *addressed) answered(c *schema.Call, sent schema.Sent, file string) []byte {
	tell := true
	if a.to.Form == messaging.ByUserRef || a.to.Form == messaging.ByPhone {
		if tell = c.Row.Edition != consent.E2026; c.Row.Env.TellRecipient != "by_edition" {
			tell = c.Row.Env.TellRecipient == "always"
		}
	}
	b := []byte{'{'}
	if tell {
		b = textMember(b, "recipient_id", sent.Recipient)
	}
	if sent.Mid != "" {
		b = textMember(b, "message_id", sent.Mid)
	}
	if file != "" {
		b = textMember(b, "attachment_id", file)
	}
	return append(b, '}')
}
