// Package audit looks through a whole database for what must never be wrong,
// and counts what is in it. It reads by Scan only, so that every backend can be
// looked at the same way, with memory for the ids and no more.
//
// It owns what follows from the registry: inverses, counts, ends and keys. It
// refuses to know what records mean; those who do hand in a Judge.
package audit

import (
	"context"
	"fmt"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Judge looks at every row in the order in which a table is scanned, objects
// first, then associations, and says what is wrong through the function it was
// made with. The bytes of a row are valid during the call only.
type Judge interface {
	Object(o *driver.Object)
	Assoc(a *driver.Assoc)
	// Done is called behind the last association.
	Done()
}

// Options of a Run. Zero values are useful.
type Options struct {
	// Judge makes a judge that reports through say; nil judges nothing.
	Judge func(say func(format string, args ...any)) Judge
	// Most is how many problems are told in words; zero means 100. All are
	// counted.
	Most int
	// Progress hears how many rows were looked at, now and then; may be nil.
	Progress func(rows int64)
}

// A Report is what Run found.
type Report struct {
	Rows     int64    `json:"rows"`
	Found    int64    `json:"found"` // problems
	Problems []string `json:"problems"`
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return r.Found == 0 }

// Run looks through one snapshot of a store. An error is a store that cannot be
// read; what is wrong in it is in the Report.
func Run(ctx context.Context, st driver.Store, reg *driver.Registry, opt Options) (*Report, error) {
	if opt.Most <= 0 {
		opt.Most = 100
	}
	var out *Report
	err := st.View(ctx, func(r driver.Reader) error {
		a := &audit{ctx: ctx, r: r, reg: reg, opt: opt, report: &Report{Problems: []string{}}}
		if opt.Judge != nil {
			a.judge = opt.Judge(a.say)
		}
		err := a.run()
		out = a.report
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return out, nil
}
