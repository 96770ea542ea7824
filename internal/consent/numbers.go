package consent

import (
	"encoding/binary"

	"github.com/kithgraph/kith/internal/store"
)

// numbers are the values of one packed field, as signed varints. Those that a
// later kith appends are ignored, those that an earlier one lacked are zero.
type numbers []int64

func pack(ns []int64) []byte {
	var b []byte
	for _, n := range ns {
		b = binary.AppendVarint(b, n)
	}
	return b
}

func unpack(b []byte) (numbers, error) {
	const most = 64
	var ns numbers
	for len(b) > 0 {
		n, size := binary.Varint(b)
		if size <= 0 || len(ns) == most {
			return nil, errDamaged
		}
		ns, b = append(ns, n), b[size:]
	}
	return ns, nil
}

func (ns numbers) at(i int) int64 {
	if i < len(ns) {
		return ns[i]
	}
	return 0
}

func (s Stamp) numbers() []int64 { return []int64{int64(s.Event), s.At, s.Seq} }

func (ns numbers) stamp(i int) Stamp {
	return Stamp{Event: Event(ns.at(i)), At: ns.at(i + 1), Seq: ns.at(i + 2)}
}

func (s Switch) numbers() []int64 { return []int64{bits(s.On), s.At, s.Seq} }

func (ns numbers) toggle() Switch {
	return Switch{On: ns.at(0) != 0, At: ns.at(1), Seq: ns.at(2)}
}

// numbers of a grant: the app, its withdrawal, then each different stamp with
// the set of editions it stands for, which mostly is a single one.
func (g *Grant) numbers() []int64 {
	ns := append([]int64{int64(g.App)}, g.Revoked.numbers()...)
	var done Editions
	for ed := range editions {
		st := g.By[ed]
		if done.Has(ed) || st == (Stamp{}) {
			continue
		}
		var same Editions
		for e := ed; e < editions; e++ {
			if g.By[e] == st {
				same |= 1 << e
			}
		}
		done |= same
		ns = append(append(ns, int64(same)), st.numbers()...)
	}
	return ns
}

func (ns numbers) grant() (Grant, error) {
	const head, group = 4, 4
	if len(ns) < head || (len(ns)-head)%group != 0 {
		return Grant{}, errDamaged
	}
	g := Grant{App: store.ID(ns[0]), Revoked: ns.stamp(1)}
	for i := head; i < len(ns); i += group {
		for ed := range editions {
			if Editions(ns[i]).Has(ed) {
				g.By[ed] = ns.stamp(i + 1)
			}
		}
	}
	return g, nil
}

// bits packs truths, the first in the lowest bit.
func bits(bs ...bool) (n int64) {
	for i, b := range bs {
		if b {
			n |= 1 << i
		}
	}
	return n
}

func setBits(n int64, bs ...*bool) {
	for i, b := range bs {
		*b = n>>i&1 != 0
	}
}
