package control

import "testing"

// FuzzQuery holds that a query is refused or within its bounds.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "limit=5&since=3", "status=4xx&node=User", "status=200", "limit=%31", "limit=1&limit=0", "a;b", "since=18446744073709551615"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw)
		if err != nil {
			return
		}
		if q.limit < 1 || q.limit > mostListed || q.from > q.to {
			t.Errorf("%q is taken as %+v", raw, q)
		}
	})
}
