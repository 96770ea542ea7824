package app

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// Metrics counts calls by node type and outcome, and nothing that names
// anybody. Handles are resolved once, so that counting costs two additions.
type Metrics struct {
	Registry *prometheus.Registry
	nodes    map[string]*nodeMetrics
}

type nodeMetrics struct {
	outcomes [outcomes]prometheus.Counter
	seconds  prometheus.Observer
}

const (
	outcomeOK = iota
	outcomeRefused
	outcomeFailed
	outcomes
)

var outcomeNames = [outcomes]string{"ok", "refused", "failed"}

func newMetrics(cat *schema.Catalogue) *Metrics {
	m := &Metrics{Registry: prometheus.NewRegistry(), nodes: map[string]*nodeMetrics{}}
	calls := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kith_graph_calls_total", Help: "Graph calls by node type and outcome.",
	}, []string{"node", "outcome"})
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kith_graph_call_seconds", Help: "Time in the Graph core by node type, of a sample of the calls.",
		Buckets: []float64{.00001, .00003, .0001, .0003, .001, .003, .01, .03, .1, 1},
	}, []string{"node"})
	m.Registry.MustRegister(calls, seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, name := range append(nodeNames(cat), "") {
		label := name
		if label == "" {
			label = "none"
		}
		n := &nodeMetrics{seconds: seconds.WithLabelValues(label)}
		for o, outcome := range outcomeNames {
			n.outcomes[o] = calls.WithLabelValues(label, outcome)
		}
		m.nodes[name] = n
	}
	return m
}

// watch shows what the store counts by itself.
func (m *Metrics) watch(db *store.DB, box *webhook.Outbox) {
	s, told := db.Stats(), &box.Stats
	counts := []struct {
		name, help string
		n          func() uint64
	}{
		{"kith_store_cache_hits_total", "Records and keys answered from memory.", s.Hits.Load},
		{"kith_store_cache_fills_total", "Records and keys that entered memory.", s.Fills.Load},
		{"kith_store_reads_total", "Reads that went to the database.", s.Reads.Load},
		{"kith_store_lease_waits_total", "Writes that waited until no lease could contradict them.", s.Waits.Load},
		{"kith_store_heartbeats_total", "Heartbeats written to the database.", s.Beats.Load},
		{"kith_store_heartbeats_failed_total", "Heartbeats that did not commit.", s.BeatsFailed.Load},
		{"kith_store_updates_total", "Updates that were begun.", s.Updates.Load},
		{"kith_store_conflicts_total", "Attempts of updates that lost against a rival.", func() uint64 { n, _ := db.Contention(); return n }},
		{"kith_store_updates_given_up_total", "Updates that were tried again and did not happen.", func() uint64 { _, n := db.Contention(); return n }},
		{"kith_webhook_delivered_total", "Deliveries that apps took.", told.Delivered.Load},
		{"kith_webhook_failed_total", "Tries of a delivery that failed.", told.Failed.Load},
		{"kith_webhook_given_up_total", "Deliveries that nobody took in time, or that have no address any more.", told.GivenUp.Load},
		{"kith_webhook_dropped_total", "Deliveries dropped because too many waited at their destination.", told.Dropped.Load},
		{"kith_webhook_unsubscribed_total", "Apps that were taken off a Page or an account because their address failed for so long.", told.TakenOff.Load},
		{"kith_store_fence_rejected_total", "Calls refused because no host could be trusted.", func() uint64 { _, n := db.Fence(); return n }},
	}
	for _, c := range counts {
		m.Registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: c.name, Help: c.help},
			func() float64 { return float64(c.n()) }))
	}
	m.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kith_store_fence_open", Help: "1 while the database may be used.",
	}, func() float64 {
		if open, _ := db.Fence(); open {
			return 1
		}
		return 0
	}))
}

func nodeNames(cat *schema.Catalogue) []string {
	var names []string
	for _, n := range cat.Nodes {
		names = append(names, n.Name)
	}
	return names
}

func (m *Metrics) observe(node string, status, _ int, micros int64) {
	n := m.nodes[node]
	if n == nil {
		n = m.nodes[""]
	}
	switch {
	case status < 400:
		n.outcomes[outcomeOK].Inc()
	case status < 500:
		n.outcomes[outcomeRefused].Inc()
	default:
		n.outcomes[outcomeFailed].Inc()
	}
	if micros >= 0 {
		n.seconds.Observe(float64(micros) / 1e6)
	}
}
