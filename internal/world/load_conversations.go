package world

import (
	"context"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// spoken is what a person said at one place, as the events of the file tell it.
type spoken struct {
	at      *place
	contact consent.Contact // afterwards
	said    []*eventDecl
}

// spoke collects what was said there; fresh says that there was no conversation before. What
// people say who were made up by the file makes none, because there may be very many of them.
func (l *loading) spoke(s *spoken, rec *people.Person, e *eventDecl, fresh bool) {
	if _, ok := messaging.Speaks(e.event, fresh, s.at.instagram); ok && !l.made[rec.Handle] && !l.written(e) {
		s.said = append(s.said, e)
	}
}

// written reports whether the file itself has a conversation of the two.
func (l *loading) written(e *eventDecl) bool {
	if l.threads == nil {
		l.threads = map[placeRef]map[string]bool{}
		for _, d := range l.w.things {
			if d.node.Name != "Conversation" {
				continue
			}
			at := placeRef{pagePlace, d.owned().name}
			if d.owned().kind == instagramKind {
				at.kind = instagramPlace
			}
			if l.threads[at] == nil {
				l.threads[at] = map[string]bool{}
			}
			for _, v := range d.values {
				for _, t := range v.refs {
					if v.field.Name == "participants" && t.kind == personKind {
						l.threads[at][t.name] = true
					}
				}
			}
		}
	}
	return l.threads[placeRef{e.kind, e.place.name}][e.person.name]
}

// converse makes the conversations of people, as their events would have made them
// live. Nobody is told of it.
func (l *loading) converse(ctx context.Context, tx *store.Tx, rec *people.Person, list []*spoken) error {
	for _, s := range list {
		if len(s.said) == 0 || s.contact.Erased {
			continue
		}
		digits, err := scopedid.Of(ctx, &tx.Reader, s.at.space(), s.at.id, rec.ID)
		if err != nil {
			return err
		}
		with := messaging.Party{ID: rec.ID, Handle: rec.Handle, Digits: digits}
		at := func(e *eventDecl) int64 { return max(e.at.in(l.now).UnixMicro(), 1) }
		t, err := messaging.Open(ctx, tx, l.b.opt.Keys, s.at.messaging(), with, at(s.said[0]))
		if err != nil {
			return err
		}
		for _, e := range s.said {
			m := messaging.Message{Mid: e.mid, At: at(e), Text: cut(e.text, messaging.MaxText)}
			if otherwise, _ := messaging.Speaks(e.event, true, s.at.instagram); m.Text == "" {
				m.Text = otherwise
			}
			if _, err := t.Say(ctx, m); err != nil {
				return err
			}
		}
		t.ReplyUntil(messaging.ReplyUntil(&s.contact))
		if err := t.Save(ctx); err != nil {
			return err
		}
	}
	return nil
}
