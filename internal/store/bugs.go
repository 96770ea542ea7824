package store

import "strings"

// bugs are planted by tests, to see that they are found.
type bugs struct {
	noGenerations bool // fills are installed whatever was written meanwhile
	noWait        bool // writes of leased records do not wait
	noIdleWait    bool // those that find nothing to change do not
	noProbation   bool // a host may be used from the first heartbeat on
	keepLive      bool // on a shared database everything is kept for ever
}

// planted names the bugs of a whole binary. Nothing sets it but the linker, for
// tests that plant a bug in the command (-ldflags "-X ...store.planted=...").
var planted string

// with adds the bugs that a list names.
func (b bugs) with(names string) bugs {
	for name := range strings.SplitSeq(names, ",") {
		switch name {
		case "no-generations":
			b.noGenerations = true
		case "keep-live":
			b.keepLive = true
		}
	}
	return b
}
