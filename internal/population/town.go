package population

import "sort"

// People live in towns of different sizes, eight towns to a block of numbers.
const block = 1024

// starts are where the towns of a block begin.
var starts = [...]int{0, 18, 44, 84, 144, 240, 388, 628, block}

const townsOfBlock = len(starts) - 1

// A town is a run of people who live in one place.
type town struct {
	n          int
	begin, end int // end is not of it, and may be cut by the size of the population
	home       *Home
	name       string
}

// townOf finds the town of a person.
func (p *Population) townOf(i int) town {
	k := sort.SearchInts(starts[:], i%block+1) - 1
	return p.town(i/block*townsOfBlock + k)
}

func (p *Population) town(n int) town {
	base, k := n/townsOfBlock*block, n%townsOfBlock
	d := p.dice(ofTown, int64(n))
	home := &p.homes[d.below(len(p.homes))]
	return town{n: n, begin: base + starts[k], end: min(base+starts[k+1], p.plan.People), home: home, name: pick(&d, home.towns)}
}

// Towns is how many towns have somebody.
func (p *Population) Towns() int { return p.townOf(p.plan.People-1).n + 1 }

// shared is the number of a thing of the town.
func (t *town) shared(k int64) int64 { return townBase + int64(t.n)*townSlots + k }

// TownsOf lists the towns that begin among the people from..to-1.
func (p *Population) townsOf(from, to int) (list []town) {
	if from >= to {
		return nil
	}
	first, last := p.townOf(from), p.townOf(to-1)
	for n := first.n; n <= last.n; n++ {
		if t := p.town(n); t.begin >= from {
			list = append(list, t)
		}
	}
	return list
}
