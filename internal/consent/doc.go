// Package consent decides whether an app may read a person's profile through
// one Page or Instagram account: events happen, grants stand, a verdict is
// drawn. It is pure: a Contact goes in with an event or a question, a Contact
// or a Verdict comes out.
//
// It owns the table of events and the record of a contact. It refuses to know
// tokens, fields, permissions and who is asking beyond the app's ID.
//
// Stored by this package:
//
//	assoc   page|instagram -contact-> person     Contact: grants by app, block, source, window, sequence
package consent

import "fmt"

// An Edition is one published form of the profile API. Which events grant
// depends on it, and only a request knows its edition, so a grant keeps one
// stamp for each.
type Edition uint8

const (
	E2016     Edition = iota // Messenger, v2.6 to v2.8
	E2018                    // Messenger, v2.9 to v3.0
	E2026                    // Messenger, from v3.1
	Instagram                // Instagram Messaging, every version
	editions
)

var editionNames = [editions]string{"2016", "2018", "2026", "instagram"}

// String is the name used in settings.
func (e Edition) String() string {
	if e >= editions {
		return "unknown"
	}
	return editionNames[e]
}

// ParseEdition reads the name of an edition.
func ParseEdition(s string) (Edition, error) {
	for e, name := range editionNames {
		if name == s {
			return Edition(e), nil
		}
	}
	return 0, fmt.Errorf("unknown edition %q: 2016, 2018, 2026 or instagram", s)
}

// Editions is a set of them.
type Editions uint8

// Has says whether e is in the set.
func (s Editions) Has(e Edition) bool { return s>>e&1 != 0 }
