package fault

import (
	"errors"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

func TestRulesAnswerInOrderAndRunOut(t *testing.T) {
	var p Plan
	for _, r := range []Rule{
		{Error: graph.ErrUnavailable, Times: 2},
		{Error: graph.ErrConsent, Times: 1, ID: "7"},
		{Error: graph.ErrUnknown}, // once
	} {
		if err := p.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []*graph.Error{graph.ErrUnavailable, graph.ErrUnavailable, graph.ErrUnknown, nil} {
		if got := p.Next("8"); got != want {
			t.Errorf("call %d of 8 = %v, want %v", i, got, want)
		}
	}
	if got := p.Next("6", "7"); got != graph.ErrConsent {
		t.Errorf("call of 7 = %v", got)
	}
	if got := p.Next("7"); got != nil || len(p.Rules()) != 0 {
		t.Errorf("after the last = %v, %v left", got, p.Rules())
	}
}

func TestClearAndNil(t *testing.T) {
	var p *Plan
	if p.Next("7") != nil {
		t.Error("a nil plan has a fault")
	}
	p = new(Plan)
	if err := p.Add(Rule{Error: graph.ErrUnknown, Times: 9}); err != nil {
		t.Fatal(err)
	}
	p.Clear()
	if p.Next("7") != nil || len(p.Rules()) != 0 {
		t.Error("something is left after Clear")
	}
}

func TestPlanIsBounded(t *testing.T) {
	var p Plan
	for range maxRules {
		if err := p.Add(Rule{Error: graph.ErrUnknown}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Add(Rule{Error: graph.ErrUnknown}); !errors.Is(err, ErrFull) {
		t.Errorf("rule %d: %v", maxRules+1, err)
	}
}

func TestEachTimeIsUsedOnce(t *testing.T) {
	var p Plan
	if err := p.Add(Rule{Error: graph.ErrUnknown, Times: 100}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	hits := 0
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if p.Next("") != nil {
					mu.Lock()
					hits++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if hits != 100 {
		t.Errorf("%d calls failed, want 100", hits)
	}
}
