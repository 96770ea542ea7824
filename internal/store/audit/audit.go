package audit

import (
	"context"
	"fmt"
	"slices"

	"github.com/kithgraph/kith/internal/store/driver"
)

// audit is one Run.
type audit struct {
	ctx    context.Context
	r      driver.Reader
	reg    *driver.Registry
	opt    Options
	judge  Judge
	report *Report

	ids     []driver.ID // of all objects, ascending
	mirrors ledger      // an association against its inverse
	counts  ledger      // associations against their counts
}

func (a *audit) say(format string, args ...any) {
	a.report.Found++
	if len(a.report.Problems) < a.opt.Most {
		a.report.Problems = append(a.report.Problems, fmt.Sprintf(format, args...))
	}
}

// row counts a row.
func (a *audit) row() bool {
	const often = 1 << 14
	a.report.Rows++
	if a.opt.Progress != nil && a.report.Rows%often == 0 {
		a.opt.Progress(a.report.Rows)
	}
	return true
}

func (a *audit) run() error {
	for _, part := range []func() error{a.objects, a.assocs, a.countRows, a.keys, a.settle} {
		if err := part(); err != nil {
			return err
		}
	}
	if a.opt.Progress != nil {
		a.opt.Progress(a.report.Rows)
	}
	return nil
}

func (a *audit) objects() error {
	return a.r.Scan(a.ctx, driver.Objects, func(row *driver.Row) bool {
		o := &row.Object
		if n := len(a.ids); n > 0 && o.ID <= a.ids[n-1] {
			a.say("object %d comes behind object %d: the table is out of order", o.ID, a.ids[n-1])
		}
		a.ids = append(a.ids, o.ID)
		if info := a.reg.Kind(o.Kind); info == nil || info.Assoc {
			a.say("object %d is of kind %d, which is no kind of objects", o.ID, o.Kind)
		} else if a.judge != nil {
			a.judge.Object(o)
		}
		return a.row()
	})
}

func (a *audit) there(id driver.ID) bool {
	_, found := slices.BinarySearch(a.ids, id)
	return found
}

func (a *audit) assocs() error {
	err := a.r.Scan(a.ctx, driver.Assocs, func(row *driver.Row) bool {
		as := &row.Assoc
		info := a.reg.Kind(as.Kind)
		if info == nil || !info.Assoc {
			a.say("association %d -> %d is of kind %d, which is no kind of associations", as.From, as.To, as.Kind)
			return a.row()
		}
		for _, end := range [...]driver.ID{as.From, as.To} {
			// A negative end is a number made of an upload or of what a person is found
			// by: there is no object.
			if end >= 0 && !a.there(end) {
				a.say("%s %d -> %d: there is no object %d", info.Name, as.From, as.To, end)
			}
		}
		a.book(as, info)
		if a.judge != nil {
			a.judge.Assoc(as)
		}
		return a.row()
	})
	if err == nil && a.judge != nil {
		a.judge.Done()
	}
	return err
}

// book enters an association into the ledgers. Owner and mirror of a pair have
// one hash and opposite signs; a kind that is its own inverse has both rows, and
// their order gives the sign.
func (a *audit) book(as *driver.Assoc, info *driver.KindInfo) {
	if h, sign, ok := mirror(as, info, a.time(as, info)); ok {
		a.mirrors.add(h, sign)
	}
	if info.Counted {
		a.counts.add(hash(int64(as.From), int64(as.Kind)), 1)
	}
}

// time is the time that an association has in common with its inverse, if any.
func (a *audit) time(as *driver.Assoc, info *driver.KindInfo) int64 {
	if a.reg.Apart(info) {
		return 0
	}
	return as.Time
}

func mirror(as *driver.Assoc, info *driver.KindInfo, time int64) (h uint64, sign int64, ok bool) {
	low, high, kind, sign := as.From, as.To, as.Kind, int64(1)
	switch {
	case info.Inverse == 0 || info.Inverse == as.Kind && as.From == as.To:
		return 0, 0, false
	case info.Inverse < as.Kind || info.Inverse == as.Kind && as.From > as.To:
		low, high, kind, sign = as.To, as.From, info.Inverse, -1
	}
	return hash(int64(low), int64(kind), int64(high), time), sign, true
}

func (a *audit) countRows() error {
	return a.r.Scan(a.ctx, driver.Counts, func(row *driver.Row) bool {
		c := &row.Count
		if info := a.reg.Kind(c.Kind); info == nil || !info.Counted {
			a.say("object %d has a count of kind %d, which is not counted", c.From, c.Kind)
		} else {
			a.counts.add(hash(int64(c.From), int64(c.Kind)), -c.N)
		}
		return a.row()
	})
}

func (a *audit) keys() error {
	return a.r.Scan(a.ctx, driver.Keys, func(row *driver.Row) bool {
		k := &row.Key
		space := a.reg.Space(k.Space)
		switch {
		case space == nil:
			a.say("a key lies in space %d, which is none", k.Space)
		case !a.there(k.ID):
			a.say("a key of space %s leads to object %d, which is not there", space.Name, k.ID)
		}
		return a.row()
	})
}

// settle looks for the rows behind a ledger that does not balance.
func (a *audit) settle() error {
	if a.mirrors.balanced() && a.counts.balanced() {
		return nil
	}
	s := &search{audit: a, pairs: map[pair]int64{}, lists: map[list]int64{}}
	return s.run()
}
