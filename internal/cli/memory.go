package cli

import (
	"runtime/debug"
	"strings"
)

// gcPercent lets the heap grow to five times what is in use before it is swept.
// A server's live heap is small, a few megabytes beside its bounded cache, so
// the default would sweep many times a second for little.
const gcPercent = 400

// memoryGoal is where sweeping becomes eager again, so that a full cache and
// many connections stay within the budget of 256 MB.
const memoryGoal = 208 << 20

// tuneMemory sets that, unless the environment says otherwise.
func (r *Run) tuneMemory() {
	for _, v := range r.Environ {
		if strings.HasPrefix(v, "GOGC=") || strings.HasPrefix(v, "GOMEMLIMIT=") {
			return
		}
	}
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryGoal)
}
