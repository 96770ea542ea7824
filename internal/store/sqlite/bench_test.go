package sqlite

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/kithgraph/kith/internal/store/driver"
)

// importSlice writes n people from id on: a profile, three ids, one contact.
func importSlice(s *Store, from driver.ID, n int) error {
	return s.Update(bg, func(w driver.Writer) error {
		objs := make([]driver.Object, n)
		links := make([]driver.Assoc, n)
		keys := make([]driver.Binding, 0, 3*n)
		profile := make([]byte, 120)
		for i := range n {
			id := from + driver.ID(i)
			objs[i] = driver.Object{ID: id, Kind: thing, Data: profile}
			links[i] = driver.Assoc{From: 1, Kind: 20, To: id, Time: int64(id), Data: profile[:40]}
			for scope := range 3 {
				keys = append(keys, driver.Binding{Key: driver.Key{Space: 1, Key: importKey(id, scope)}, ID: id})
			}
		}
		if err := w.Put(bg, objs); err != nil {
			return err
		}
		if _, err := w.Bind(bg, keys); err != nil {
			return err
		}
		return w.Link(bg, links)
	})
}

// importKey is the key of a person in one of three scopes.
func importKey(id driver.ID, scope int) string {
	digits := uint64(id) * 0x9e3779b97f4a7c15 >> (8 + scope)
	return fmt.Sprintf("scope%03d%016d", scope, digits%1e16)
}

func BenchmarkImport(b *testing.B) {
	s := openTemp(b)
	const slice = 10_000
	n := driver.ID(0)
	for b.Loop() {
		if err := importSlice(s, 2+n, slice); err != nil {
			b.Fatal(err)
		}
		n += slice
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "people/s")
	pages, err := pragmaInt(s.conn, "page_count")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(pages*pageSize)/float64(n), "B/person")
}

func BenchmarkUpdate(b *testing.B) {
	for _, clients := range []int{1, 32} { // for each of GOMAXPROCS
		b.Run(fmt.Sprintf("clients=%dx", clients), func(b *testing.B) {
			s := openTemp(b)
			if err := importSlice(s, 2, 10_000); err != nil {
				b.Fatal(err)
			}
			var n atomic.Int64
			before := s.Stats()
			b.SetParallelism(clients)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					id := driver.ID(2 + n.Add(1)*7919%10_000)
					err := s.Update(bg, func(w driver.Writer) error {
						return w.Link(bg, []driver.Assoc{{From: 1, Kind: 20, To: id, Time: int64(id), Data: []byte("granted")}})
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
			after := s.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
			b.ReportMetric(float64(after.Updates-before.Updates)/float64(after.Commits-before.Commits), "updates/commit")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	s := openTemp(b)
	const people = 50_000
	for from := driver.ID(2); from < people; from += 10_000 {
		if err := importSlice(s, from, 10_000); err != nil {
			b.Fatal(err)
		}
	}
	var rs driver.ReadSet
	i := driver.ID(0)
	b.ReportAllocs()
	for b.Loop() {
		i++
		id := 2 + i*7919%people
		rs.Reset()
		rs.Objects = append(rs.Objects, id)
		rs.Pairs = append(rs.Pairs, driver.Pair{From: 1, Kind: 20, To: id})
		rs.Keys = append(rs.Keys, driver.Key{Space: 1, Key: "scope0010000000000000001"})
		if err := s.View(bg, func(r driver.Reader) error { return r.Read(bg, &rs) }); err != nil || rs.GotObjects[0] == nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens a database of 50,000 people.
func BenchmarkOpen(b *testing.B) {
	s := openTemp(b)
	if err := importSlice(s, 2, 50_000); err != nil {
		b.Fatal(err)
	}
	path := strings.TrimSuffix(s.lock.f.Name(), ".lock")
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := openAt(b, path).Close(); err != nil {
			b.Fatal(err)
		}
	}
	if st, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(st.Size())/(1<<20), "MiB")
	}
}
