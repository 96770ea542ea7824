package trial

import (
	"context"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Verdict is what is in the database after a load, held against the ledger.
type Verdict struct {
	Acknowledged int `json:"acknowledged"`
	// Lost writes were acknowledged and are not there. Torn ones are there in
	// part. Phantoms failed and are there. Stale is how often a client did not
	// see its own acknowledged write.
	Lost     int   `json:"lost"`
	Torn     int   `json:"torn"`
	Phantoms int   `json:"phantoms"`
	Stale    int64 `json:"stale"`
	// Refused writes failed and are not there. Ambiguous ones failed with an
	// unknown outcome, Applied says how many of them are there.
	Refused   int    `json:"refused"`
	Ambiguous int    `json:"ambiguous"`
	Applied   int    `json:"applied"`
	PauseMS   int64  `json:"longest_pause_ms"`
	LastError string `json:"last_error,omitempty"`
}

// OK reports whether the database kept its word.
func (v *Verdict) OK() bool { return v.Lost == 0 && v.Torn == 0 && v.Phantoms == 0 && v.Stale == 0 }

// checkPage is how many writes one Read looks for.
const checkPage = 500

// Verify reads back what every client was told.
func (b *Ledger) Verify(ctx context.Context, s driver.Store) (*Verdict, error) {
	v := &Verdict{Stale: b.stale, PauseMS: b.Pause.Milliseconds(), LastError: b.LastErr}
	err := s.View(ctx, func(r driver.Reader) error {
		for c := range b.fates {
			if err := b.client(ctx, r, c, v); err != nil {
				return err
			}
		}
		return nil
	})
	return v, err
}

func (b *Ledger) client(ctx context.Context, r driver.Reader, c int, v *Verdict) error {
	present, highest := 0, 0
	for from := 0; from < len(b.fates[c]); from += checkPage {
		fates := b.fates[c][from:min(from+checkPage, len(b.fates[c]))]
		var rs driver.ReadSet
		for i := range fates {
			rs.Keys = append(rs.Keys, name(c, from+i+1))
			rs.Pairs = append(rs.Pairs, pair(c, from+i+1))
		}
		if err := r.Read(ctx, &rs); err != nil {
			return err
		}
		for i, f := range fates {
			key, linked := rs.GotKeys[i] == left(c), rs.GotPairs[i] != nil
			if key && linked {
				present, highest = present+1, from+i+1
			}
			v.count(f, key, linked)
		}
	}
	return b.whole(ctx, r, c, present, highest, v)
}

func (v *Verdict) count(f fate, key, linked bool) {
	there := key && linked
	switch {
	case key != linked:
		v.Torn++
	case f == acked && !there:
		v.Lost++
	case f == refused && there:
		v.Phantoms++
	case f == refused:
		v.Refused++
	case f == lost && there:
		v.Applied++
	}
	switch f {
	case acked:
		v.Acknowledged++
	case lost:
		v.Ambiguous++
	}
}

// whole checks the rows that all writes of a client share.
func (b *Ledger) whole(ctx context.Context, r driver.Reader, c, present, highest int, v *Verdict) error {
	rs := driver.ReadSet{Objects: []driver.ID{left(c), right(c)}, Counts: []driver.Count{{From: left(c), Kind: edge}}}
	if err := r.Read(ctx, &rs); err != nil {
		return err
	}
	l, t := rs.GotObjects[0], rs.GotObjects[1]
	switch {
	case (l == nil) != (t == nil) || rs.GotCounts[0] != int64(present):
		v.Torn++
	case l != nil && (number(l) != number(t) || number(l) != highest):
		v.Torn++
	case l == nil && present > 0:
		v.Torn++
	}
	return nil
}
