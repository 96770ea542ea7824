package population

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// A pageMold is what is known of a Page before it is asked for.
type pageMold struct{ handle, name, category string }

// A PageInfo is one Page.
type PageInfo struct {
	Handle, ID, Name, Category, About string
	Apps                              []int
	Business                          int // -1 for none
	Instagram                         int // -1 for none
	Messaging                         bool
	Staff                             []Staff
}

// A Staff is a person with a part in a Page.
type Staff struct {
	Person int
	Tasks  graph.Tasks
	At     int64
}

// Pages that people write to come first, shop before all.
const messagingPages = 4

// Pages of a town.
const (
	townSchool = iota
	townFirm
	townCafe
	townCity
	townPages
)

// buildPages lists the Pages that no town has.
func (p *Population) buildPages() {
	p.fixed = []pageMold{{"shop", "Shop", "Shopping & Retail"}}
	if p.plan.Profile {
		return
	}
	p.fixed = append(p.fixed, pageMold{"bikes", "Wheel & Chain", "Bicycle Shop"}, pageMold{"clinic", "Open Door Clinic", "Medical Center"},
		pageMold{"courier", "Morning Courier", "Media/News Company"})
	p.first.colleges = len(p.fixed)
	for i := range p.homes {
		h := &p.homes[i]
		p.fixed = append(p.fixed, pageMold{"college_" + strings.ToLower(h.Locale), fmt.Sprintf(h.university, h.towns[0]), "College & University"})
	}
	p.first.employers = len(p.fixed)
	for i := range p.homes {
		h := &p.homes[i]
		p.fixed = append(p.fixed, pageMold{"works_" + strings.ToLower(h.Locale), fmt.Sprintf(h.firm, h.towns[1]), "Industrial Company"})
	}
	p.first.fun = len(p.fixed)
	for _, f := range pastimes() {
		for i, name := range f.names {
			p.fixed = append(p.fixed, pageMold{f.edge + "_" + strconv.Itoa(i+1), name, f.category})
		}
	}
}

// A pastime is what people like, by the edge on which it shows; teams have none.
type pastime struct {
	edge, category string
	names          []string
}

func pastimes() []pastime {
	return []pastime{
		{"music", "Musician/Band", []string{"The Paper Lanterns", "Ostra", "Low Tide Choir", "Mina Vale", "Copper Kites", "Nachtzug", "Los Faroles", "Blue Antenna"}},
		{"movies", "Movie", []string{"The Lighthouse Keepers", "Eleven Bridges", "Salt Road", "A Winter in Lagos", "The Last Tram", "Monsoon House"}},
		{"books", "Book", []string{"Tide Tables", "The Glass Orchard", "Letters to a Cartographer", "Small Rain", "The Copyist", "North of Everything"}},
		{"television", "TV Show", []string{"Harbour Street", "The Allotment", "Night Desk", "Cold Kitchen", "Platform Nine Minutes"}},
		{"games", "Video Game", []string{"Sea Quest", "Tower Gardens", "Pixel Rally", "Moss & Stone", "Orbit Chess"}},
		{"team", "Sports Team", []string{"Harbour City FC", "Northern Lynx", "Río Plata Rowers", "Osaka Cranes", "Nile Chargers", "Baltic Bears"}},
	}
}

// Pages is how many Pages there are.
func (p *Population) Pages() int {
	if p.plan.Profile {
		return len(p.fixed)
	}
	return len(p.fixed) + p.Towns()*townPages
}

// townPage is the number of a Page of a town.
func (p *Population) townPage(t *town, k int) int { return len(p.fixed) + t.n*townPages + k }

// mold finds a Page.
func (p *Population) mold(n int) pageMold {
	if n < len(p.fixed) {
		return p.fixed[n]
	}
	n -= len(p.fixed)
	t := p.town(n / townPages)
	handle := fmt.Sprintf("t%05d_", t.n+1)
	switch n % townPages {
	case townSchool:
		return pageMold{handle + "school", fmt.Sprintf(t.home.school, t.name), "High School"}
	case townFirm:
		return pageMold{handle + "works", fmt.Sprintf(t.home.firm, t.name), "Industrial Company"}
	case townCafe:
		return pageMold{handle + "cafe", fmt.Sprintf(t.home.cafe, t.name), "Cafe"}
	}
	return pageMold{handle + "city", t.name + ", " + t.home.country, "City"}
}

// PageID is the public ID of a Page.
func (p *Population) PageID(n int) string { return p.placeID(3_000_000_000_000_000, n) }

// PageHandle is the handle of a Page.
func (p *Population) PageHandle(n int) string { return p.mold(n).handle }

// placeID spreads IDs of one kind from low on.
func (p *Population) placeID(low uint64, n int) string {
	const step = 1_000_000
	return strconv.FormatUint(low+uint64(n)*step+Mix(p.seed^low^uint64(n))%step, 10)
}

// Page describes a Page.
func (p *Population) Page(n int) *PageInfo {
	m := p.mold(n)
	out := &PageInfo{Handle: m.handle, ID: p.PageID(n), Name: m.name, Category: m.category, Business: -1, Instagram: -1}
	if n < messagingPages && n < len(p.fixed) {
		out.Apps, out.Messaging = []int{appHelper}, true
	}
	if p.plan.Profile {
		return out
	}
	out.About = m.name + ", " + strings.ToLower(m.category) + "."
	d := p.dice(ofPages, int64(n))
	switch {
	case n == 0:
		out.Instagram, out.Business = 0, 0
		out.Staff = p.staff(&d, p.town(0), graph.AllTasks)
	case n < messagingPages:
		out.Staff = p.staff(&d, p.town(n%p.Towns()), graph.AllTasks)
	case n >= len(p.fixed):
		t := p.town((n - len(p.fixed)) / townPages)
		out.Apps = []int{appSocial}
		out.Staff = p.staff(&d, t, graph.AllTasks)
		if (n-len(p.fixed))%townPages == townFirm {
			out.Business = t.n
		}
	}
	return out
}

// staff is who runs a Page: somebody of the town, and sometimes one more who may
// do less.
func (p *Population) staff(d *dice, t town, all graph.Tasks) []Staff {
	list := []Staff{{t.begin, all, p.ago(d, 4*365)}}
	if other := t.begin + 1; other < t.end && d.happens(60) {
		less := graph.Tasks(0).With(graph.TaskAnalyze).With(graph.TaskModerate).With(graph.TaskCreateContent)
		list = append(list, Staff{other, less, p.ago(d, 3*365)})
	}
	return list
}
