package bench

import (
	"context"
	"fmt"
	"time"
)

// A target is one process, or several that share the work, under one load.
type target struct {
	name     string
	process  *process
	others   []*process
	asks     []ask
	requests int    // in each round
	brief    bool   // a round of it warms it
	next     uint64 // number of the next request
	samples  []sample
}

// round makes one round and says what it cost the process.
func (t *target) round(ctx context.Context, requests int) (sample, error) {
	before, err := t.cpuTime()
	if err != nil {
		return sample{}, err
	}
	s, err := drive(ctx, t.asks, t.next, requests)
	if err != nil {
		return sample{}, fmt.Errorf("load of %s: %w", t.name, err)
	}
	t.next += uint64(requests)
	after, err := t.cpuTime()
	s.cpu = float64(after-before) / float64(time.Microsecond) / float64(requests)
	return s, err
}

// cpuTime is what all processes have used.
func (t *target) cpuTime() (time.Duration, error) {
	sum, err := cpuTime(t.process.pid())
	for _, p := range t.others {
		used, oerr := cpuTime(p.pid())
		if err == nil {
			err = oerr
		}
		sum += used
	}
	return sum, err
}

// contest runs the targets in turn, round after round, every other one in the
// opposite order, so that what disturbs the machine disturbs them alike. Each
// is warmed first by as many requests as it says.
func contest(ctx context.Context, rounds int, warmUp int, targets ...*target) error {
	for _, t := range targets {
		first := max(warmUp, t.requests)
		if t.brief {
			first = t.requests
		}
		if _, err := t.round(ctx, first); err != nil {
			return err
		}
	}
	for r := range rounds {
		for i := range targets {
			t := targets[i]
			if r%2 == 1 {
				t = targets[len(targets)-1-i]
			}
			s, err := t.round(ctx, t.requests)
			if err != nil {
				return err
			}
			t.samples = append(t.samples, s)
		}
	}
	return nil
}

func cpu(s sample) float64        { return s.cpu }
func throughput(s sample) float64 { return s.throughput }
func p50(s sample) float64        { return s.p50 }
func p99(s sample) float64        { return s.p99 }

// ratios compares two targets round by round.
func ratios(a, b *target, of func(sample) float64) []float64 {
	var rs []float64
	for i := range min(len(a.samples), len(b.samples)) {
		if d := of(b.samples[i]); d > 0 {
			rs = append(rs, of(a.samples[i])/d)
		}
	}
	return rs
}

// middle is the median of a target's rounds.
func middle(t *target, of func(sample) float64) float64 {
	vs := each(t, of)
	if len(vs) == 0 {
		return 0
	}
	return median(vs)
}

// each is one figure of all rounds of a target.
func each(t *target, of func(sample) float64) (vs []float64) {
	for _, s := range t.samples {
		vs = append(vs, of(s))
	}
	return vs
}
