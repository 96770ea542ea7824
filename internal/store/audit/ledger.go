package audit

import "github.com/zeebo/xxh3"

// pages of a ledger: what does not balance is looked for in one of so many
// parts.
const pages = 1 << 12

// A ledger adds up what must come to nothing, without keeping the entries: each
// is a hash with a sign, and a page is the sum of its hashes. Two different sums
// come to the same by chance once in 2^64.
type ledger struct {
	sums [pages]uint64
}

func (l *ledger) add(h uint64, sign int64) { l.sums[h%pages] += h * uint64(sign) }

// off reports whether the page of h does not balance.
func (l *ledger) off(h uint64) bool { return l.sums[h%pages] != 0 }

func (l *ledger) balanced() bool {
	for _, sum := range l.sums {
		if sum != 0 {
			return false
		}
	}
	return true
}

// hash mixes numbers.
func hash(ns ...int64) uint64 {
	var b [32]byte
	for i, n := range ns {
		for j := range 8 {
			b[8*i+j] = byte(n >> (8 * j))
		}
	}
	return xxh3.Hash(b[:8*len(ns)])
}
