package schema

import (
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
)

// EditionOf says which edition of the Messenger profile page decides about
// consent: the app's own choice (2016, 2018, 2026), or by version 2016 up to
// v2.8, 2018 up to v3.0 and 2026 from v3.1. [guess; both older pages call v2.6]
func EditionOf(v graph.Version, override int) consent.Edition {
	switch {
	case override == 2016, override == 0 && v < graph.V(2, 9):
		return consent.E2016
	case override == 2018, override == 0 && v < graph.V(3, 1):
		return consent.E2018
	}
	return consent.E2026
}
