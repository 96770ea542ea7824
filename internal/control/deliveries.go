package control

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/world"
)

// deliveries lists what apps were told, newest first: ?app=, ?state=, ?limit=.
func (p *plane) deliveries(w http.ResponseWriter, r *http.Request) {
	q, err := deliveryQuery(r.URL.RawQuery)
	if err != nil {
		p.fail(w, err)
		return
	}
	list, err := p.World.Deliveries(r.Context(), q)
	if list == nil {
		list = []webhook.View{}
	}
	p.answer(w, map[string][]webhook.View{"deliveries": list}, err)
}

func deliveryQuery(raw string) (world.DeliveryQuery, error) {
	q := world.DeliveryQuery{Limit: listed}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return q, bad("", "The query cannot be read.")
	}
	for name, all := range values {
		value := all[len(all)-1]
		switch name {
		case "limit":
			q.Limit, err = strconv.Atoi(value)
			if err != nil || q.Limit < 1 || q.Limit > mostListed {
				return q, bad("", "limit is %q: from 1 to %d.", value, mostListed)
			}
		case "app":
			q.App = value
		case "state":
			q.State = value
		default:
			return q, bad("Use app, state or limit.", "The query has an unknown parameter %q.", name)
		}
	}
	return q, nil
}

func (p *plane) delivery(w http.ResponseWriter, r *http.Request) {
	v, err := p.World.Delivery(r.Context(), r.PathValue("id"))
	p.answer(w, v, err)
}

// redeliver tells an app once more; the answer is the delivery, which waits.
func (p *plane) redeliver(w http.ResponseWriter, r *http.Request) {
	v, err := p.World.Redeliver(r.Context(), r.PathValue("id"))
	p.answer(w, v, err)
}
