package app

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// A deed is one operation of a history that mixes people and tokens:
//
//	g grant   w withdraw   b block   u unblock   e erase   t invalidate a token
//	r look at a profile with a token   p look at a picture, without one
type deed struct {
	client    int
	kind      byte
	person    int
	token     string
	call, ret int64
	known     bool // there was an answer
	shown     bool // the profile or picture was
	refused   bool // for the token
}

var eventOf = map[byte]string{'g': "message", 'w': "revoke", 'b': "block", 'u': "unblock", 'e': "erase"}

func (d *deed) looks() bool { return d.kind == 'r' || d.kind == 'p' }

// condition is what the model knows of a person.
type condition struct{ granted, blocked, erased bool }

func (s condition) after(kind byte) condition {
	switch kind {
	case 'g':
		s.granted = true
	case 'w':
		s.granted = false
	case 'b':
		s.blocked = true
	case 'u':
		s.blocked = false
	case 'e':
		s.erased = true
	}
	return s
}

func (s condition) shows() bool { return s.granted && !s.blocked && !s.erased }

// personModel: a person is linearizable. A write without an answer may have
// happened or not.
func personModel() *porcupine.NondeterministicModel {
	return &porcupine.NondeterministicModel{
		Partition: func(ops []porcupine.Operation) [][]porcupine.Operation {
			return partition(ops, func(d deed) int { return d.person })
		},
		Init: func() []any { return []any{condition{}} },
		Step: func(state, input, _ any) []any {
			s, d := state.(condition), input.(deed)
			switch {
			case d.looks() && d.shown == s.shows(), !d.looks() && d.known && s.after(d.kind) == s:
				return []any{s}
			case d.looks():
				return nil
			case d.known:
				return []any{s.after(d.kind)}
			}
			return []any{s, s.after(d.kind)}
		},
	}
}

// tokenModel: a token works until it is invalidated.
func tokenModel() *porcupine.NondeterministicModel {
	return &porcupine.NondeterministicModel{
		Partition: func(ops []porcupine.Operation) [][]porcupine.Operation {
			return partition(ops, func(d deed) string { return d.token })
		},
		Init: func() []any { return []any{true} },
		Step: func(state, input, _ any) []any {
			works, d := state.(bool), input.(deed)
			switch {
			case d.kind == 'r' && d.refused == works:
				return nil
			case d.kind == 'r':
				return []any{works}
			case d.known:
				return []any{false}
			}
			return []any{works, false}
		},
	}
}

func partition[K comparable](ops []porcupine.Operation, key func(deed) K) (parts [][]porcupine.Operation) {
	by := map[K][]porcupine.Operation{}
	for _, op := range ops {
		k := key(op.Input.(deed))
		by[k] = append(by[k], op)
	}
	for _, part := range by {
		parts = append(parts, part)
	}
	return parts
}

// personDeeds are those that say something about people: a look with a refused
// token does not.
func personDeeds(log []deed) []porcupine.Operation {
	return operations(log, func(d *deed) bool { return d.kind != 't' && !d.refused })
}

func tokenDeeds(log []deed) []porcupine.Operation {
	return operations(log, func(d *deed) bool { return d.kind == 't' || d.kind == 'r' })
}

func operations(log []deed, keep func(*deed) bool) (ops []porcupine.Operation) {
	for i := range log {
		if d := &log[i]; keep(d) {
			ops = append(ops, porcupine.Operation{ClientId: d.client, Input: *d, Call: d.call, Return: d.ret})
		}
	}
	return ops
}

// shownAfterAcknowledgement finds a look that began after something was
// acknowledged as taken away, by whatever key, and shows it although nothing
// that could have given it back began before the look ended. It returns nil if
// there is none.
func shownAfterAcknowledgement(log []deed) *deed {
	gives := map[byte]byte{'w': 'g', 'b': 'u', 'e': 0}
	people, tokens := map[int][]*deed{}, map[string][]*deed{}
	for i := range log {
		switch d := &log[i]; d.kind {
		case 'r', 'p':
		case 't':
			tokens[d.token] = append(tokens[d.token], d)
		default:
			people[d.person] = append(people[d.person], d)
		}
	}
	for i := range log {
		look := &log[i]
		if !look.looks() || !look.shown {
			continue
		}
		for _, t := range tokens[look.token] {
			if look.kind == 'r' && t.known && t.ret < look.call {
				return look
			}
		}
		for _, took := range people[look.person] {
			back, takes := gives[took.kind]
			if takes && took.known && took.ret < look.call && !givenBack(people[look.person], took, look, back) {
				return look
			}
		}
	}
	return nil
}

// givenBack reports whether a deed of a kind may lie between two others.
func givenBack(all []*deed, took, look *deed, kind byte) bool {
	for _, d := range all {
		if kind != 0 && d.kind == kind && d.ret > took.call && d.call < look.ret {
			return true
		}
	}
	return false
}

// Both models find what they are for.
func TestModelsFindPlantedBugs(t *testing.T) {
	at := func(kind byte, call int64, d deed) deed {
		d.kind, d.call, d.ret, d.known = kind, call, call+1, true
		return d
	}
	good := []deed{
		at('g', 1, deed{}), at('r', 3, deed{shown: true, token: "a"}), at('b', 5, deed{}), at('r', 7, deed{token: "a"}), at('g', 9, deed{}),
		at('r', 11, deed{token: "a"}), at('u', 13, deed{}), at('p', 15, deed{shown: true}), at('t', 17, deed{token: "a"}),
		at('r', 19, deed{refused: true, token: "a"}), at('w', 21, deed{}), at('w', 23, deed{}), at('r', 25, deed{token: "b"}),
		{kind: 'g', call: 27, ret: 28}, at('r', 29, deed{shown: true, token: "b"}), at('e', 31, deed{}), at('g', 33, deed{}), at('p', 35, deed{}),
	}
	checkDeeds(t, good, "good")
	for name, bad := range map[string]deed{
		"after an erasure":     at('p', 50, deed{shown: true}),
		"after a withdrawal":   {kind: 'r', call: 25, ret: 26, known: true, shown: true, token: "b"},
		"after a block":        {kind: 'p', call: 9, ret: 12, known: true, shown: true},
		"after a token's end":  {kind: 'r', call: 19, ret: 20, known: true, shown: true, token: "a"},
		"refused before":       {kind: 'r', call: 3, ret: 4, known: true, refused: true, token: "a"},
		"hidden after a grant": {kind: 'p', call: 3, ret: 4, known: true},
	} {
		log := append([]deed{bad}, good...)
		linear := porcupine.CheckOperations(personModel().ToModel(), personDeeds(log)) && porcupine.CheckOperations(tokenModel().ToModel(), tokenDeeds(log))
		never := shownAfterAcknowledgement(log) == nil
		if linear || never == bad.shown {
			t.Errorf("%s: linearizable %t, never after acknowledgement %t", name, linear, never)
		}
	}
}
