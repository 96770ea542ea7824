package population

import "github.com/kithgraph/kith/internal/graph"

// Apps: the one that talks for Pages, one that people share their lives with, a
// game, and one for advertisers. The first is there always.
const (
	appHelper = iota
	appSocial
	appArcade
	appAds
	allApps
)

// An AppInfo is one app, of which App Review has opened everything.
type AppInfo struct {
	Handle, ID, Name, Category, Namespace string
	Type                                  graph.AppType
	Business                              int // -1 for none
	Developer                             int // a person, -1 for none
}

// Apps lists the apps.
func (p *Population) Apps() []AppInfo {
	list := []AppInfo{
		{Handle: "helper", Name: "Helper", Category: "Business", Type: graph.AppBusiness},
		{Handle: "social", Name: "Circle", Category: "Lifestyle", Namespace: "circle", Type: graph.AppConsumer},
		{Handle: "arcade", Name: "Arcade", Category: "Games", Namespace: "arcade", Type: graph.AppConsumer},
		{Handle: "adhub", Name: "Ad Hub", Category: "Business", Type: graph.AppBusiness},
	}
	if p.plan.Profile {
		list = list[:1]
	}
	for i := range list {
		list[i].ID, list[i].Business, list[i].Developer = p.AppID(i), -1, -1
		if !p.plan.Profile {
			list[i].Business, list[i].Developer = 0, 0
		}
	}
	return list
}

// AppID is the public ID of an app.
func (p *Population) AppID(n int) string { return p.placeID(1_200_000_000_000_000, n) }

// A BusinessInfo is one business: every town has one.
type BusinessInfo struct{ Handle, ID, Name string }

// Businesses is how many there are.
func (p *Population) Businesses() int {
	if p.plan.Profile {
		return 0
	}
	return p.Towns()
}

// Business describes a business.
func (p *Population) Business(n int) *BusinessInfo {
	m := p.mold(len(p.fixed) + n*townPages + townFirm)
	return &BusinessInfo{Handle: m.handle, ID: p.placeID(5_000_000_000_000_000, n), Name: m.name}
}

// An InstagramInfo is a professional account.
type InstagramInfo struct{ Handle, ID, Username, Name string }

// Instagrams lists the professional accounts: that of the shop.
func (p *Population) Instagrams() []InstagramInfo {
	if p.plan.Profile {
		return nil
	}
	id := p.placeID(1_000_000_000_000, 0)
	return []InstagramInfo{{"shop_ig", "1784" + id, "the.shop", "Shop"}}
}
