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
	kind byte // m message, w revoke, b block, u unblock, e erase, r read; t invalidate a token, T read with it
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
	clock atomic.Int64
	mu    sync.Mutex
	ops   []op
	mids  map[string]move // acknowledged messages
	maybe map[string]bool // those without an answer
	lost  int             // reads without an answer
}

func newHistory() *history { return &history{mids: map[string]move{}, maybe: map[string]bool{}} }

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

// linearizable returns what is wrong with the operations of some key.
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

// neverAfter returns a read that began after a withdrawal was acknowledged and
// shows what that took, though nothing can have given it back in between.
func neverAfter(ops []op) error {
	for _, list := range byKey(ops) {
		for _, r := range list {
			if r.write() || !r.shown {
				continue
			}
			for _, w := range list {
				if w.write() && w.known && w.ret < r.call && strings.IndexByte("wbet", w.kind) >= 0 && !restored(list, w, r) {
					return fmt.Errorf("node %d shows key %d at %d..%d, after %q was acknowledged at %d..%d by node %d",
						r.node, r.key, r.call, r.ret, w.kind, w.call, w.ret, w.node)
				}
			}
		}
	}
	return nil
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
	writes, shown, unknown := 0, 0, 0
	for _, o := range h.ops {
		switch {
		case o.write() && o.known:
			writes++
		case o.write():
			unknown++
		case o.shown:
			shown++
		}
	}
	t.Logf("%d operations: %d acknowledged writes, %d of unknown outcome, %d reads that show a profile, %d reads without an answer",
		len(h.ops), writes, unknown, shown, h.lost)
	for _, err := range []error{neverAfter(h.ops), linearizable(h.ops)} {
		if err != nil {
			t.Error(err)
		}
	}
}

func (h *history) length() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.ops)
}
