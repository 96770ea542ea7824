package world

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/store"
)

func (x *exporter) ticket(t *messaging.Ticket) ticketLine {
	out := ticketLine{Form: t.Form.String(), Text: t.Text, At: t.At, Used: t.Used, Replied: t.Replied, Rest: rest(*t, (*messaging.Ticket).Encode)}
	out.Page, out.Instagram = x.placeNames(t.Place)
	return out
}

func sortTickets(list []ticketLine) {
	slices.SortFunc(list, func(a, b ticketLine) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Page, b.Page), cmp.Compare(a.Instagram, b.Instagram), cmp.Compare(a.Form, b.Form), cmp.Compare(a.Text, b.Text))
	})
}

func (d directory) tickets(out *draft, l *personLine) error {
	for i := range l.Tickets {
		t, err := d.ticket(&l.Tickets[i])
		if err != nil {
			return err
		}
		out.tickets = append(out.tickets, t)
	}
	return nil
}

func (d directory) ticket(l *ticketLine) (*messaging.Ticket, error) {
	t, err := unrest(l.Rest, func(data []byte) (*messaging.Ticket, error) { return messaging.DecodeTicket(0, data) })
	if err != nil {
		return nil, err
	}
	at, err := d.whose(l.Page, l.Instagram)
	if err != nil {
		return nil, err
	}
	form, ok := messaging.ParseForm(l.Form)
	if !ok || l.Text == "" || l.At < 1 {
		return nil, fmt.Errorf("a ticket has a form, a text and a time, not %q, %q and %d", l.Form, l.Text, l.At)
	}
	t.Place, t.Form, t.Text, t.At, t.Used, t.Replied = at.id, form, l.Text, l.At, l.Used, l.Replied
	return t, nil
}

// tickets collects those of a person, with what leads to them.
func (r *rows) tickets(tx *store.Tx, list []*messaging.Ticket, person store.ID, taken func() Problem) {
	for _, l := range list {
		t := *l
		t.ID, t.Person = tx.NewID(), person
		r.put(t.Object())
		r.link(t.Link())
		r.claim(t.Key().Space, t.Key().Key, t.ID, taken)
	}
}
