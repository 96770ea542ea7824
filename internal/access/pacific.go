package access

import (
	"time"
	_ "time/tzdata" // zones of people and of the expiry message, on any machine
)

var pacific = loadPacific()

func loadPacific() *time.Location {
	if loc, err := time.LoadLocation("America/Los_Angeles"); err == nil {
		return loc
	}
	return time.FixedZone("PST", -8*3600)
}
