package cli

import (
	"strings"

	"github.com/kithgraph/kith/internal/app"
)

// tuneMemory has the process collect garbage as a server does, unless the environment
// says otherwise.
func (r *Run) tuneMemory() {
	for _, v := range r.Environ {
		if strings.HasPrefix(v, "GOGC=") || strings.HasPrefix(v, "GOMEMLIMIT=") {
			return
		}
	}
	app.TuneMemory()
}
