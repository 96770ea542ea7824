//go:build unix

package failover

import (
	"math"
	"testing"
)

// seq makes operations on key 0, one after the other. Capitals are reads that
// show the profile, 'r' one that does not, '?' makes the write before it unknown.
func seq(kinds string) []op {
	var ops []op
	at := int64(1)
	for _, k := range []byte(kinds) {
		if k == '?' {
			last := &ops[len(ops)-1]
			last.known, last.ret = false, math.MaxInt64
			continue
		}
		o := op{move: move{0, k}, known: true, call: at, ret: at + 1}
		if k == 'R' {
			o.kind, o.shown = 'r', true
		}
		ops = append(ops, o)
		at += 2
	}
	return ops
}

func TestCheckersFindWhatIsPlanted(t *testing.T) {
	tests := []struct {
		kinds        string
		order, never bool // is it linearizable; does nothing show after a withdrawal
	}{
		{"rmRwr", true, true},
		{"mRbruR", true, true},
		{"mRerm", true, true},
		{"mw?R", true, true},         // the withdrawal may not have happened yet
		{"mww?r", true, true},        // doubled
		{"mwR", false, false},        // stale read
		{"mbwuR", false, false},      // a second reason stands
		{"mwbm?R", false, false},     // blocked still
		{"memR", false, false},       // the dead do not come back
		{"mr", false, true},          // a grant that was lost
		{"mRwrR", false, false},      // it comes back by itself
		{"mwm?RrR", false, true},     // there and gone and there
		{"mwu?R", false, false},      // what came back was not what was taken
		{"mwm?rrrrR", true, true},    // late, not never
		{"mRww?m?b?u?R", true, true}, // a lot that may have happened
		{"mRwm?w?rRr", true, true},   // each once
		{"mRwm?w?rRrR", false, true}, // and no more
		{"mRbu?b?rRrR", false, true},
	}
	for _, tt := range tests {
		ops := seq(tt.kinds)
		if err := linearizable(ops); (err == nil) != tt.order {
			t.Errorf("linearizable(%s): %v, want ok %t", tt.kinds, err, tt.order)
		}
		if err := neverAfter(ops); (err == nil) != tt.never {
			t.Errorf("neverAfter(%s): %v, want ok %t", tt.kinds, err, tt.never)
		}
	}
}

func TestCheckersKnowTokens(t *testing.T) {
	use := func(shown bool, at int64) op {
		return op{move: move{firstToken, 'T'}, known: true, shown: shown, call: at, ret: at + 1}
	}
	end := op{move: move{firstToken, 't'}, known: true, call: 10, ret: 11}
	tests := []struct {
		name         string
		ops          []op
		order, never bool
	}{
		{"used, ended, refused", []op{use(true, 1), end, use(false, 20)}, true, true},
		{"refused before its end", []op{use(false, 1), end}, false, true},
		{"used after its end", []op{end, use(true, 20)}, false, false},
	}
	for _, tt := range tests {
		if err := linearizable(tt.ops); (err == nil) != tt.order {
			t.Errorf("linearizable(%s): %v, want ok %t", tt.name, err, tt.order)
		}
		if err := neverAfter(tt.ops); (err == nil) != tt.never {
			t.Errorf("neverAfter(%s): %v, want ok %t", tt.name, err, tt.never)
		}
	}
}

func TestCheckerOfRecordsFindsWhatIsPlanted(t *testing.T) {
	const one = `{"person":{"handle":"p0","history":[{"event":"message","mid":"a"},{"event":"revoke"}]}}`
	const two = `{"person":{"handle":"p0","history":[{"event":"message","mid":"a"},{"event":"message","mid":"a"}]}}`
	tests := []struct {
		name, export string
		acked, maybe string
		ok           bool
	}{
		{"recorded", one, "a", "", true},
		{"unknown and recorded", one, "", "a", true},
		{"unknown and not recorded", one, "a", "b", true},
		{"lost", one, "b", "a", false},
		{"twice", two, "a", "", false},
		{"from nowhere", one, "", "", false},
		{"erased since", `{"tombstone":{}}`, "a", "", true},
	}
	for _, tt := range tests {
		h := newHistory()
		if tt.acked != "" {
			h.mids[tt.acked] = move{0, 'm'}
		}
		if tt.maybe != "" {
			h.maybe[tt.maybe] = true
		}
		if err := h.recorded(tt.export); (err == nil) != tt.ok {
			t.Errorf("%s: %v, want ok %t", tt.name, err, tt.ok)
		}
	}
}
