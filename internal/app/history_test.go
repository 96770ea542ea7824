package app

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/kithgraph/kith/internal/world"
)

// A move is one operation on the consent of one person: a grant, a withdrawal
// or a look at the profile.
type move struct {
	key  int
	kind byte // 'g' grant, 'w' withdraw, 'r' read
}

// consentModel is a register per person: what was last acknowledged is what is
// seen. The output of a read is whether the profile was shown, that of a write
// whether it was acknowledged; one that was not may have happened or not.
func consentModel() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Partition: byPerson,
		Init:      func() []any { return []any{false} },
		Step: func(state, input, output any) []any {
			to := input.(move).kind == 'g'
			switch {
			case input.(move).kind != 'r' && output.(bool):
				return []any{to}
			case input.(move).kind != 'r':
				return []any{state, to}
			case output.(bool) == state.(bool):
				return []any{state}
			}
			return nil
		},
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%c%d -> %v", input.(move).kind, input.(move).key, output)
		},
	}
	return m.ToModel()
}

func byPerson(history []porcupine.Operation) (parts [][]porcupine.Operation) {
	byKey := map[int][]porcupine.Operation{}
	for _, op := range history {
		k := op.Input.(move).key
		byKey[k] = append(byKey[k], op)
	}
	for _, ops := range byKey {
		parts = append(parts, ops)
	}
	return parts
}

// checkHistory fails the test if no order of the operations explains them.
func checkHistory(t *testing.T, history []porcupine.Operation, what string) {
	t.Helper()
	if res := porcupine.CheckOperationsTimeout(consentModel(), history, time.Minute); res != porcupine.Ok {
		t.Fatalf("%s: history of %d operations is %s", what, len(history), res)
	}
}

func TestCheckerFindsAStaleRead(t *testing.T) {
	op := func(client int, kind byte, shown bool, call, ret int64) porcupine.Operation {
		return porcupine.Operation{ClientId: client, Input: move{0, kind}, Output: shown || kind != 'r', Call: call, Return: ret}
	}
	good := []porcupine.Operation{op(0, 'g', false, 1, 2), op(0, 'w', false, 3, 6), op(1, 'r', true, 4, 5), op(1, 'r', false, 7, 8)}
	checkHistory(t, good, "good")
	if porcupine.CheckOperations(consentModel(), append(good, op(1, 'r', true, 9, 10))) {
		t.Error("a read that shows what was withdrawn passes")
	}
}

// consents are some people whose consent comes and goes at one Page.
type consents struct {
	*lab
	psids    []string
	pictures []string // URLs from when the profile could be read
	clock    atomic.Int64
}

func openConsents(t *testing.T, set Settings, n int) *consents {
	t.Helper()
	yaml := "pages: {shop: {}}\npeople:\n"
	for i := range n {
		yaml += fmt.Sprintf("  p%d: {first_name: Pat}\n", i)
	}
	c := &consents{lab: openLab(t, set, yaml)}
	for i := range n {
		psid := c.meets(t, fmt.Sprintf("p%d", i), "message")
		c.psids = append(c.psids, psid)
		link := c.link(t, "v25.0", psid, c.ids.Pages["shop"].Token)
		c.pictures = append(c.pictures, link)
		if a := c.get(link, ""); a.status != 200 {
			t.Fatalf("picture: %d", a.status)
		}
		c.meets(t, fmt.Sprintf("p%d", i), "revoke")
	}
	return c
}

// do carries out a move. A look is at the profile, at the picture behind an
// old URL or with the tag of the full profile, by way.
func (c *consents) do(m move, way int) (shown bool, err error) {
	person := fmt.Sprintf("p%d", m.key)
	switch m.kind {
	case 'g':
		_, err = c.World.Act(c.ctx(), world.Action{Person: person, Page: "shop", Event: []string{"message", "get_started"}[way%2]})
		return false, err
	case 'w':
		_, err = c.World.Act(c.ctx(), world.Action{Person: person, Page: "shop", Event: "revoke"})
		return false, err
	}
	return c.look(m.key, way)
}

func (c *consents) look(key, way int) (bool, error) {
	if way%4 == 0 {
		a := c.get(c.pictures[key], "")
		if a.status != 200 && a.status != 403 {
			return false, fmt.Errorf("picture: %s", a)
		}
		return a.status == 200, nil
	}
	a := c.read("v25.0", c.psids[key], "first_name", c.ids.Pages["shop"].Token)
	if a.status != 200 {
		return false, fmt.Errorf("profile: %s", a)
	}
	return a.body != "{}", nil
}

// round has clients do random moves on a few people and returns what was seen.
func (c *consents) round(t *testing.T, seed uint64, clients, moves int) []porcupine.Operation {
	var mu sync.Mutex
	var history []porcupine.Operation
	var wg sync.WaitGroup
	for id := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(id)))
			for range moves {
				m := move{rng.IntN(len(c.psids)), "gwrrrr"[rng.IntN(6)]}
				way := rng.Int()
				call := c.clock.Add(1)
				shown, err := c.do(m, way)
				ret := c.clock.Add(1)
				if err != nil {
					t.Errorf("seed %d: %c: %v", seed, m.kind, err)
					return
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: id, Input: m, Call: call, Output: shown || m.kind != 'r', Return: ret})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return history
}

// T-CON-09: eight clients, four people, grants, withdrawals and looks at
// random. In memory and on disk, with the cache and with hardly any.
func TestConsentIsLinearizable(t *testing.T) {
	for name, set := range map[string]Settings{
		"memory": {}, "memory, small cache": {CacheEntries: 16}, "sqlite": {Path: "kith.db"},
	} {
		t.Run(name, func(t *testing.T) {
			if set.Path != "" {
				set.Path = filepath.Join(t.TempDir(), set.Path)
			}
			c := openConsents(t, set, 4)
			limit, rounds := 1500*time.Millisecond, 0
			if soak() {
				limit = 20 * time.Second
			}
			seed := uint64(time.Now().UnixNano())
			for begin := time.Now(); time.Since(begin) < limit; rounds++ {
				checkHistory(t, c.quiet(t, c.round(t, seed+uint64(rounds), 8, 100)), fmt.Sprintf("seed %d", seed+uint64(rounds)))
			}
			t.Logf("%d rounds of 800 operations", rounds)
		})
	}
}

// quiet withdraws all consent, so that the next history begins where the model
// does. It comes after everything and changes nothing about it.
func (c *consents) quiet(t *testing.T, history []porcupine.Operation) []porcupine.Operation {
	t.Helper()
	for key := range c.psids {
		if _, err := c.do(move{key, 'w'}, 0); err != nil {
			t.Fatal(err)
		}
	}
	return history
}

// P3 straight: while one person grants and withdraws, no look that begins after
// a withdrawal was acknowledged and ends before the next grant began shows anything.
func TestNothingIsShownAfterAWithdrawal(t *testing.T) {
	for _, set := range []Settings{{}, {CacheEntries: 16}} {
		c := openConsents(t, set, 1)
		var epoch atomic.Int64 // even: withdrawn and acknowledged; odd: anything may be
		var wg sync.WaitGroup
		done := make(chan struct{})
		looks := atomic.Int64{}
		for way := range 4 {
			wg.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					before := epoch.Load()
					shown, err := c.look(0, way)
					if err != nil {
						t.Error(err)
						return
					}
					if looks.Add(1); shown && before%2 == 0 && epoch.Load() == before {
						t.Errorf("way %d shows what was withdrawn", way)
						return
					}
				}
			})
		}
		for range 1000 {
			epoch.Add(1)
			_, errG := c.do(move{0, 'g'}, 0)
			_, errW := c.do(move{0, 'w'}, 0)
			if errG != nil || errW != nil {
				t.Error(errG, errW)
			}
			epoch.Add(1)
		}
		close(done)
		wg.Wait()
		t.Logf("%d looks", looks.Load())
	}
}
