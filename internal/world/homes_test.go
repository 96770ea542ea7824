package world

import (
	"testing"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
)

// Names, locales and zones of made-up people are right, whatever the seed; another
// seed makes other people.
func TestHomes(t *testing.T) {
	list := population.Homes()
	if len(list) < 30 {
		t.Errorf("%d homes", len(list))
	}
	seen := map[string]bool{}
	for _, h := range list {
		if seen[h.Locale] {
			t.Errorf("%s is there twice", h.Locale)
		}
		seen[h.Locale] = true
		if err := people.Locale.Check(h.Locale); err != nil {
			t.Error(err)
		}
		if err := people.Timezone.Check(h.Zone); err != nil {
			t.Error(err)
		}
		if len(h.Female) < 4 || len(h.Male) < 4 || len(h.Last) < 5 {
			t.Errorf("%s has too few names", h.Locale)
		}
	}
	same := 0
	for n := range uint64(1000) {
		p := generated(list, "g", population.Mix(n))
		for _, a := range []people.Attr{people.Birthday, people.Email, people.Gender} {
			if err := a.Check(p.Text(a)); err != nil {
				t.Errorf("person %d: %v", n, err)
			}
		}
		if q := generated(list, "g", population.Mix(1<<32^n)); q.Text(people.FirstName) == p.Text(people.FirstName) {
			same++
		}
	}
	if same > 200 {
		t.Errorf("%d of 1000 have the same name from another seed", same)
	}
}
