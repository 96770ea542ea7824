//go:build race

package port

// The race detector makes pools forget at random, so allocations cannot be
// counted under it.
const raceDetector = true
