package webhook

import "time"

// giveUpAfter is how long a delivery is tried, from its first try: the time in
// which it waits behind others is not its fault. [doc webhooks; from when, guess]
const giveUpAfter = 36 * time.Hour

// pause is how long a destination is left alone after so many tries that failed
// one after the other: the next is at once, then less and less often.
// [doc webhooks: at once, then with decreasing frequency; the steps guess]
func pause(tries int64) time.Duration {
	steps := [...]time.Duration{0, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}
	if tries >= 1 && tries <= int64(len(steps)) {
		return steps[tries-1]
	}
	return longest
}

// longest is the longest pause. What seems further away than that was planned
// before somebody set the clock back.
const longest = time.Hour

// due reports whether a time has come.
func due(at, now int64) bool { return at <= now || at-now > longest.Microseconds() }
