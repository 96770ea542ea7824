package audit

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Tally is how much there is of something. Bytes are those of records and
// keys, without what a backend adds.
type Tally struct {
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
}

func (t *Tally) add(bytes int) {
	t.Rows++
	t.Bytes += int64(bytes)
}

// Stats says what a database holds.
type Stats struct {
	Objects map[string]Tally `json:"objects"` // by kind
	Assocs  map[string]Tally `json:"assocs"`  // by kind
	Keys    map[string]Tally `json:"keys"`    // by space
	Counts  int64            `json:"counts"`
}

// Count walks one snapshot of a store.
func Count(ctx context.Context, st driver.Store, reg *driver.Registry, progress func(rows int64)) (*Stats, error) {
	var out *Stats
	err := st.View(ctx, func(r driver.Reader) error {
		out = &Stats{Objects: map[string]Tally{}, Assocs: map[string]Tally{}, Keys: map[string]Tally{}}
		rows := int64(0)
		for _, t := range [...]driver.Table{driver.Objects, driver.Assocs, driver.Keys, driver.Counts} {
			if err := r.Scan(ctx, t, func(row *driver.Row) bool {
				out.row(t, row, reg)
				if rows++; progress != nil && rows%(1<<14) == 0 {
					progress(rows)
				}
				return true
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	return out, nil
}

func (s *Stats) row(t driver.Table, row *driver.Row, reg *driver.Registry) {
	add := func(m map[string]Tally, name string, bytes int) {
		n := m[name]
		n.add(bytes)
		m[name] = n
	}
	switch t {
	case driver.Objects:
		add(s.Objects, kindName(reg, row.Object.Kind), len(row.Object.Data))
	case driver.Assocs:
		add(s.Assocs, kindName(reg, row.Assoc.Kind), len(row.Assoc.Data))
	case driver.Keys:
		name := fmt.Sprintf("space %d", row.Key.Space)
		if info := reg.Space(row.Key.Space); info != nil {
			name = info.Name
		}
		add(s.Keys, name, len(row.Key.Key.Key))
	case driver.Counts:
		s.Counts++
	}
}

func kindName(reg *driver.Registry, k driver.Kind) string {
	if info := reg.Kind(k); info != nil {
		return info.Name
	}
	return fmt.Sprintf("kind %d", k)
}
