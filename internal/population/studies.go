package population

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/people"

	"github.com/kithgraph/kith/internal/graph"
)

// Ages at which school ends, college ends, and people stop working.
const (
	schoolAge  = 18
	collegeAge = 22
	restAge    = 66
)

// A career is what somebody learned and where they worked, and the Pages of it.
type career struct {
	college bool
	pages   []int
}

// study fills in education and work, coherent with the age.
func (p *Population) study(t *town, m *member, rec *people.Person) career {
	d := p.dice(ofStudies, int64(m.i))
	var c career
	born := m.born.Year()
	school := p.townPage(t, townSchool)
	c.pages = append(c.pages, school)
	list := []string{p.schooling(m, 1, school, "High School", born+schoolAge, m.age >= schoolAge)}
	if c.college = m.age >= schoolAge+1 && d.happens(55); c.college {
		at := p.first.colleges + p.homeNumber(t.home)
		c.pages = append(c.pages, at)
		list = append(list, p.schooling(m, 2, at, "College", born+collegeAge, m.age >= collegeAge+1))
	}
	rec.Set(people.Education, "["+strings.Join(list, ",")+"]", graph.Public)
	if work := p.work(t, m, &c, &d); work != "" {
		rec.Set(people.Work, work, graph.Public)
	}
	return c
}

func (p *Population) homeNumber(h *Home) int {
	for i := range p.homes {
		if p.homes[i].Locale == h.Locale {
			return i
		}
	}
	return 0
}

// schooling is one entry of education; who is not through has no year yet.
func (p *Population) schooling(m *member, slot int64, page int, kind string, year int, done bool) string {
	id := p.entryID(m.i, slot)
	s := `{"id":"` + id + `","school":` + named(p.PageID(page), p.mold(page).name) + `,"type":"` + kind + `"`
	if done {
		s += `,"year":` + named(p.entryID(m.i, slot+10), strconv.Itoa(year))
	}
	return s + "}"
}

// work lists jobs, the present one first. Who is young or still at college has
// none, who is old has stopped.
func (p *Population) work(t *town, m *member, c *career, d *dice) string {
	begin := schoolAge
	if c.college {
		begin = collegeAge + 1
	}
	if m.age <= begin || d.happens(8) {
		return ""
	}
	born := m.born.Year()
	from, to := born+begin+1, 0
	if m.age >= restAge {
		to = born + restAge
	}
	var jobs []string
	if years := m.age - begin; years > 6 && d.happens(50) {
		move := from + d.between(2, min(years-3, 15))
		jobs = append(jobs, p.job(t, m, c, d, 4, from, move))
		from = move
	}
	jobs = append([]string{p.job(t, m, c, d, 5, from, to)}, jobs...)
	return "[" + strings.Join(jobs, ",") + "]"
}

func (p *Population) job(t *town, m *member, c *career, d *dice, slot int64, from, to int) string {
	page := p.townPage(t, townFirm)
	switch n := d.below(100); {
	case n < 25:
		page = p.first.employers + p.homeNumber(t.home)
	case n < 35:
		page = p.townPage(t, townCafe)
	case n < 45:
		page = p.townPage(t, townSchool)
	}
	c.pages = append(c.pages, page)
	s := `{"employer":` + named(p.PageID(page), p.mold(page).name)
	if to != 0 {
		s += fmt.Sprintf(`,"end_date":"%d-01-01"`, to)
	}
	what := pick(d, []string{"Clerk", "Engineer", "Cook", "Teacher", "Driver", "Accountant", "Designer", "Mechanic", "Nurse", "Manager"})
	return s + `,"id":"` + p.entryID(m.i, slot) + `","location":` + p.city(t) + `,"position":` + named(p.entryID(m.i, slot+10), what) +
		fmt.Sprintf(`,"start_date":"%d-01-01"}`, from)
}

// city is the town as a location.
func (p *Population) city(t *town) string {
	at := p.townPage(t, townCity)
	return named(p.PageID(at), p.mold(at).name)
}

// entryID numbers an entry of a profile that is no node.
func (p *Population) entryID(i int, k int64) string {
	return p.PublicID(int64(i)*slots + slots - 64 + k)
}

// details are what longer profiles say.
func (p *Population) details(t *town, m *member, rec *people.Person) {
	h := t.home
	d := p.dice(ofLife, int64(m.i)+most)
	rec.Set(people.Location, p.city(t), pick(&d, []graph.Audience{graph.Public, graph.Public, graph.Friends}))
	from := p.townOf(max(0, m.i-d.below(block/2)))
	rec.Set(people.Hometown, p.city(&from), graph.Public)
	speaks := []string{named(p.entryID(m.i, 40), h.language)}
	if h.language != "English" && d.happens(45) {
		speaks = append(speaks, named(p.entryID(m.i, 41), "English"))
	}
	rec.Set(people.Languages, "["+strings.Join(speaks, ",")+"]", graph.Public)
	rec.Set(people.Currency, `{"currency_offset":100,"user_currency":"`+h.currency+`"}`, graph.OnlyMe)
	rec.Set(people.Devices, pick(&d, []string{`[{"os":"Android"}]`, `[{"hardware":"iPhone","os":"iOS"}]`, `[{"os":"Android"},{"hardware":"iPad","os":"iOS"}]`}), graph.OnlyMe)
	if d.happens(40) {
		rec.Set(people.About, pick(&d, []string{"Early riser.", "Mostly harmless.", "Always on a bicycle.", "Tea, please.", "Far from the sea."}), graph.Public)
	}
	if m.status != "" {
		rec.Set(people.RelationshipStatus, m.status, pick(&d, []graph.Audience{graph.Public, graph.Friends}))
	}
	if d.happens(12) {
		rec.Set(people.Website, "https://"+rec.Handle+".example/", graph.Public)
	}
	if d.happens(5) {
		rec.Set(people.Verified, "true", graph.Public)
	}
	if d.happens(25) {
		rec.Set(people.BirthdayYear, "", pick(&d, []graph.Audience{graph.Friends, graph.OnlyMe}))
	}
	if d.happens(30) {
		rec.Instagram = true
		rec.Set(people.InstagramUsername, "ig."+rec.Handle, graph.Public)
		rec.Set(people.InstagramName, rec.Text(people.FirstName), graph.Public)
		rec.Set(people.InstagramFollowers, strconv.Itoa(d.tail(20, 1.2, 1_000_000)), graph.Public)
	}
}
