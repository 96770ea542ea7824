package world

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// personKinds are the associations a person's line needs, in order.
var personKinds = [...]store.Kind{store.AssocContactOf, store.AssocInstallOf, store.AssocUserFollows,
	store.AssocBusinessFollowsOf, store.AssocFriend, store.AssocHistory, store.AssocToken, store.AssocTicket}

// linked is everything around one person, before the records are read.
type linked struct {
	p     *people.Person
	links [len(personKinds)][]store.Record
	ids   []idLine
}

// people writes a chunk of people: one Read finds what hangs on them, a second
// reads it.
func (x *exporter) people(ctx context.Context, chunk []handled) error {
	list, err := x.gather(ctx, chunk)
	if err != nil {
		return err
	}
	var rs store.ReadSet
	for _, l := range list {
		l.ask(&rs)
	}
	if err := x.r.Load(ctx, &rs); err != nil {
		return err
	}
	got := &answers{rs: &rs}
	for _, l := range list {
		out := x.personLine(l, got)
		if out.Partner, err = x.person(ctx, l.p.Partner()); err != nil {
			return err
		}
		if err := x.enc.Encode(line{Person: out}); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporter) gather(ctx context.Context, chunk []handled) ([]*linked, error) {
	const limit = 1000
	ids := make([]store.ID, len(chunk))
	var rs store.ReadSet
	for i, h := range chunk {
		ids[i] = h.id
		rs.Object(h.id)
		for _, k := range personKinds {
			rs.Range(store.Range{From: h.id, Kind: k, All: k != store.AssocHistory, Limit: limit})
		}
	}
	if err := x.r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	scoped, err := x.ids(ctx, ids)
	if err != nil {
		return nil, err
	}
	var list []*linked
	for i := range chunk {
		p, ok := record[*people.Person](rs.GotObject(i))
		if !ok {
			continue
		}
		l := &linked{p: p, ids: scoped[i]}
		for j, k := range personKinds {
			l.links[j] = rs.GotRange(i*len(personKinds) + j)
			if len(l.links[j]) == limit {
				if l.links[j], err = x.whole(ctx, p.ID, k); err != nil {
					return nil, err
				}
			}
		}
		list = append(list, l)
	}
	return list, nil
}

// whole reads a list that is longer than a page: history newest first, all else
// in any order.
func (x *exporter) whole(ctx context.Context, from store.ID, kind store.Kind) (list []store.Record, err error) {
	const page = 1000
	q := store.Range{From: from, Kind: kind, All: kind != store.AssocHistory, Limit: page}
	for {
		part, err := x.r.Range(ctx, q)
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
		if len(part) < page {
			return list, nil
		}
		last := part[len(part)-1]
		q.After = &store.Pos{Time: last.Time, To: last.ID}
	}
}

// ask asks for the records that the links lead to, in the order in which
// personLine takes the answers.
func (l *linked) ask(rs *store.ReadSet) {
	for _, c := range l.links[0] {
		rs.Pair(c.ID, store.AssocContact, l.p.ID)
	}
	for _, c := range l.links[1] {
		rs.Pair(c.ID, store.AssocInstall, l.p.ID)
	}
	for _, c := range l.links[4] {
		rs.Object(c.ID)
	}
	for _, c := range l.links[5] {
		rs.Object(c.ID)
	}
	for _, c := range l.links[6] {
		rs.Object(c.ID)
		rs.Owned(store.Owned{ID: c.ID, Space: store.SpaceToken})
	}
	for _, c := range l.links[7] {
		rs.Object(c.ID)
	}
	if l.p.PictureID != 0 {
		rs.Object(l.p.PictureID)
	}
}

// answers hands out what was asked for, one after the other.
type answers struct {
	rs                   *store.ReadSet
	objects, pairs, keys int
}

func (a *answers) object() *store.Record { a.objects++; return a.rs.GotObject(a.objects - 1) }
func (a *answers) pair() *store.Record   { a.pairs++; return a.rs.GotPair(a.pairs - 1) }
func (a *answers) owned() []string       { a.keys++; return a.rs.GotOwned(a.keys - 1) }

func (x *exporter) personLine(l *linked, got *answers) *personLine {
	p := l.p
	out := &personLine{Handle: p.Handle, Europe: p.Europe, Instagram: p.Instagram, Updated: p.Updated, IDs: l.ids, Rest: restOfPerson(p)}
	if p.Seed != x.b.seed(p.Handle) {
		out.Seed = strconv.FormatUint(p.Seed, 10)
	}
	if p.Account != people.Facebook {
		out.Account = p.Account.String()
	}
	if p.Shape != people.ShapeFull {
		out.DefaultShape = shapeNames()[p.Shape]
	}
	out.Picture, out.InstagramPicture = pictureName(p.Picture), pictureName(p.InstagramPicture)
	out.Fields, out.Audience = fieldsOf(p)
	for _, link := range l.links[0] {
		if c, ok := x.contact(got.pair()); ok {
			c.Page, c.Instagram = x.placeNames(link.ID)
			out.Contacts = append(out.Contacts, c)
		}
	}
	slices.SortFunc(out.Contacts, func(a, b contactLine) int {
		return cmp.Or(strings.Compare(a.Page, b.Page), strings.Compare(a.Instagram, b.Instagram))
	})
	x.installs(out, l, got)
	x.social(out, l, got)
	for range l.links[5] {
		if h, ok := record[*happening](got.object()); ok {
			out.History = append(out.History, x.history(h))
		}
	}
	for range l.links[6] {
		t, ok := record[*access.Token](got.object())
		if hash := got.owned(); ok && len(hash) > 0 {
			out.Tokens = append(out.Tokens, x.token(t, hash[0]))
		}
	}
	sortTokens(out.Tokens)
	for range l.links[7] {
		if t, ok := record[*messaging.Ticket](got.object()); ok {
			out.Tickets = append(out.Tickets, x.ticket(t))
		}
	}
	sortTickets(out.Tickets)
	if p.PictureID != 0 {
		out.JPEG, _ = record[[]byte](got.object())
	}
	return out
}

func (x *exporter) installs(out *personLine, l *linked, got *answers) {
	for _, link := range l.links[1] {
		if in, ok := record[*people.Install](got.pair()); ok {
			out.Apps = append(out.Apps, installLine{App: x.names[link.ID].handle, Granted: in.Granted.Names(), Declined: in.Declined.Names(),
				Type: in.Type, At: link.Time, Rest: rest(*in, (*people.Install).Encode)})
		}
	}
	slices.SortFunc(out.Apps, func(a, b installLine) int { return strings.Compare(a.App, b.App) })
}

// social lists follows both ways, and each friendship once.
func (x *exporter) social(out *personLine, l *linked, got *answers) {
	for _, link := range l.links[2] {
		out.Follows = append(out.Follows, followLine{Instagram: x.names[link.ID].handle, At: link.Time})
	}
	for _, link := range l.links[3] {
		out.FollowedBy = append(out.FollowedBy, followLine{Instagram: x.names[link.ID].handle, At: link.Time})
	}
	for _, link := range l.links[4] {
		if f, ok := record[*people.Person](got.object()); ok && f.Handle < out.Handle {
			out.Friends = append(out.Friends, friendLine{Person: f.Handle, At: link.Time})
		}
	}
	byAccount := func(a, b followLine) int { return strings.Compare(a.Instagram, b.Instagram) }
	slices.SortFunc(out.Follows, byAccount)
	slices.SortFunc(out.FollowedBy, byAccount)
	slices.SortFunc(out.Friends, func(a, b friendLine) int { return strings.Compare(a.Person, b.Person) })
}

func (x *exporter) history(h *happening) historyLine {
	out := historyLine{App: x.names[h.App].handle, Event: eventName(h.Event), At: h.At, Seq: h.Seq, Text: h.Text, Mid: h.Mid,
		Gained: x.accesses(h.Gained), Lost: x.accesses(h.Lost), Rest: rest(*h, (*happening).encode)}
	out.Page, out.Instagram = x.placeNames(h.Place)
	return out
}

func (x *exporter) placeNames(id store.ID) (page, instagram string) {
	h := x.names[id]
	if h.kind == instagramKind {
		return "", h.handle
	}
	return h.handle, ""
}

func (x *exporter) accesses(list []consent.Access) []AppAccess {
	var out []AppAccess
	for _, a := range list {
		out = append(out, AppAccess{App: x.names[a.App].handle, Editions: editionNames(a.Editions)})
	}
	return out
}
