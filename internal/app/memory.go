package app

import "runtime/debug"

// gcPercent lets the heap grow to five times what is in use before it is swept.
// A server's live heap is small, a few megabytes beside its bounded cache, so
// the default would sweep many times a second for little.
const gcPercent = 400

// memoryGoal is where sweeping becomes eager again, so that a full cache and
// many connections stay within the budget of 256 MB.
const memoryGoal = 208 << 20

// TuneMemory has this process collect garbage as a server does. What it returns takes
// that back.
func TuneMemory() (undo func()) {
	percent, goal := debug.SetGCPercent(gcPercent), debug.SetMemoryLimit(memoryGoal)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(goal)
	}
}
