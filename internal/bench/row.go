package bench

import (
	"fmt"
	"slices"
	"strconv"
)

// A Row is one figure beside its limit.
type Row struct {
	Key      string   `json:"row"`
	Name     string   `json:"name"`
	Value    *float64 `json:"value,omitempty"`
	Low      *float64 `json:"low,omitempty"`  // least and most of the rounds
	High     *float64 `json:"high,omitempty"` //
	Unit     string   `json:"unit,omitempty"`
	Limit    string   `json:"limit"`
	Verdict  Verdict  `json:"verdict"`
	Measured string   `json:"measured"`
	Note     string   `json:"note,omitempty"`

	limit, near bound
}

// A Verdict is how a figure stands to its limit.
type Verdict string

// Verdicts. Near is beyond the limit of the design and within the one set for
// now; Figure has no limit of its own.
const (
	OK     Verdict = "ok"
	Near   Verdict = "near"
	Over   Verdict = "over"
	Absent Verdict = "not there yet"
	Failed Verdict = "failed"
	Figure Verdict = "-"
)

// A bound is a limit from above or, if least is set, from below. The zero one is none.
type bound struct {
	value      float64
	least, set bool
}

func atMost(v float64) bound  { return bound{value: v, set: true} }
func atLeast(v float64) bound { return bound{value: v, least: true, set: true} }

func (b bound) holds(v float64) bool {
	if b.least {
		return v >= b.value
	}
	return v <= b.value
}

func (b bound) text(unit string) string {
	switch {
	case !b.set:
		return ""
	case b.least:
		return ">= " + quantity(b.value, unit)
	}
	return "<= " + quantity(b.value, unit)
}

// quantity writes a figure with no more digits than it is worth.
func quantity(v float64, unit string) string {
	var s string
	switch {
	case unit == "x":
		return strconv.FormatFloat(v, 'f', 2, 64) + unit
	case v >= 100 || v == float64(int64(v)):
		s = strconv.FormatFloat(v, 'f', 0, 64)
	default:
		s = strconv.FormatFloat(v, 'f', 1, 64)
	}
	if unit == "" {
		return s
	}
	return s + " " + unit
}

// set gives the row its figure: the median of the rounds.
func (r *Row) set(rounds []float64) {
	if len(rounds) == 0 {
		r.fail(fmt.Errorf("no round was measured"))
		return
	}
	v, low, high := median(rounds), slices.Min(rounds), slices.Max(rounds)
	r.Value, r.Measured = &v, quantity(v, r.Unit)
	if len(rounds) > 1 {
		r.Low, r.High = &low, &high
	}
	switch {
	case !r.limit.set:
		r.Verdict = Figure
	case r.limit.holds(v):
		r.Verdict = OK
	case r.near.set && r.near.holds(v):
		r.Verdict = Near
	default:
		r.Verdict = Over
	}
}

// fail says why there is no figure.
func (r *Row) fail(err error) {
	r.Verdict, r.Measured, r.Note = Failed, "", err.Error()
}

func median(vs []float64) float64 {
	s := slices.Sorted(slices.Values(vs))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}
