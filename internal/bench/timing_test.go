package bench

import (
	"math"
	"testing"
)

// What depends on the class is seen, what does not is not, and one call in a
// hundred that a machine holds up changes nothing.
func TestTimings(t *testing.T) {
	var same, slope, apart []timed
	for i := range 10_000 {
		noise := float64(i*7919%101) + 1000
		if i%100 == 0 {
			noise += 1e6
		}
		same = append(same, timed{class: float64(i % 64), took: noise})
		slope = append(slope, timed{class: float64(i % 64), took: noise + float64(i%64)})
		apart = append(apart, timed{class: float64(i % 2), took: noise + 30*float64(i%2)})
	}
	if r := correlation(undisturbed(same)); math.Abs(r) > 0.02 {
		t.Errorf("no slope: %v", r)
	}
	if r := correlation(undisturbed(slope)); r < 0.3 {
		t.Errorf("a slope: %v", r)
	}
	if a := separation(undisturbed(apart)); a < 0.6 {
		t.Errorf("two classes: %v", a)
	}
	for i := range same {
		same[i].class = float64(i % 2)
	}
	if a := separation(undisturbed(same)); math.Abs(a-0.5) > 0.03 {
		t.Errorf("one class: %v", a)
	}
}
