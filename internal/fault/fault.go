// Package fault keeps the failures that somebody asked for, so that a client
// can be shown any error of the table, also those that nothing in a world
// brings about. It decides which call fails and with what, and refuses to know
// how a call is served.
package fault

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/kithgraph/kith/internal/graph"
)

// maxRules bounds a plan.
const maxRules = 64

// ErrFull: the plan has as many rules as it takes.
var ErrFull = errors.New("64 faults are planned already: clear them first")

// A Rule answers the next Times calls with Error. ID narrows it to calls of one
// node, as the path or ids spell it, or of a path that is no node's, such as
// oauth/access_token.
type Rule struct {
	Error *graph.Error
	Times int
	ID    string
}

// A Plan is a list of rules; the first that fits a call answers it. The zero
// value is empty. It is safe for concurrent use.
type Plan struct {
	armed atomic.Bool // there may be rules
	mu    sync.Mutex
	rules []Rule
}

// Add appends a rule; Times below one counts as one.
func (p *Plan) Add(r Rule) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rules) == maxRules {
		return ErrFull
	}
	r.Times = max(r.Times, 1)
	p.rules = append(p.rules, r)
	p.armed.Store(true)
	return nil
}

// Rules returns what is left of the plan.
func (p *Plan) Rules() []Rule {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Rule(nil), p.rules...)
}

// Clear empties the plan.
func (p *Plan) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = nil
	p.armed.Store(false)
}

// Next returns what the next call about these ids answers, nil for no fault, and uses
// up one of its rule's times. A nil plan has no faults.
func (p *Plan) Next(ids ...string) *graph.Error {
	if p == nil || !p.armed.Load() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.rules {
		r := &p.rules[i]
		if r.ID != "" && !slices.Contains(ids, r.ID) {
			continue
		}
		err := r.Error
		if r.Times--; r.Times == 0 {
			p.rules = append(p.rules[:i], p.rules[i+1:]...)
			p.armed.Store(len(p.rules) > 0)
		}
		return err
	}
	return nil
}
