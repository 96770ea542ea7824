package store

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// held is what is on a shelf, and what that weighs.
func (s *shelf) held() (entries int, weight int64) {
	r := s.rack.Load()
	for i := range r.buckets {
		for j := range r.buckets[i].entries {
			if e := r.buckets[i].entries[j].Load(); e != nil {
				entries++
				weight += s.weigh(e)
			}
		}
	}
	return entries, weight
}

// Whatever is put and dropped, a shelf answers with what was put last or not at
// all, knows what it holds, and holds no more than it may.
func TestShelfAgainstMap(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := newShelf(1+rng.IntN(3000), 1<<uint(10+rng.IntN(14)))
		last := map[cacheKey]*entry{}
		key := func() cacheKey { return objectKey(ID(rng.IntN(5000))) }
		for range 40_000 {
			switch k := key(); rng.IntN(8) {
			case 0:
				s.drop(k)
				delete(last, k)
			case 1, 2, 3:
				last[k] = &entry{size: uint32(rng.IntN(600))}
				s.set(k, last[k])
			case 4:
				if rng.IntN(2000) == 0 {
					s.clear()
					clear(last)
				}
			default:
				if e := s.get(k); e != nil && e != last[k] {
					t.Fatalf("seed %d: an entry that was replaced or dropped", seed)
				}
			}
		}
		entries, weight := s.held()
		if int64(entries) != s.count.Load() || weight != s.weight.Load() {
			t.Errorf("seed %d: %d entries of %d bytes are counted as %d of %d", seed, entries, weight, s.count.Load(), s.weight.Load())
		}
		if weight > s.most {
			t.Errorf("seed %d: %d bytes on a shelf for %d", seed, weight, s.most)
		}
	}
}

// A shelf for so many entries has room for them: few are lost to crowds.
func TestShelfHasRoom(t *testing.T) {
	const n = 100_000
	s := newShelf(n, n*entryOverhead)
	for id := range ID(n) {
		s.set(objectKey(id), &entry{size: entryOverhead})
	}
	if got, _ := s.held(); got < n-n/1000 {
		t.Errorf("%d of %d entries are left", got, n)
	}
}

// What is in use survives a walk through everything.
func TestShelfKeepsWhatIsAskedFor(t *testing.T) {
	const room, used = 4000, 400
	s := newShelf(room, room*entryOverhead)
	put := func(id ID) { s.set(objectKey(id), &entry{size: entryOverhead}) }
	for id := range ID(used) {
		put(id)
	}
	for id := ID(used); id < 20*room; id++ {
		put(id)
		if id%4 == 0 {
			s.get(objectKey(id / 4 % used))
		}
	}
	kept := 0
	for id := range ID(used) {
		if s.get(objectKey(id)) != nil {
			kept++
		}
	}
	if kept < used*9/10 {
		t.Errorf("%d of %d entries in use are left", kept, used)
	}
}

// Readers that look while a shelf grows, shrinks and is emptied see what was put
// under their key, never less than they saw before.
func TestShelfUnderReaders(t *testing.T) {
	const keys, rounds = 2000, 40
	s := newShelf(keys/2, keys*entryOverhead)
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for w := range 2 {
		writers.Go(func() {
			for v := range int64(rounds) {
				for id := ID(w); id < keys; id += 2 {
					s.set(objectKey(id), &entry{size: entryOverhead, rec: Record{ID: id, Version: v}})
				}
				if w == 0 && v%16 == 15 {
					s.clear()
				}
			}
		})
	}
	for range 2 {
		readers.Go(func() {
			var seen [keys]int64
			for {
				for id := range ID(keys) {
					e := s.get(objectKey(id))
					if e == nil {
						continue
					}
					if e.rec.ID != id || e.rec.Version < seen[id] {
						t.Errorf("under %d: %+v after version %d", id, e.rec, seen[id])
						return
					}
					seen[id] = e.rec.Version
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
}

// Looking allocates nothing.
func TestShelfAllocations(t *testing.T) {
	s := newShelf(100, 1<<20)
	s.set(objectKey(1), &entry{})
	if got := testing.AllocsPerRun(100, func() { s.get(objectKey(1)); s.get(objectKey(2)) }); got != 0 {
		t.Errorf("two looks allocate %v times", got)
	}
}
