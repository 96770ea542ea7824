package driver

import (
	"context"
	"fmt"
)

// Verify walks the tables of one snapshot and reports every contradiction
// between rows that are always written together: a kind or space the registry
// does not have, an association without its inverse, an inverse of another time
// or version (unless it is written once), and a count that is not the number of its rows. It needs a few
// megabytes whatever the size of the database and returns the first error of r.
// The reports name rows by number: they are for operators and tests.
func Verify(ctx context.Context, r Reader, reg *Registry, report func(what string)) error {
	v := &verifier{ctx: ctx, r: r, reg: reg, report: report}
	for _, walk := range [...]func() error{v.objects, v.keys, v.assocs, v.counts, v.search} {
		if err := walk(); err != nil {
			return fmt.Errorf("verify: %w", err)
		}
	}
	return nil
}

// sumBits is how finely the sums of a verifier are divided.
const sumBits = 16

// A verifier adds a hash of every row to one of many sums and takes its
// counterpart away: an association is the counterpart of its inverse, a count
// that of the rows it counts. Sums that are not zero in the end are looked at
// again, row by row.
type verifier struct {
	ctx    context.Context
	r      Reader
	reg    *Registry
	report func(string)

	pairs, lists [1 << sumBits]uint64
}

func (v *verifier) say(format string, args ...any) { v.report(fmt.Sprintf(format, args...)) }

func (v *verifier) objects() error {
	return v.r.Scan(v.ctx, Objects, func(row *Row) bool {
		o := &row.Object
		if info := v.reg.Kind(o.Kind); info == nil || info.Assoc {
			v.say("object %d has the unknown kind %d", int64(o.ID), o.Kind)
		}
		return true
	})
}

func (v *verifier) keys() error {
	return v.r.Scan(v.ctx, Keys, func(row *Row) bool {
		k := &row.Key
		if v.reg.Space(k.Space) == nil || k.ID == 0 {
			v.say("key of %d bytes in space %d leads to %d", len(k.Key.Key), k.Space, int64(k.ID))
		}
		return true
	})
}

func (v *verifier) assocs() error {
	return v.r.Scan(v.ctx, Assocs, func(row *Row) bool {
		a := &row.Assoc
		info := v.reg.Kind(a.Kind)
		if info == nil || !info.Assoc {
			v.say("association %s has an unknown kind", Pair{a.From, a.Kind, a.To}.text())
			return true
		}
		if info.Counted {
			bucket, h := sumOf(uint64(a.From), uint64(a.Kind))
			v.lists[bucket] += h
		}
		if side, p := sideOf(a, info); side != 0 {
			bucket, _ := sumOf(uint64(p.From), uint64(p.Kind), uint64(p.To))
			time, version := a.Time, a.Version
			if v.reg.Apart(info) {
				time, version = 0, 0
			}
			_, h := sumOf(uint64(p.From), uint64(p.Kind), uint64(p.To), uint64(time), uint64(version))
			v.pairs[bucket] += h * uint64(side)
		}
		return true
	})
}

func (v *verifier) counts() error {
	return v.r.Scan(v.ctx, Counts, func(row *Row) bool {
		c := &row.Count
		bucket, h := sumOf(uint64(c.From), uint64(c.Kind))
		v.lists[bucket] -= h * uint64(c.N)
		return true
	})
}

// search looks again at the rows whose sums are not zero and names the wrong
// ones.
func (v *verifier) search() error {
	lists, pairs := map[Count]int64{}, map[Pair][]Assoc{}
	err := v.r.Scan(v.ctx, Assocs, func(row *Row) bool {
		a := row.Assoc
		a.Data = nil
		info := v.reg.Kind(a.Kind)
		if info == nil {
			return true
		}
		if bucket, _ := sumOf(uint64(a.From), uint64(a.Kind)); info.Counted && v.lists[bucket] != 0 {
			lists[Count{a.From, a.Kind}]++
		}
		if side, p := sideOf(&a, info); side != 0 {
			if bucket, _ := sumOf(uint64(p.From), uint64(p.Kind), uint64(p.To)); v.pairs[bucket] != 0 {
				pairs[p] = append(pairs[p], a)
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	err = v.r.Scan(v.ctx, Counts, func(row *Row) bool {
		c := &row.Count
		if bucket, _ := sumOf(uint64(c.From), uint64(c.Kind)); v.lists[bucket] != 0 {
			lists[Count{c.From, c.Kind}] -= c.N
		}
		return true
	})
	v.name(lists, pairs)
	return err
}

func (v *verifier) name(lists map[Count]int64, pairs map[Pair][]Assoc) {
	for at, n := range lists {
		if n != 0 {
			v.say("the count of (%d, %d) is wrong by %d", int64(at.From), at.Kind, -n)
		}
	}
	for p, as := range pairs {
		switch {
		case len(as) == 1:
			v.say("association %s has no inverse", Pair{as[0].From, as[0].Kind, as[0].To}.text())
		case v.reg.Apart(v.reg.Kind(p.Kind)):
		case as[0].Time != as[1].Time || as[0].Version != as[1].Version:
			v.say("association %s and its inverse were written at different times", p.text())
		}
	}
}

// sideOf names an association and its inverse by the same pair, one as its
// positive and one as its negative side; zero is an association without one.
func sideOf(a *Assoc, info *KindInfo) (side int64, p Pair) {
	p = Pair{a.From, a.Kind, a.To}
	inv := Pair{a.To, info.Inverse, a.From}
	switch {
	case info.Inverse == 0 || inv == p:
		return 0, p
	case a.Kind < info.Inverse || a.Kind == info.Inverse && a.From < a.To:
		return 1, p
	}
	return -1, inv
}

// sumOf mixes some numbers into a sum's place and what to add there.
func sumOf(parts ...uint64) (bucket, h uint64) {
	for _, p := range parts {
		h ^= p
		h *= 0x9e3779b97f4a7c15
		h ^= h >> 29
		h *= 0xbf58476d1ce4e5b9
		h ^= h >> 32
	}
	return h >> (64 - sumBits), h | 1 // never zero
}

func (p Pair) text() string { return fmt.Sprintf("(%d, %d, %d)", int64(p.From), p.Kind, int64(p.To)) }
