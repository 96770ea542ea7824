//go:build unix

package failover

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
)

// A move is one operation. Key is a person, or a token for 't' and 'T'.
type move struct {
	key  int
	kind byte // m message, w revoke, b block, u unblock, e erase, r read; t invalidate a token, T use it
}

// Keys of tokens begin here.
const firstToken = 1 << 20

func (m move) write() bool { return m.kind != 'r' && m.kind != 'T' }

// An op is a move with what came of it. A write is known to have happened or
// not known; a read that got no answer is none.
type op struct {
	move
	known     bool // acknowledged
	shown     bool // of a read
	call, ret int64
	node      int
}

// A history is what the clients saw.
type history struct {
	clock *atomic.Int64
	mu    sync.Mutex
	ops   []op
	mids  map[string]move // acknowledged messages
	maybe map[string]bool // those without an answer
	lost  int             // reads without an answer
	// Withdrawals that were sent twice at a time, or again without an answer.
	doubled, retried int
	uses             int // of tokens
}

func newHistory() *history {
	return &history{clock: &atomic.Int64{}, mids: map[string]move{}, maybe: map[string]bool{}}
}

// add keeps an operation. What got no answer may happen at any later time: the
// node that has it may stand still now.
func (h *history) add(o op, mid string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !o.known && !o.write():
		h.lost++
		return
	case !o.known:
		o.ret = math.MaxInt64
	}
	if mid != "" && o.known {
		h.mids[mid] = o.move
	} else if mid != "" {
		h.maybe[mid] = true
	}
	if o.kind == 'T' {
		h.uses++
	}
	h.ops = append(h.ops, o)
}

// A standing is where a person stands with the Page.
type standing struct{ granted, blocked, gone bool }

func (s standing) shown() bool { return s.granted && !s.blocked && !s.gone }

func (s standing) after(kind byte) standing {
	switch kind {
	case 'm':
		s.granted = true
	case 'w':
		s.granted = false
	case 'b':
		s.blocked = true
	case 'u':
		s.blocked = false
	case 'e', 't':
		s.gone = true
	}
	return s
}

// model says how one key behaves: as if one operation came after the other.
func model() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Init: func() []any { return []any{standing{}} },
		Step: func(state, input, output any) []any {
			s, o := state.(standing), input.(op)
			shown := s.shown()
			if o.kind == 'T' {
				shown = !s.gone
			}
			switch {
			case o.write() && o.known:
				return []any{s.after(o.kind)}
			case o.write():
				return []any{s, s.after(o.kind)}
			case shown == o.shown:
				return []any{s}
			}
			return nil
		},
	}
	return m.ToModel()
}

// byKey are the operations of each key in the order in which they were noted.
func byKey(ops []op) map[int][]op {
	keys := map[int][]op{}
	for _, o := range ops {
		keys[o.key] = append(keys[o.key], o)
	}
	return keys
}

// linearizable returns what is wrong with the operations of some key. A read of
// a profile is two: the token is used, and if it was good, the person is seen.
func linearizable(ops []op) error {
	for key, list := range byKey(ops) {
		var of []porcupine.Operation
		for _, o := range list {
			of = append(of, porcupine.Operation{Input: o, Call: o.call, Output: o.shown, Return: o.ret})
		}
		if res := porcupine.CheckOperationsTimeout(model(), of, checkLimit); res != porcupine.Ok {
			return fmt.Errorf("the %d operations on key %d are %s", len(of), key, res)
		}
	}
	return nil
}

// neverAfter returns a read that began after something it rests on was taken and
// that was acknowledged, be it the consent or the token, and shows the profile
// though nothing can have given it back in between.
func neverAfter(ops []op) error {
	if found := stale(ops); len(found) > 0 {
		r, w := found[0].read, found[0].after
		return fmt.Errorf("node %d shows key %d at %d..%d, after %q was acknowledged at %d..%d by node %d (and %d more)",
			r.node, r.key, r.call, r.ret, w.kind, w.call, w.ret, w.node, len(found)-1)
	}
	return nil
}

// A breach is a read that shows what a write took before it began.
type breach struct{ read, after op }

func stale(ops []op) (found []breach) {
	for _, list := range byKey(ops) {
		for _, r := range list {
			if r.write() || !r.shown {
				continue
			}
			for _, w := range list {
				if w.write() && w.known && w.ret < r.call && strings.IndexByte("wbet", w.kind) >= 0 && !restored(list, w, r) {
					found = append(found, breach{r, w})
					break
				}
			}
		}
	}
	return found
}

// caught fails the test unless both checkers find what a node with a planted bug
// showed: in its reads and everybody's writes.
func (h *history) caught(t *testing.T, bug string, reads []op) {
	t.Helper()
	ops := reads
	for _, o := range h.ops {
		if o.write() {
			ops = append(ops, o)
		}
	}
	never := stale(ops)
	if len(never) == 0 {
		t.Errorf("%s: %d reads of a node with this bug pass", bug, len(reads))
		return
	}
	key := never[0].read.key
	if err := linearizable(byKey(ops)[key]); err == nil {
		t.Errorf("%s: key %d is linearizable", bug, key)
	} else {
		t.Logf("%s: caught: %v; %v", bug, neverAfter(ops), err)
	}
}

// restored is true if a write that may have come between w and r gives back
// what w took.
func restored(list []op, w, r op) bool {
	back := map[byte]byte{'w': 'm', 'b': 'u'}[w.kind]
	for _, g := range list {
		if g.kind == back && g.ret > w.call && g.call < r.ret {
			return true
		}
	}
	return false
}

// recorded compares the messages that were acknowledged with those that the
// database has: each once, and no other twice. People who were erased have none.
func (h *history) recorded(export string) error {
	found, people := map[string]int{}, map[string]bool{}
	for line := range strings.Lines(export) {
		var l struct {
			Person *struct {
				Handle  string
				History []struct{ Event, Mid string }
			}
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			return fmt.Errorf("export: %w in %q", err, line)
		}
		if l.Person == nil {
			continue
		}
		people[l.Person.Handle] = true
		for _, e := range l.Person.History {
			if e.Mid != "" {
				found[e.Mid]++
			}
		}
	}
	for mid, m := range h.mids {
		if people[handle(m.key)] && found[mid] == 0 {
			return fmt.Errorf("message %s was acknowledged and is lost", mid)
		}
	}
	for mid, n := range found {
		if _, acked := h.mids[mid]; n > 1 || !acked && !h.maybe[mid] {
			return fmt.Errorf("message %s is recorded %d times", mid, n)
		}
	}
	return nil
}

func handle(key int) string { return fmt.Sprintf("p%d", key) }

// check is all of it.
func (h *history) check(t *testing.T) {
	t.Helper()
	writes, unknown, kinds := 0, 0, map[string]int{}
	for _, o := range h.ops {
		switch {
		case o.write() && o.known:
			writes++
		case o.write():
			unknown++
		case o.shown:
			kinds["shown "+string(o.kind)]++
		}
		kinds[string(o.kind)]++
	}
	t.Logf("%d operations: %d acknowledged writes, %d of unknown outcome, %d withdrawals doubled and %d retried, %d reads without an answer, by kind %v",
		h.length(), writes, unknown, h.doubled, h.retried, h.lost, kinds)
	for _, err := range []error{neverAfter(h.ops), linearizable(h.ops)} {
		if err != nil {
			t.Error(err)
		}
	}
}

// shown is how many reads showed a profile so far.
func (h *history) shown() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.ops {
		if h.ops[i].shown && h.ops[i].kind == 'r' {
			n++
		}
	}
	return n
}

// length is how many operations there are. The use of a token is part of a read.
func (h *history) length() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.ops) - h.uses
}
