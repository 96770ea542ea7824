package population

import (
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// profile is what the shortest life has: who somebody is and how to reach them.
func (p *Population) profile(t *town, m *member) *people.Person {
	h := t.home
	rec := &people.Person{Handle: Handle(m.i), InstagramPicture: people.PictureNone, Updated: p.now - int64(m.i%86_400)}
	d := p.dice(ofPerson, int64(m.i)+most)
	first := h.female
	if m.gender == "male" || m.gender == "neutral" && d.happens(50) {
		first = h.male
	}
	rec.Set(people.FirstName, pick(&d, first), graph.Public)
	rec.Set(people.LastName, m.last, graph.Public)
	rec.Set(people.Locale, h.Locale, graph.Public)
	rec.Set(people.Timezone, h.Zone, graph.Public)
	rec.Set(people.Gender, m.gender, graph.Public)
	rec.Set(people.Email, p.email(m.i), graph.Public)
	rec.Set(people.Birthday, m.born.Format("01/02/2006"), graph.Public)
	rec.Set(people.Phone, p.phone(h, m.i), graph.Public)
	rec.Europe = h.europe
	return rec
}

func (p *Population) email(i int) string { return Handle(i) + "@people.example" }

func (p *Population) phone(h *Home, i int) string { return "+" + h.dial + p.number(i) }

// number is a telephone number that nobody else has.
func (p *Population) number(i int) string {
	const all = 1_000_000_000
	return "2" + strconv.Itoa(all + int((uint64(i)*7_919_003+p.seed)%all))[1:]
}
