package postgres

import (
	"sync/atomic"
	"time"
)

// versions hands out the version of each transaction: microseconds, with a few
// bits that tell processes apart below, and above every version this process
// has ever seen. So no row or counter is shared by all writers, and whoever
// read a record writes it under a higher version, whatever the clocks say.
type versions struct {
	now   func() time.Time
	nonce int64
	last  atomic.Int64
}

// nonceBits leave 52 bits for microseconds below the bound of times.
const nonceBits = 8

func (v *versions) next() int64 {
	for {
		last := v.last.Load()
		us := max(v.now().UnixMicro(), last>>nonceBits+1)
		next := us<<nonceBits | v.nonce
		if v.last.CompareAndSwap(last, next) {
			return next
		}
	}
}

// see learns of a version that somebody else wrote.
func (v *versions) see(version int64) {
	for {
		last := v.last.Load()
		if version <= last || v.last.CompareAndSwap(last, version) {
			return
		}
	}
}
