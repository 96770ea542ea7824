package world

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/store"
)

func (x *exporter) contact(rec *store.Record) (contactLine, bool) {
	c, ok := record[*consent.Contact](rec)
	if !ok {
		return contactLine{}, false
	}
	out := contactLine{
		Time: rec.Time, Known: c.PSIDKnown, Thread: c.Thread, PageFirst: c.PageFirst, Guest: c.Guest, Erased: c.Erased,
		Seq: c.Seq, WindowUntil: c.WindowUntil, Origin: stampOut(c.Origin), Revoked: stampOut(c.Revoked), Shut: stampOut(c.Shut),
		Blocked: switchOut(c.Blocked), MessagesOff: switchOut(c.MessagesOff), PageBanned: switchOut(c.PageBanned),
		Deactivated: switchOut(c.Deactivated), Rest: rest(*c, (*consent.Contact).Encode),
	}
	if c.AdReferral != (consent.AdReferral{}) {
		out.Ad = &adLine{ID: c.AdReferral.AdID, Source: c.AdReferral.Source, Type: c.AdReferral.Type}
	}
	for i := range c.Grants {
		out.Grants = append(out.Grants, x.grant(&c.Grants[i]))
	}
	return out, true
}

// grant groups the editions that one event opened, as the record does.
func (x *exporter) grant(g *consent.Grant) grantLine {
	out := grantLine{App: x.names[g.App].handle, Revoked: stampOut(g.Revoked)}
	var done consent.Editions
	for e, st := range g.By {
		if done.Has(consent.Edition(e)) || st == (consent.Stamp{}) {
			continue
		}
		var same consent.Editions
		for f, other := range g.By {
			if other == st {
				same |= 1 << f
			}
		}
		done |= same
		out.By = append(out.By, byLine{Editions: editionNames(same), stampLine: *stampOut(st)})
	}
	return out
}

func stampOut(s consent.Stamp) *stampLine {
	if s == (consent.Stamp{}) {
		return nil
	}
	return &stampLine{Event: eventName(s.Event), At: s.At, Seq: s.Seq}
}

func switchOut(s consent.Switch) *switchLine {
	if s == (consent.Switch{}) {
		return nil
	}
	return &switchLine{On: s.On, At: s.At, Seq: s.Seq}
}

// eventName names an event, or numbers one that only a newer kith knows.
func eventName(e consent.Event) string {
	if name := e.String(); name != consent.NoEvent.String() {
		return name
	}
	return "event-" + strconv.Itoa(int(e))
}

func eventOf(name string) (consent.Event, error) {
	if n, ok := strings.CutPrefix(name, "event-"); ok {
		v, err := strconv.ParseUint(n, 10, 8)
		if err != nil {
			return 0, fmt.Errorf("unknown event %q", name)
		}
		return consent.Event(v), nil
	}
	return consent.ParseEvent(name)
}
