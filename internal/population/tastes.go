package population

import (
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// tastes are what some people say of themselves, and what a profile has beside.
// Each is said by so many of a hundred, but for what is empty.
func (p *Population) tastes(m *member, rec *people.Person) {
	d := p.dice(ofTastes, int64(m.i))
	entry := func(k int64, names ...string) string { return "[" + named(p.entryID(m.i, k), pick(&d, names)) + "]" }
	h := p.townOf(m.i).home
	for _, s := range []struct {
		often int
		attr  people.Attr
		who   graph.Audience
		value func() string
	}{
		{15, people.MiddleName, graph.Public, func() string { return h.middle(pick(&d, h.alike(rec.Text(people.FirstName)))) }},
		{100, people.NameFormat, graph.Public, func() string { return h.nameFormat(rec.Text(people.MiddleName) != "") }},
		{55, people.Cover, graph.Public, func() string {
			id := p.entryID(m.i, 43)
			return `{"id":"` + id + `","offset_x":0,"offset_y":` + strconv.Itoa(d.below(100)) + `,"source":"https://pictures.example/` + id + `.jpg"}`
		}},
		{12, people.FavoriteAthletes, graph.Public, func() string { return entry(44, "Ilse Vaart", "Kofi Mensa", "Rui Tavares", "Ana Lund") }},
		{18, people.FavoriteTeams, graph.Public, func() string { return entry(45, "Harbour City FC", "Northern Lynx", "Osaka Cranes", "Baltic Bears") }},
		{10, people.InspirationalPeople, graph.Public, func() string { return entry(46, "Ada Lovelace", "Marie Curie", "Ibn Battuta", "Hypatia") }},
		{15, people.Sports, graph.Public, func() string { return entry(47, "Swimming", "Football", "Running", "Chess") }},
		{10, people.InterestedIn, graph.Friends, func() string { return pick(&d, []string{`["female"]`, `["male"]`, `["female","male"]`}) }},
		{10, people.MeetingFor, graph.Friends, func() string {
			return pick(&d, []string{`["Friendship"]`, `["Networking"]`, `["Friendship","Dating"]`})
		}},
		{8, people.Political, graph.Friends, func() string { return pick(&d, []string{"Moderate", "Green", "Liberal", "None"}) }},
		{10, people.Religion, graph.Friends, func() string { return pick(&d, []string{"None", "Christian", "Muslim", "Hindu", "Buddhist"}) }},
		{12, people.Quotes, graph.Public, func() string { return pick(&d, []string{"Enough is a feast.", "Slow is smooth.", "Why not?"}) }},
		{4, people.PublicKey, graph.Public, func() string {
			return "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + p.entryID(m.i, 48) + "\n-----END PGP PUBLIC KEY BLOCK-----\n"
		}},
		{4, people.EmployeeNumber, graph.OnlyMe, func() string { return strconv.Itoa(1000 + d.below(9000)) }},
		{5, people.IsVerified, graph.Public, func() string { return "true" }},
		{3, people.IsSharedLogin, graph.OnlyMe, func() string { return "true" }},
		{30, people.IsPaymentEnabled, graph.Public, func() string { return "true" }},
		{10, people.LocalNewsMegaphoneDismissStatus, graph.OnlyMe, func() string { return "true" }},
		{8, people.TestGroup, graph.OnlyMe, func() string { return strconv.Itoa(1 + d.below(9)) }},
		{20, people.ViewerCanSendGift, graph.Public, func() string { return "true" }},
		{25, people.SecuritySettings, graph.OnlyMe, func() string { return `{"secure_browsing":{"enabled":true}}` }},
		{3, people.SharedLoginUpgradeRequiredBy, graph.OnlyMe, func() string { return p.Clock().AddDate(0, 0, 1+d.below(60)).Format("2006-01-02T15:04:05Z07:00") }},
		{15, people.PaymentPricepoints, graph.OnlyMe, func() string {
			return `{"mobile":[{"credits":10,"local_currency":"` + h.currency + `","user_price":"0.99"}]}`
		}},
		{100, people.VideoUploadLimits, graph.OnlyMe, func() string { return `{"length":7200,"size":1879048192}` }},
	} {
		if d.below(100) >= s.often {
			continue
		}
		if value := s.value(); value != "" {
			rec.Set(s.attr, value, s.who)
		}
	}
}
