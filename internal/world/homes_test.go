package world

import (
	"testing"

	"github.com/kithgraph/kith/internal/people"
)

// Names, locales and zones of made-up people are right, whatever the seed; another
// seed makes other people.
func TestHomes(t *testing.T) {
	list := homes()
	if len(list) < 30 {
		t.Errorf("%d homes", len(list))
	}
	seen := map[string]bool{}
	for _, h := range list {
		if seen[h.locale] {
			t.Errorf("%s is there twice", h.locale)
		}
		seen[h.locale] = true
		if err := people.Locale.Check(h.locale); err != nil {
			t.Error(err)
		}
		if err := people.Timezone.Check(h.zone); err != nil {
			t.Error(err)
		}
		if len(h.female) < 4 || len(h.male) < 4 || len(h.last) < 5 {
			t.Errorf("%s has too few names", h.locale)
		}
	}
	same := 0
	for n := range uint64(1000) {
		p := generated(list, "g", mix(n))
		for _, a := range []people.Attr{people.Birthday, people.Email, people.Gender} {
			if err := a.Check(p.Text(a)); err != nil {
				t.Errorf("person %d: %v", n, err)
			}
		}
		if q := generated(list, "g", mix(1<<32^n)); q.Text(people.FirstName) == p.Text(people.FirstName) {
			same++
		}
	}
	if same > 200 {
		t.Errorf("%d of 1000 have the same name from another seed", same)
	}
}
