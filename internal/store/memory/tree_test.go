package memory

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type kv struct{ key, value int }

func newTree() tree[kv] {
	return tree[kv]{compare: func(a, b kv) int { return cmp.Compare(a.key, b.key) }}
}

// audit checks the shape below n and returns its depth.
func audit(t *rapid.T, n *node[kv], root bool) int {
	if !root && len(n.items) < minItems || len(n.items) > maxItems {
		t.Fatalf("node with %d items", len(n.items))
	}
	if n.kids == nil {
		return 1
	}
	if len(n.kids) != len(n.items)+1 {
		t.Fatalf("node with %d items and %d kids", len(n.items), len(n.kids))
	}
	depth := audit(t, n.kids[0], false)
	for _, k := range n.kids[1:] {
		if audit(t, k, false) != depth {
			t.Fatal("leaves at different depths")
		}
	}
	return depth + 1
}

// list walks the tree from key, both ways.
func list(tr *tree[kv], from int) (up, down []kv) {
	tr.ascend(kv{key: from}, func(x kv) bool { up = append(up, x); return true })
	tr.descend(kv{key: from}, func(x kv) bool { down = append(down, x); return true })
	return up, down
}

func checkTree(t *rapid.T, name string, tr *tree[kv], want map[int]int, from int) {
	var above, below []kv
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if k >= from {
			above = append(above, kv{k, want[k]})
		}
		if k <= from {
			below = append(below, kv{k, want[k]})
		}
	}
	slices.Reverse(below)
	up, down := list(tr, from)
	if !slices.Equal(up, above) || !slices.Equal(down, below) {
		t.Fatalf("%s: walks from %d are wrong", name, from)
	}
	for k, v := range want {
		if got, ok := tr.find(kv{key: k}); !ok || got.value != v {
			t.Fatalf("%s: find(%d) = %v, %t", name, k, got, ok)
		}
	}
	if tr.root != nil {
		audit(t, tr.root, true)
	}
}

// Random edits agree with a map, keep the shape, and never touch a snapshot.
func TestTreeAgreesWithMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, want := newTree(), map[int]int{}
		for round := range rapid.IntRange(1, 4).Draw(t, "rounds") {
			before, beforeWant := tr, maps.Clone(want)
			e := &edit{}
			step := rapid.SampledFrom([]int{1, 7, 1009}).Draw(t, "step")
			start := rapid.IntRange(0, 5000).Draw(t, "start")
			removing := round > 0 && rapid.Bool().Draw(t, "removing")
			for i := range rapid.IntRange(0, 3000).Draw(t, "count") {
				k := (start + i*step) % 5003
				_, had := want[k]
				if removing {
					if got := tr.remove(e, kv{key: k}); got != had {
						t.Fatalf("remove(%d) = %t, had %t", k, got, had)
					}
					delete(want, k)
					continue
				}
				if got := tr.set(e, kv{k, round}); got == had {
					t.Fatalf("set(%d) = %t, had %t", k, got, had)
				}
				want[k] = round
			}
			from := rapid.IntRange(-1, 5003).Draw(t, "from")
			checkTree(t, "after", &tr, want, from)
			checkTree(t, "snapshot", &before, beforeWant, from)
		}
	})
}
