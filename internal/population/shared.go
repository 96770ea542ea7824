package population

// Things of a town: who lives there goes to its events and is in its groups.
const (
	townMarket = iota
	townConcert
	townGroup
	townSale
	townAccount
	townAudience
	townPlace
)

// invited are the events a person was asked to, and the answer; groups are those
// of the town.
func (w *made) invited() {
	t := w.town()
	answers := []string{"attending", "attending", "unsure", "declined", "not_replied"}
	for _, k := range []int64{townMarket, townConcert} {
		if w.m.i != t.begin && !w.d.happens(40) {
			continue
		}
		answer := pick(&w.d, answers)
		if w.m.i == t.begin {
			answer = "attending"
		}
		w.link(w.self(), "events", Item{To: Ref{Thing, t.shared(k)}, At: w.p.lately(&w.d, w.m, 60), Parts: []Part{text("rsvp_status", answer)}})
	}
	for _, k := range []int64{townGroup, townSale} {
		if w.m.i == t.begin || w.d.happens(35) {
			w.link(w.self(), "groups", Item{To: Ref{Thing, t.shared(k)}, At: w.p.lately(&w.d, w.m, 4*365)})
		}
	}
}

// runs is what the first of a town has to look after: events, groups, the
// business and its advertising. It returns whom that is for.
func (w *made) runs() []Upload {
	t := w.town()
	if w.m.i != t.begin {
		return nil
	}
	self, at := w.self(), w.moment(2*365)
	add := func(k int64, typ string, owner Ref, parts ...Part) Ref {
		w.nodes = append(w.nodes, Node{N: t.shared(k), Type: typ, Owner: owner, Created: at, Parts: parts})
		return Ref{Thing, t.shared(k)}
	}
	soon := w.p.now + 86_400*int64(w.d.between(2, 60))
	for _, e := range []struct {
		k    int64
		name string
	}{{townMarket, "Market day"}, {townConcert, "Concert in the park"}} {
		event := add(e.k, "Event", self, text("description", e.name+" in "+t.name), text("end_time", stamp(soon+4*3600)), text("name", e.name),
			refers("owner", self), text("start_time", stamp(soon)), text("timezone", t.home.Zone))
		w.link(self, "promotable_events", Item{To: event, At: at * 1e6})
		soon += 86_400
	}
	for _, g := range []struct {
		k             int64
		name, privacy string
	}{{townGroup, "Neighbours of " + t.name, "CLOSED"}, {townSale, "For sale in " + t.name, "OPEN"}} {
		group := add(g.k, "Group", self, text("name", g.name), refers("owner", self), text("privacy", g.privacy))
		w.link(self, "admined_groups", Item{To: group, At: at * 1e6})
	}
	firm := Ref{Business, int64(t.n)}
	account := add(townAccount, "AdAccount", firm, count("account_status", 1), refers("business", firm), text("currency", t.home.currency), text("name", w.p.Business(t.n).Name))
	audience := add(townAudience, "CustomAudience", firm, text("description", "Who has bought before"), text("name", "Customers"), text("subtype", "CUSTOM"))
	w.link(account, "ad_account.customaudiences", Item{To: audience, At: at * 1e6})
	w.link(self, "adaccounts", Item{To: account, At: at * 1e6})
	w.link(self, "businesses", Item{To: firm, At: at * 1e6})
	user := w.thing("BusinessUser", self, at, refers("business", firm), text("email", Handle(w.m.i)+"@people.example"), text("role", "ADMIN"))
	w.link(self, "business_users", Item{To: user, At: at * 1e6})
	add(townPlace, "Place", Ref{}, text("name", t.name))
	w.trade(firm, account)
	w.voices()
	return []Upload{w.customers(audience)}
}
