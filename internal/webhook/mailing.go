package webhook

import "github.com/kithgraph/kith/internal/store"

// A mailing is what goes in one POST: a delivery, or several updates of a lane.
type mailing struct {
	items []*item
	body  []byte
}

// mailing begins with an item and takes, of those behind it, as many as go along: up to
// most in all, none that is to be passed over, and none from one on that cannot join.
func (b *batch) mailing(first int, most int, now int64) mailing {
	it := &b.items[first]
	p := mailing{items: []*item{it}, body: it.d.Payload}
	if most <= 1 || !it.d.What.update() {
		return p
	}
	all, ok := takeApart(it.d.Payload)
	if !ok {
		return p
	}
	for i := first + 1; i < len(b.items) && len(p.items) < most; i++ {
		next := &b.items[i]
		if next.d == nil || next.d.State != Waiting || b.held[next.thread()] || next.d.over(now) {
			continue // it has its turn
		}
		more, ok := takeApart(next.d.Payload)
		if !ok || !all.join(more) {
			break
		}
		p.items = append(p.items, next)
	}
	if len(p.items) > 1 {
		p.body = all.bytes()
	}
	return p
}

// heard says how many may go in the next: one by one after something failed, and
// twice as many with each that arrives.
func (s *service) heard(p *mailing, most int) {
	if s.most = min(2*s.most, most); p.items[0].out.wrong != "" {
		s.most = 1
	}
}

func (p *mailing) each(f func(*item)) {
	for _, it := range p.items {
		f(it)
	}
}

func (p *mailing) numbers() []store.ID {
	list := make([]store.ID, len(p.items))
	for i, it := range p.items {
		list[i] = it.number
	}
	return list
}

// several reports whether a mailing is more than one delivery.
func (p *mailing) several() bool { return len(p.items) > 1 }
