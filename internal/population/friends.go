package population

import (
	"slices"
	"time"
)

// A Friend is one friendship, told by the later of the two.
type Friend struct {
	Person int
	At     int64 // unix microseconds
}

// mostFriends bounds what one person adds to their friends; others add them too.
const mostFriends = 250

// friends are those whom person i found among the people before them: family,
// then people of the town, of the neighbouring towns, and of anywhere. How many
// is a Pareto law; of several candidates the most sociable is taken, so that a
// few people are everybody's friend.
func (p *Population) friends(t *town, m *member) []Friend {
	var found []int
	add := func(j int) {
		if j >= 0 && j < m.i && !slices.Contains(found, j) {
			found = append(found, j)
		}
	}
	if m.bond != strangers {
		for j := m.first; j < m.i; j++ {
			add(j)
		}
	}
	d := p.dice(ofFriends, int64(m.i))
	want := d.tail(7, 1.9, mostFriends)
	near := m.i / block * block
	for tries := 0; len(found) < want && tries < 3*want && m.i > 0; tries++ {
		from, to := t.begin, m.i
		switch n := d.below(100); {
		case n >= 93:
			from = 0
		case n >= 75:
			from = max(0, near-block/4)
		}
		if from >= to {
			from = max(0, near-block/4)
		}
		if from >= to {
			from = 0
		}
		add(p.candidate(&d, m, from, to))
	}
	list := make([]Friend, len(found))
	for k, j := range found {
		other := p.townOf(j)
		who := p.member(&other, j)
		list[k] = Friend{j, p.befriended(&who, m)}
	}
	return list
}

// candidate draws somebody of from..to-1: the most sociable of two, or who is
// nearest in number, as people of a street are.
func (p *Population) candidate(d *dice, m *member, from, to int) int {
	j := from + d.below(to-from)
	if k := from + d.below(to-from); d.happens(60) && p.sociable(k) > p.sociable(j) {
		j = k
	}
	if d.happens(15) {
		j = max(from, m.i-1-d.below(12))
	}
	return j
}

// sociable is how readily others make friends with a person.
func (p *Population) sociable(i int) uint64 { return Mix(p.seed + uint64(i)<<20) }

// befriended is when two people became friends: the same for both.
func (p *Population) befriended(a, b *member) int64 {
	d := p.dice(ofFriendship, int64(min(a.i, b.i))*most+int64(max(a.i, b.i)))
	return p.ago(&d, min(8*365, p.grown(a), p.grown(b)))
}

// since is when a household became one.
func (p *Population) since(first int) int64 {
	d := p.dice(ofHousehold, -int64(first)-1)
	return p.ago(&d, 8*365)
}

// lately is a moment of the last days in which the person was old enough to be here.
func (p *Population) lately(d *dice, m *member, days int) int64 {
	return p.ago(d, min(days, p.grown(m)))
}

// grown is how many days it is that a person became 13, one at least.
func (p *Population) grown(m *member) int {
	return max(1, int(p.Clock().Sub(m.born.AddDate(13, 0, 0))/(24*time.Hour)))
}

// ago is a moment of the last days, in unix microseconds.
func (p *Population) ago(d *dice, days int) int64 {
	return p.now*1e6 - 3600e6 - int64(d.next()%uint64(int64(days)*86_400e6))
}
