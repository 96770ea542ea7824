package world

import (
	"fmt"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/store"
)

func (d directory) contacts(out *draft, l *personLine) error {
	seen := map[store.ID]bool{}
	for i := range l.Contacts {
		at, err := d.whose(l.Contacts[i].Page, l.Contacts[i].Instagram)
		if err != nil {
			return err
		}
		c, err := d.contact(&l.Contacts[i])
		if err != nil {
			return err
		}
		if seen[at.id] {
			return fmt.Errorf("two contacts with one place")
		}
		seen[at.id] = true
		out.links = append(out.links, store.Assoc{From: at.id, Kind: store.AssocContact, Time: l.Contacts[i].Time, Data: c.Encode()})
	}
	return nil
}

func (d directory) contact(l *contactLine) (*consent.Contact, error) {
	c, err := unrest(l.Rest, consent.Decode)
	if err != nil {
		return nil, err
	}
	c.PSIDKnown, c.Thread, c.PageFirst, c.Guest, c.Erased = l.Known, l.Thread, l.PageFirst, l.Guest, l.Erased
	if l.Seq < 0 || l.Seq > latestSeq {
		return nil, fmt.Errorf("seq %d of a contact is out of range", l.Seq)
	}
	c.Seq, c.WindowUntil = l.Seq, l.WindowUntil
	c.Blocked, c.MessagesOff = switchIn(l.Blocked), switchIn(l.MessagesOff)
	c.PageBanned, c.Deactivated = switchIn(l.PageBanned), switchIn(l.Deactivated)
	if l.Ad != nil {
		c.AdReferral = consent.AdReferral{AdID: l.Ad.ID, Source: l.Ad.Source, Type: l.Ad.Type}
	}
	if c.Origin, err = stampIn(l.Origin); err != nil {
		return nil, err
	}
	if c.Revoked, err = stampIn(l.Revoked); err != nil {
		return nil, err
	}
	if c.Shut, err = stampIn(l.Shut); err != nil {
		return nil, err
	}
	for i := range l.Grants {
		g, err := d.grant(&l.Grants[i])
		if err != nil {
			return nil, err
		}
		c.Grants = append(c.Grants, g)
	}
	return c, nil
}

func (d directory) grant(l *grantLine) (g consent.Grant, err error) {
	app, err := d.find(appKind, l.App)
	if err != nil || app.id == 0 {
		return g, fmt.Errorf("no app %q", l.App)
	}
	g.App = app.id
	if g.Revoked, err = stampIn(l.Revoked); err != nil {
		return g, err
	}
	for i := range l.By {
		st, err := stampIn(&l.By[i].stampLine)
		if err != nil {
			return g, err
		}
		set, err := editionsOf(l.By[i].Editions)
		if err != nil {
			return g, err
		}
		for e := range g.By {
			if set.Has(consent.Edition(e)) {
				g.By[e] = st
			}
		}
	}
	return g, nil
}

func editionsOf(list []string) (set consent.Editions, err error) {
	for _, name := range list {
		e, err := consent.ParseEdition(name)
		if err != nil {
			return 0, err
		}
		set |= 1 << e
	}
	return set, nil
}

func stampIn(l *stampLine) (consent.Stamp, error) {
	if l == nil {
		return consent.Stamp{}, nil
	}
	e, err := eventOf(l.Event)
	return consent.Stamp{Event: e, At: l.At, Seq: min(l.Seq, latestSeq)}, err
}

// latestSeq leaves events numbers enough after whatever a file says.
const latestSeq = 2 * consent.MaxSeq

func switchIn(l *switchLine) consent.Switch {
	if l == nil {
		return consent.Switch{}
	}
	return consent.Switch{On: l.On, At: l.At, Seq: min(l.Seq, latestSeq)}
}

func (d directory) history(out *draft, l *personLine) error {
	for i := range l.History {
		h, err := d.happening(&l.History[i])
		if err != nil {
			return err
		}
		out.history = append(out.history, h)
	}
	return nil
}

func (d directory) happening(l *historyLine) (*happening, error) {
	h, err := unrest(l.Rest, decodeHappening)
	if err != nil {
		return nil, err
	}
	at, err := d.whose(l.Page, l.Instagram)
	if err != nil {
		return nil, err
	}
	app, err := d.find(appKind, l.App)
	if err != nil {
		return nil, err
	}
	h.Place, h.App, h.At, h.Seq, h.Text, h.Mid = at.id, app.id, l.At, l.Seq, l.Text, l.Mid
	if h.Event, err = eventOf(l.Event); err != nil {
		return nil, err
	}
	if h.Gained, err = d.accesses(l.Gained); err != nil {
		return nil, err
	}
	h.Lost, err = d.accesses(l.Lost)
	return h, err
}

func (d directory) accesses(list []AppAccess) ([]consent.Access, error) {
	var out []consent.Access
	for _, a := range list {
		app, err := d.find(appKind, a.App)
		if err != nil {
			return nil, err
		}
		set, err := editionsOf(a.Editions)
		if err != nil {
			return nil, err
		}
		out = append(out, consent.Access{App: app.id, Editions: set})
	}
	return out, nil
}
