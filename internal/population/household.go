package population

import "time"

// Four neighbours in number make a household, if all of them are there.
const housemates = 4

// A bond is how the people of a household belong together.
type bond uint8

const (
	strangers bond = iota // share a house, or not even that
	family                // a couple and two children
	siblings              // a couple, and a brother or sister pair next door
)

// A member is what the household alone says of a person.
type member struct {
	i      int
	gender string
	age    int // at the clock
	born   time.Time
	last   string
	status string // of relationship, empty for unsaid
	first  int    // the number of the household's first
	bond   bond
	place  int // in the household
}

func (m *member) child() bool { return m.bond == family && m.place >= 2 }

// partner is the number of the other half, or -1.
func (m *member) partner() int {
	if m.bond == strangers || m.place >= 2 {
		return -1
	}
	return m.first + 1 - m.place
}

// member makes a person's part of a household. All of it follows from the number
// of the house, so that each says of the others what they say.
func (p *Population) member(t *town, i int) member {
	house := (i - t.begin) / housemates
	first := t.begin + house*housemates
	m := member{i: i, first: first, place: i - first, bond: strangers}
	d := p.dice(ofHousehold, int64(first))
	kind, name, couple := d.below(100), pick(&d, t.home.last), d.below(100)
	elder := d.between(40, 72) // of parents
	younger := max(elder-d.between(0, 7), 38)
	if first+housemates <= t.end {
		switch {
		case kind < 40:
			m.bond = family
		case kind < 65:
			m.bond = siblings
		}
	}
	own := p.dice(ofPerson, int64(i))
	m.gender = pick(&own, []string{"female", "male"})
	m.last = pick(&own, t.home.last)
	m.age = adultAge(&own)
	p.together(&m, name, couple, elder, younger, &own)
	if own.happens(2) && m.bond == strangers {
		m.gender = "neutral"
	}
	m.born = p.Clock().AddDate(-m.age, 0, -own.between(0, 364))
	return m
}

// adultAge is that of somebody without a family: many are young.
func adultAge(d *dice) int {
	if d.happens(55) {
		return d.between(18, 34)
	}
	return d.between(18, 84)
}

// together fits a person to the household.
func (p *Population) together(m *member, name string, couple, elder, younger int, own *dice) {
	status := coupleStatus(couple)
	switch {
	case m.bond == strangers:
		m.status = singleStatus(own, m.age)
		return
	case m.bond == siblings && m.place >= 2:
		d := p.dice(ofHousehold, int64(m.first)+most)
		m.last, m.age = pick(&d, p.townOf(m.first).home.last), d.between(24, 60)+m.place*d.between(0, 4)
		m.status = singleStatus(own, m.age)
		return
	case m.child():
		m.last, m.status = name, ""
		m.age = max(younger-own.between(20, max(20, min(36, younger-13))), 13)
		if m.age >= 18 {
			m.status = singleStatus(own, m.age)
		}
		return
	}
	if m.bond == siblings {
		elder, younger = elder-16, younger-16
	}
	m.age, m.status = elder, status
	if m.place == 1 {
		m.age = younger
	}
	if m.place == 0 || couple%10 < 6 {
		m.last = name
	}
	// Nine couples of ten are a woman and a man.
	m.gender = [2][2]string{{"female", "male"}, {"male", "female"}}[couple%2][m.place]
	if couple < 6 {
		m.gender = [2]string{"female", "male"}[couple%2]
	}
}

func coupleStatus(n int) string {
	switch {
	case n < 70:
		return "Married"
	case n < 80:
		return "In a relationship"
	case n < 90:
		return "Engaged"
	}
	return "In a domestic partnership"
}

func singleStatus(d *dice, age int) string {
	n := d.below(100)
	switch {
	case n < 45:
		return "Single"
	case n < 52:
		return "It's complicated"
	case n < 60 && age >= 30:
		return "Divorced"
	case n < 70 && age >= 60:
		return "Widowed"
	}
	return ""
}

// relatives are the others of the household that a person belongs to, and what
// each is to them.
func (p *Population) relatives(t *town, m *member) (list []Item) {
	for k := range housemates {
		other := m.first + k
		if m.bond == strangers || other == m.i {
			continue
		}
		o := p.member(t, other)
		if what := relation(m, &o); what != "" {
			list = append(list, Item{To: Ref{Person, int64(other)}, At: p.since(m.first), Parts: []Part{text("relationship", what)}})
		}
	}
	return list
}

// relation is what o is to m, empty for nothing.
func relation(m, o *member) string {
	by := func(woman, man, any string) string {
		switch o.gender {
		case "female":
			return woman
		case "male":
			return man
		}
		return any
	}
	mUp, oUp := m.place < 2, o.place < 2
	switch {
	case mUp && oUp && m.status == "Married":
		return by("wife", "husband", "partner")
	case mUp && oUp:
		return "partner"
	case !mUp && !oUp:
		return by("sister", "brother", "sibling")
	case m.bond == siblings:
		return ""
	case mUp:
		return by("daughter", "son", "child")
	}
	return by("mother", "father", "parent")
}
