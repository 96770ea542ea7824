package memory

import "slices"

// set inserts item or replaces the equal one; it says whether it was new.
func (t *tree[T]) set(e *edit, item T) (added bool) {
	if t.root == nil {
		t.root = &node[T]{owner: e, items: []T{item}}
		return true
	}
	t.root = t.root.own(e)
	if len(t.root.items) == maxItems {
		left := t.root
		t.root = &node[T]{owner: e, kids: []*node[T]{left}}
		t.root.split(e, 0)
	}
	return t.root.set(e, item, t.compare)
}

// set works on an owned node with room for one more item.
func (n *node[T]) set(e *edit, item T, compare func(a, b T) int) (added bool) {
	i, found := slices.BinarySearchFunc(n.items, item, compare)
	if found {
		n.items[i] = item
		return false
	}
	if n.kids == nil {
		n.items = slices.Insert(n.items, i, item)
		return true
	}
	if len(n.kids[i].items) == maxItems {
		n.split(e, i)
		switch c := compare(item, n.items[i]); {
		case c == 0:
			n.items[i] = item
			return false
		case c > 0:
			i++
		}
	}
	return n.kid(e, i).set(e, item, compare)
}

// split cuts the full child i in two around its middle item, which moves up.
func (n *node[T]) split(e *edit, i int) {
	left := n.kid(e, i)
	right := &node[T]{owner: e, items: slices.Clone(left.items[minItems+1:])}
	middle := left.items[minItems]
	clear(left.items[minItems:])
	left.items = left.items[:minItems]
	if left.kids != nil {
		right.kids = slices.Clone(left.kids[minItems+1:])
		clear(left.kids[minItems+1:])
		left.kids = left.kids[:minItems+1]
	}
	n.items = slices.Insert(n.items, i, middle)
	n.kids = slices.Insert(n.kids, i+1, right)
}

// remove takes out the item equal to key; it says whether there was one.
func (t *tree[T]) remove(e *edit, key T) (removed bool) {
	if _, ok := t.find(key); !ok {
		return false // without copying anything
	}
	t.root = t.root.own(e)
	t.root.remove(e, key, t.compare)
	if len(t.root.items) == 0 {
		if t.root.kids == nil {
			t.root = nil
		} else {
			t.root = t.root.kids[0]
		}
	}
	return true
}

// remove works on an owned node that holds key or has it below.
func (n *node[T]) remove(e *edit, key T, compare func(a, b T) int) {
	i, found := slices.BinarySearchFunc(n.items, key, compare)
	switch {
	case n.kids == nil:
		if found {
			n.items = slices.Delete(n.items, i, i+1)
		}
		return
	case found:
		n.items[i] = n.kid(e, i).removeLast(e)
	default:
		n.kid(e, i).remove(e, key, compare)
	}
	n.refill(e, i)
}

// removeLast takes out and returns the greatest item below an owned node.
func (n *node[T]) removeLast(e *edit) T {
	if n.kids == nil {
		last := n.items[len(n.items)-1]
		n.items = slices.Delete(n.items, len(n.items)-1, len(n.items))
		return last
	}
	i := len(n.kids) - 1
	last := n.kid(e, i).removeLast(e)
	n.refill(e, i)
	return last
}

// refill gives child i an item of a neighbour, or joins the two, if it has
// become too small.
func (n *node[T]) refill(e *edit, i int) {
	if len(n.kids[i].items) >= minItems {
		return
	}
	switch {
	case i > 0 && len(n.kids[i-1].items) > minItems:
		n.rotateRight(e, i-1)
	case i < len(n.items) && len(n.kids[i+1].items) > minItems:
		n.rotateLeft(e, i)
	case i > 0:
		n.join(e, i-1)
	default:
		n.join(e, i)
	}
}

// rotateRight moves one item from child i over items[i] to child i+1.
func (n *node[T]) rotateRight(e *edit, i int) {
	left, right := n.kid(e, i), n.kid(e, i+1)
	last := len(left.items) - 1
	right.items = slices.Insert(right.items, 0, n.items[i])
	n.items[i] = left.items[last]
	left.items = slices.Delete(left.items, last, last+1)
	if left.kids != nil {
		right.kids = slices.Insert(right.kids, 0, left.kids[last+1])
		left.kids = slices.Delete(left.kids, last+1, last+2)
	}
}

// rotateLeft moves one item from child i+1 over items[i] to child i.
func (n *node[T]) rotateLeft(e *edit, i int) {
	left, right := n.kid(e, i), n.kid(e, i+1)
	left.items = append(left.items, n.items[i])
	n.items[i] = right.items[0]
	right.items = slices.Delete(right.items, 0, 1)
	if right.kids != nil {
		left.kids = append(left.kids, right.kids[0])
		right.kids = slices.Delete(right.kids, 0, 1)
	}
}

// join makes one child of child i, items[i] and child i+1.
func (n *node[T]) join(e *edit, i int) {
	left, right := n.kid(e, i), n.kids[i+1]
	left.items = append(append(left.items, n.items[i]), right.items...)
	left.kids = append(left.kids, right.kids...)
	n.items = slices.Delete(n.items, i, i+1)
	n.kids = slices.Delete(n.kids, i+1, i+2)
}
