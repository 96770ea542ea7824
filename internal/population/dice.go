package population

import "math"

// Mix spreads a number over 64 bits: one step of SplitMix64.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// dice are numbers that look like chance and follow from where they begin.
type dice struct{ x uint64 }

// A topic keeps dice apart that are thrown for the same person.
type topic uint64

const (
	ofPerson topic = iota + 1
	ofHousehold
	ofTown
	ofFriends
	ofFriendship
	ofStudies
	ofLikes
	ofLife
	ofContacts
	ofInstalls
	ofPages
	ofTastes
)

func (p *Population) dice(t topic, n int64) dice {
	return dice{Mix(p.seed ^ uint64(t)*0xd6e8feb86659fd93 ^ Mix(uint64(n)))}
}

func (d *dice) next() uint64 {
	d.x += 0x9e3779b97f4a7c15
	return Mix(d.x)
}

// below gives a number from 0 to n-1.
func (d *dice) below(n int) int { return int(d.next() >> 1 % uint64(n)) }

// between gives a number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// share is a number from 0 to 1, without 1.
func (d *dice) share() float64 { return float64(d.next()>>11) / (1 << 53) }

// happens is true in so many of 100 throws.
func (d *dice) happens(percent int) bool { return d.below(100) < percent }

// tail gives a number from low on of which few are large: a Pareto law that ends
// at high.
func (d *dice) tail(low float64, alpha float64, high int) int {
	return min(int(low/math.Pow(1-d.share(), 1/alpha)), high)
}

func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }
