package control_test

import (
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/limits"
)

// What was counted is told, and forgotten when somebody says so, in server mode too.
func TestLimits(t *testing.T) {
	const admin = "0123456789abcdef"
	var now time.Time
	table := limits.New(limits.Rules{App: 4})
	r := newRig(t, func(d *control.Deps) {
		now = d.Clock.Now()
		d.Limits, d.Mode, d.Admin = table, "server", admin
	})
	in := map[string]string{"Authorization": "Bearer " + admin}
	p := table.Pool(limits.Key{Kind: limits.App, App: 1}, now)
	table.Tell(p, limits.Fact{N: 1, App: "77"}, now)
	var b limits.Bill
	b.Open(table, now)
	b.Charge(p)
	r.want(call{method: "GET", path: "/_/api/limits", header: in}, 200,
		`{"enforced":true,"pools":[{"kind":"app","app":"77","window":"1h","calls":1,"limit":4,"call_count":25,"total_cputime":1,"total_time":0,"estimated_time_to_regain_access":0}]}`)
	r.want(call{method: "DELETE", path: "/_/api/limits?of=78", header: in}, 200, `{"cleared":0}`)
	r.want(call{method: "DELETE", path: "/_/api/limits?kind=app&of=77", header: in}, 200, `{"cleared":1}`)
	r.want(call{method: "GET", path: "/_/api/limits", header: in}, 200, `"pools":[]`)
	// Settings count at once: what a limit is made of is asked anew.
	p = table.Pool(limits.Key{Kind: limits.App, App: 1}, now)
	table.Tell(p, limits.Fact{N: 1}, now)
	r.want(call{method: "PUT", path: "/_/api/apps/demo", body: `{"active_users":3}`, header: in}, 200, "success")
	if !table.Stale(p, now) {
		t.Error("the limit goes by the number of before")
	}
}
