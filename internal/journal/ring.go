package journal

import "sync"

// A Ring holds the latest requests, a fixed number of them. All methods may be
// called from any goroutine.
type Ring struct {
	mu    sync.Mutex
	slots []slot
	last  uint64 // ID of the newest entry, zero before the first
	first uint64 // IDs below it were cleared
}

// Longer texts of an entry are cut, so that a ring has a size.
const (
	maxPath = 2048
	maxText = 128
)

// texts is how many strings an entry holds besides the ladder's.
const texts = 5

// A slot is an entry whose strings lie in one buffer of the slot's own: lens
// has their lengths in the order of Entry.texts, then those of the ladder.
type slot struct {
	entry Entry
	buf   []byte
	lens  [texts + steps]uint16
}

// NewRing returns a ring of n entries, at least one.
func NewRing(n int) *Ring {
	return &Ring{slots: make([]slot, max(n, 1)), first: 1}
}

// Add copies an entry into the ring, over the oldest when the ring is full,
// and returns its ID. The entry and every byte its strings point to belong to
// the caller again afterwards. The path is redacted here, so that no caller
// can forget to.
func (r *Ring) Add(e *Entry) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	s := &r.slots[r.last%uint64(len(r.slots))]
	s.store(e)
	s.entry.ID = r.last
	return r.last
}

func (e *Entry) texts() [texts]*string {
	return [texts]*string{&e.Path, &e.Method, &e.Node, &e.App, &e.Page}
}

func (s *slot) store(e *Entry) {
	old := s.entry.Ladder.n
	n := e.Ladder.n
	s.entry.At, s.entry.DurationMicros = e.At, e.DurationMicros
	s.entry.Status, s.entry.Code, s.entry.Subcode = e.Status, e.Code, e.Subcode
	s.entry.Ladder.n = n
	if old > n {
		clear(s.entry.Ladder.steps[n:old])
	}

	s.buf = cut(AppendRedacted(s.buf[:0], e.Path), maxPath)
	s.lens[0] = uint16(len(s.buf))
	for i, t := range [texts - 1]string{e.Method, e.Node, e.App, e.Page} {
		s.text(1+i, t)
	}
	for i := range n {
		from, to := &e.Ladder.steps[i], &s.entry.Ladder.steps[i]
		to.Rung, to.Outcome, to.Detail = from.Rung, from.Outcome, from.Detail
		if s.lens[texts+i] = 0; from.Arg != "" {
			s.text(texts+i, from.Arg)
		}
	}
}

// text keeps the i-th string of the entry.
func (s *slot) text(i int, t string) {
	switch {
	case t == "":
		s.lens[i] = 0
		return
	case hasToken(t):
		t = hidden
	case len(t) > maxText:
		t = t[:maxText]
	}
	s.buf = append(s.buf, t...)
	s.lens[i] = uint16(len(t))
}

// load gives the entry back with strings of its own.
func (s *slot) load() Entry {
	e, all := s.entry, string(s.buf)
	next := func(i int) (t string) {
		t, all = all[:s.lens[i]], all[s.lens[i]:]
		return t
	}
	for i, t := range e.texts() {
		*t = next(i)
	}
	for i := range e.Ladder.n {
		e.Ladder.steps[i].Arg = next(texts + i)
	}
	return e
}

// Get returns an entry that is still in the ring.
func (r *Ring) Get(id uint64) (Entry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id < r.oldest() || id > r.last {
		return Entry{}, false
	}
	return r.slots[id%uint64(len(r.slots))].load(), true
}

// Last returns the newest entry.
func (r *Ring) Last() (Entry, bool) {
	r.mu.Lock()
	id := r.last
	r.mu.Unlock()
	return r.Get(id)
}

// List returns entries newer than since that keep says yes to, or all of them
// when it is nil: newest first, at most limit. It holds the ring for one entry
// at a time, so entries that are overwritten meanwhile are left out.
func (r *Ring) List(since uint64, limit int, keep func(*Entry) bool) []Entry {
	r.mu.Lock()
	id := r.last
	r.mu.Unlock()
	var list []Entry
	for ; id > since && len(list) < limit; id-- {
		e, ok := r.Get(id)
		if !ok {
			break // this one and all older ones are gone
		}
		if keep == nil || keep(&e) {
			list = append(list, e)
		}
	}
	return list
}

// Clear forgets every entry. IDs go on from where they were.
func (r *Ring) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.slots)
	r.first = r.last + 1
}

func (r *Ring) oldest() uint64 {
	if n := uint64(len(r.slots)); r.last > n {
		return max(r.first, r.last-n+1)
	}
	return r.first
}

// cut shortens a path that is too long, after its secrets are gone.
func cut(b []byte, most int) []byte {
	if len(b) <= most {
		return b
	}
	return append(b[:most-len(ellipsis)], ellipsis...)
}

const ellipsis = "..."
