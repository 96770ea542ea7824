package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/memory"
)

// clocked is a store on a machine whose clock tests set.
type clocked struct {
	*memory.Store
	at  time.Time
	err error
}

func (c *clocked) Clock(context.Context) (time.Time, error) { return c.at, c.err }

func TestSkew(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	lost := errors.New("lost")
	tests := []struct {
		name string
		at   time.Time
		err  error
		want time.Duration
	}{
		{"during the question", noon.Add(time.Second), nil, 0},
		{"ahead", noon.Add(5 * time.Second), nil, 3 * time.Second},
		{"behind", noon.Add(-4 * time.Second), nil, -4 * time.Second},
		{"no answer", noon, lost, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := Open(&clocked{memory.Open(Registry()), tt.at, tt.err}, Options{})
			defer db.Close()
			times := []time.Time{noon, noon.Add(2 * time.Second)}
			got, err := db.Skew(context.Background(), func() time.Time {
				next := times[0]
				times = times[1:]
				return next
			})
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("Skew = %v, %v, want %v", got, err, tt.want)
			}
		})
	}
	db := Open(memory.Open(Registry()), Options{})
	defer db.Close()
	if got, err := db.Skew(context.Background(), nil); got != 0 || err != nil {
		t.Errorf("in one process: %v, %v", got, err)
	}
}
