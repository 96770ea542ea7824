package trial

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// A Load is acknowledged writes by several clients for a while.
type Load struct {
	Store   driver.Store
	Clients int
	For     time.Duration
	// Now is a clock whose readings only mean something next to each other.
	Now func() time.Time
	// Progress, if set, hears of every write.
	Progress func(acknowledged, failed int64)
}

// fate is what a client was told of a write.
type fate uint8

const (
	refused fate = iota // an error: it must not be there
	acked               // it must be there
	lost                // the outcome is unknown: all of it is there or nothing
)

// A Ledger is what the clients of a load were told.
type Ledger struct {
	fates   [][]fate // by client and number, from 1 on
	stale   int64
	Pause   time.Duration // the longest time without an acknowledged write
	LastErr string        // of a write or read that failed
}

// A client's rows: two records that always say the same number, and for each
// write a key and an association.
func left(c int) driver.ID         { return driver.ID(1000 + 2*c) }
func right(c int) driver.ID        { return left(c) + 1 }
func target(c, i int) driver.ID    { return driver.ID(1_000_000_000*(c+1) + i) }
func name(c, i int) driver.Key     { return driver.Key{Space: named, Key: fmt.Sprintf("%d/%d", c, i)} }
func pair(c, i int) driver.Pair    { return driver.Pair{From: left(c), Kind: edge, To: target(c, i)} }
func number(o *driver.Object) int  { n, _ := strconv.Atoi(text(o)); return n }
func text(o *driver.Object) string { return string(o.Data) }

// Run writes until the time is over or ctx ends, whichever comes first.
func (l *Load) Run(ctx context.Context) *Ledger {
	ctx, cancel := context.WithTimeout(ctx, l.For)
	defer cancel()
	book := &Ledger{fates: make([][]fate, l.Clients)}
	var good, bad atomic.Int64
	var mu sync.Mutex
	last := l.Now()
	note := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			now := l.Now()
			book.Pause, last = max(book.Pause, now.Sub(last)), now
			good.Add(1)
		} else if ctx.Err() == nil {
			book.LastErr = err.Error()
			bad.Add(1)
		}
		if l.Progress != nil {
			l.Progress(good.Load(), bad.Load())
		}
	}
	var wg sync.WaitGroup
	for c := range l.Clients {
		wg.Go(func() { l.client(ctx, book, c, note) })
	}
	wg.Wait()
	book.Pause = max(book.Pause, l.Now().Sub(last))
	return book
}

// client writes one number after the other. What has begun is waited for.
func (l *Load) client(ctx context.Context, book *Ledger, c int, note func(error)) {
	last := 0
	for i := 1; ctx.Err() == nil; i++ {
		err := l.Store.Update(ctx, func(w driver.Writer) error { return write(ctx, w, c, i) })
		book.fates[c] = append(book.fates[c], judge(err))
		if note(err); err != nil {
			rest(ctx)
			continue
		}
		last = i
		rs := driver.ReadSet{Objects: []driver.ID{left(c)}, Last: true}
		if err := l.Store.View(ctx, func(r driver.Reader) error { return r.Read(ctx, &rs) }); err != nil {
			continue // a read that fails says nothing
		}
		if o := rs.GotObjects[0]; o == nil || number(o) < last {
			atomic.AddInt64(&book.stale, 1)
		}
	}
}

func judge(err error) fate {
	switch {
	case err == nil:
		return acked
	case errors.Is(err, driver.ErrAmbiguous):
		return lost
	}
	return refused
}

// rest keeps clients from piling up failures.
func rest(ctx context.Context) {
	t := time.NewTimer(20 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func write(ctx context.Context, w driver.Writer, c, i int) error {
	rs := driver.ReadSet{Objects: []driver.ID{left(c), right(c)}}
	if err := w.Read(ctx, &rs); err != nil {
		return err
	}
	data := []byte(strconv.Itoa(i))
	if err := w.Put(ctx, []driver.Object{{ID: left(c), Kind: thing, Data: data}, {ID: right(c), Kind: thing, Data: data}}); err != nil {
		return err
	}
	if _, err := w.Bind(ctx, []driver.Binding{{Key: name(c, i), ID: left(c)}}); err != nil {
		return err
	}
	p := pair(c, i)
	return w.Link(ctx, []driver.Assoc{{From: p.From, Kind: p.Kind, To: p.To, Time: driver.TimeVersion, Data: data}})
}
