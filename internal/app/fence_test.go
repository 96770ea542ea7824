package app

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// counted is a metric of a server.
func counted(t *testing.T, r prometheus.Gatherer, name string) float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	t.Errorf("no metric %s", name)
	return 0
}

// A server with a fence starts once its heartbeats have proved the database,
// writes on, and waits for leases of others.
func TestServerBehindAFence(t *testing.T) {
	dsn := pgtest.DB(t)
	server := []string{"KITH_MODE=server", "KITH_KEY=" + strings.Repeat("ab", 32)}
	s, err := sharing(t, dsn, append(server, "KITH_FENCE=400ms", "KITH_LEASE=200ms")...)
	if err != nil {
		t.Fatal(err)
	}
	if s.Took < 500*time.Millisecond {
		t.Errorf("started after %v, before a heartbeat could prove anything", s.Took)
	}
	if err := s.Graph.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	for name, least := range map[string]float64{"kith_store_fence_open": 1, "kith_store_heartbeats_total": 2} {
		if got := counted(t, s.Graph.Metrics.Registry, name); got < least {
			t.Errorf("%s is %v, want %v or more", name, got, least)
		}
	}
	for _, name := range []string{"kith_store_cache_hits_total", "kith_store_cache_fills_total", "kith_store_reads_total", "kith_store_lease_waits_total",
		"kith_store_heartbeats_failed_total", "kith_store_fence_rejected_total"} {
		counted(t, s.Graph.Metrics.Registry, name)
	}
}
