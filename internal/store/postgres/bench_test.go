package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/pgtest"
)

const benchPeople = 10_000

// crowd links people to pages.
func crowd(b *testing.B, s *Store, pages int) {
	b.Helper()
	for from := 0; from < benchPeople; from += 1000 {
		err := s.Update(bg, func(w driver.Writer) error {
			for i := from; i < from+1000; i++ {
				id := driver.ID(1000 + i)
				if err := w.Put(bg, []driver.Object{{ID: id, Kind: thing, Data: make([]byte, 150)}}); err != nil {
					return err
				}
				if err := w.Link(bg, []driver.Assoc{{From: driver.ID(1 + i%pages), Kind: follows, To: id, Time: 1, Data: make([]byte, 60)}}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead asks for what a profile read asks for.
func BenchmarkRead(b *testing.B) {
	s := openAt(b, Options{DSN: pgtest.DB(b)})
	begin := time.Now()
	crowd(b, s, 100)
	b.Logf("crowd: %v", time.Since(begin))
	b.ResetTimer()
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		var rs driver.ReadSet
		for pb.Next() {
			i := int(n.Add(1)*7919) % benchPeople
			rs.Reset()
			rs.Objects = append(rs.Objects, driver.ID(1000+i), driver.ID(1000+(i+1)%benchPeople), 1)
			rs.Pairs = append(rs.Pairs, driver.Pair{From: driver.ID(1 + i%100), Kind: follows, To: driver.ID(1000 + i)})
			rs.Last = true
			err := s.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) })
			if err != nil || rs.GotObjects[0] == nil || rs.GotPairs[0] == nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
}

// BenchmarkWrite reads a contact, changes it and files an event, as 64 clients
// do on one page or on many.
func BenchmarkWrite(b *testing.B) {
	for _, pages := range []int{1, 1000} {
		b.Run(fmt.Sprintf("pages=%d", pages), func(b *testing.B) {
			s := openAt(b, Options{DSN: pgtest.DB(b)})
			crowd(b, s, pages)
			var n, runs atomic.Int64
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					k := n.Add(1)
					i := int(k*7919) % benchPeople
					p := driver.Pair{From: driver.ID(1 + i%pages), Kind: follows, To: driver.ID(1000 + i)}
					err := s.Update(bg, func(w driver.Writer) error { return contact(bg, w, p, driver.ID(1_000_000+k), &runs) })
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
			b.ReportMetric(float64(runs.Load())/float64(b.N), "runs/update")
		})
	}
}

func contact(ctx context.Context, w driver.Writer, p driver.Pair, event driver.ID, runs *atomic.Int64) error {
	runs.Add(1)
	rs := driver.ReadSet{Pairs: []driver.Pair{p}, Objects: []driver.ID{p.To}}
	if err := w.Read(ctx, &rs); err != nil {
		return err
	}
	a := driver.Assoc{From: p.From, Kind: p.Kind, To: p.To, Time: driver.TimeVersion, Data: make([]byte, 70)}
	if err := w.Put(ctx, []driver.Object{{ID: event, Kind: thing, Data: make([]byte, 40)}}); err != nil {
		return err
	}
	return w.Link(ctx, []driver.Assoc{a, {From: p.To, Kind: note, To: event, Time: driver.TimeVersion}})
}
