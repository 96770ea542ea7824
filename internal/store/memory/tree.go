package memory

import "slices"

// Nodes other than the root hold between minItems and maxItems items.
const (
	maxItems = 63
	minItems = maxItems / 2
)

// An edit is the right to change nodes in place: one for each transaction.
// Nodes of another edit are copied before they are changed, so that a root,
// once published, never changes.
type edit struct{ _ byte }

// A tree is a sorted set of items. Copying the struct is a snapshot.
type tree[T any] struct {
	root    *node[T]
	compare func(a, b T) int
}

type node[T any] struct {
	owner *edit
	items []T
	kids  []*node[T] // none in a leaf, else one more than items
}

// find returns the item equal to key.
func (t *tree[T]) find(key T) (item T, ok bool) {
	for n := t.root; n != nil; {
		i, found := slices.BinarySearchFunc(n.items, key, t.compare)
		if found {
			return n.items[i], true
		}
		if n.kids == nil {
			break
		}
		n = n.kids[i]
	}
	return item, false
}

// ascend walks the items from the first one not below key, until f is false.
func (t *tree[T]) ascend(key T, f func(T) bool) {
	t.root.ascend(&key, t.compare, f)
}

// all walks every item in order, until f is false.
func (t *tree[T]) all(f func(T) bool) {
	t.root.ascend(nil, t.compare, f)
}

// descend walks the items from the last one not above key, until f is false.
func (t *tree[T]) descend(key T, f func(T) bool) {
	t.root.descend(&key, t.compare, f)
}

func (n *node[T]) ascend(key *T, compare func(a, b T) int, f func(T) bool) bool {
	if n == nil {
		return true
	}
	i := 0
	if key != nil {
		i, _ = slices.BinarySearchFunc(n.items, *key, compare)
	}
	for ; i <= len(n.items); i++ {
		if n.kids != nil && !n.kids[i].ascend(key, compare, f) {
			return false
		}
		key = nil // everything further right is above it
		if i < len(n.items) && !f(n.items[i]) {
			return false
		}
	}
	return true
}

func (n *node[T]) descend(key *T, compare func(a, b T) int, f func(T) bool) bool {
	if n == nil {
		return true
	}
	i := len(n.items)
	if key != nil {
		at, found := slices.BinarySearchFunc(n.items, *key, compare)
		if i = at; found {
			// The item itself comes first, its right subtree is above key.
			if !f(n.items[at]) {
				return false
			}
			key = nil
		}
	}
	for ; i >= 0; i-- {
		if n.kids != nil && !n.kids[i].descend(key, compare, f) {
			return false
		}
		key = nil
		if i > 0 && !f(n.items[i-1]) {
			return false
		}
	}
	return true
}

// own returns n if e may change it, else a copy that e may change.
func (n *node[T]) own(e *edit) *node[T] {
	if n.owner == e {
		return n
	}
	c := &node[T]{owner: e, items: slices.Clone(n.items)}
	if n.kids != nil {
		c.kids = slices.Clone(n.kids)
	}
	return c
}

// kid returns the i-th child, made changeable by e. n must be owned by e.
func (n *node[T]) kid(e *edit, i int) *node[T] {
	n.kids[i] = n.kids[i].own(e)
	return n.kids[i]
}
