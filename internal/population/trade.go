package population

import "strings"

// trade is what the first of a town has of the business's advertising beside its
// account: groups of accounts, contracts, studies, results and domains.
func (w *made) trade(firm, account Ref) {
	self, at, name := w.self(), w.moment(365), w.p.Business(int(firm.N)).Name
	group := w.thing("AdAccountGroup", self, at, text("name", name), count("status", 1))
	w.link(group, "ad_account_group.adaccounts", Item{To: account, At: at * 1e6})
	w.link(group, "ad_account_group.users", Item{To: self, At: at * 1e6})
	for _, s := range []struct {
		edge string
		to   Ref
	}{
		{"adaccountgroups", group},
		{"adcontracts", w.thing("AdContract", self, at, text("advertiser_name", name), count("io_number", int64(w.d.between(1, 99_999))), text("status", "active"))},
		{"ad_studies", w.thing("AdStudy", self, at, refers("business", firm), refers("created_by", self), text("name", "Which picture sells?"), text("type", "SPLIT_TEST"))},
		{"adnetworkanalytics", w.thing("InsightsResult", self, at, text("name", "revenue"), text("period", "day"), text("title", "Revenue"),
			Part{Name: "values", Text: `[{"value":` + count("", int64(w.d.below(500))).Text + `}]`})},
		{"business_activities", w.thing("BusinessActivityLogEvent", self, at, text("acting_business_name", name), count("event_time", at), text("event_type", "ADD_EMPLOYEE"))},
	} {
		w.link(self, s.edge, Item{To: s.to, At: at * 1e6})
	}
	host := strings.ReplaceAll(w.p.Business(int(firm.N)).Handle, "_", "-") + ".example"
	domain := w.thing("Domain", self, at, text("name", host), text("url", "https://"+host+"/"))
	w.link(self, "domains", Item{To: domain, At: at * 1e6})
	w.link(self, "promotable_domains", Item{To: domain, At: at * 1e6})
}

// purse is an ad account of a person's own.
func (w *made) purse() {
	if w.m.age < 18 || !w.d.happens(3) && w.m.i != w.town().begin {
		return
	}
	self, at := w.self(), w.moment(365)
	own := w.thing("AdAccount", self, at, count("account_status", 1), text("currency", w.town().home.currency), count("is_personal", 1), text("name", Handle(w.m.i)))
	w.link(self, "personal_ad_accounts", Item{To: own, At: at * 1e6})
}

// An Upload is a list of people as an advertiser knows them: values of the keys
// in Schema, not hashed, empty where one is not known.
type Upload struct {
	Audience Ref
	Schema   []string
	Rows     [][]string
}

// mostCustomers bounds the list of one town.
const mostCustomers = 200

// customers are whom the firm of a town has on its list: people of the town by
// e-mail and telephone, some by one of them, and a few whom nobody here is.
func (w *made) customers(audience Ref) Upload {
	t, u := w.town(), Upload{Audience: audience, Schema: []string{"EMAIL", "PHONE"}}
	for i := t.begin; i < t.end && len(u.Rows) < mostCustomers; i++ {
		if !w.d.happens(45) {
			continue
		}
		row := []string{w.p.email(i), w.p.phone(t.home, i)}
		if n := w.d.below(10); n < 4 {
			row[n%2] = ""
		}
		u.Rows = append(u.Rows, row)
		if w.d.happens(25) {
			u.Rows = append(u.Rows, []string{"customer" + Handle(i)[1:] + "@elsewhere.example", ""})
		}
	}
	return u
}
