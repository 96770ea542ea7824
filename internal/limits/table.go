package limits

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Table has shards of so many pools at most. Who finds his shard full takes the
// place of a pool that was idle longest.
const (
	shards   = 256
	perShard = 64
)

// factAge is how long a Fact holds.
const factAge = int64(time.Minute / time.Millisecond)

// A Table holds the pools. It is safe for concurrent use.
type Table struct {
	rules  Rules
	gen    atomic.Int64
	shards [shards]shard
}

// A shard is read without a lock; who adds a pool makes a new map.
type shard struct {
	mu    sync.Mutex
	pools atomic.Pointer[map[Key]*Pool]
}

// New makes a Table.
func New(r Rules) *Table {
	t := &Table{rules: r.withDefaults()}
	for i := range t.shards {
		t.shards[i].pools.Store(&map[Key]*Pool{})
	}
	return t
}

// Pool returns the pool of a key, and makes it if need be.
func (t *Table) Pool(k Key, now time.Time) *Pool {
	s := t.shard(k)
	if p, ok := (*s.pools.Load())[k]; ok {
		return p
	}
	return s.add(k, now.UnixMilli())
}

// Beside returns the pool of the app that p counts for, without a look-up once it
// is known.
func (t *Table) Beside(p *Pool, now time.Time) *Pool {
	if p.key.Kind == App {
		return p
	}
	if a := p.beside.Load(); a != nil && !a.gone.Load() {
		return a
	}
	a := t.Pool(Key{Kind: App, App: p.key.App}, now)
	p.beside.Store(a)
	return a
}

func (t *Table) shard(k Key) *shard {
	h := (uint64(k.App)*0x9e3779b97f4a7c15 ^ uint64(k.Of)*0xbf58476d1ce4e5b9 ^ uint64(k.Kind)) * 0x94d049bb133111eb
	return &t.shards[h>>56]
}

func (s *shard) add(k Key, now int64) *Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := *s.pools.Load()
	if p, ok := old[k]; ok {
		return p
	}
	pools := maps.Clone(old)
	if len(pools) >= perShard {
		idle := slices.MinFunc(slices.Collect(maps.Values(pools)), func(a, b *Pool) int { return int(a.seen() - b.seen()) })
		idle.gone.Store(true)
		delete(pools, idle.key)
	}
	p := newPool(k, now)
	pools[k] = p
	s.pools.Store(&pools)
	return p
}

// seen is when the pool counted last, to a step, in seconds.
func (p *Pool) seen() int64 { return p.epoch.Load() * p.step / 1000 }

// Stale reports whether somebody should find out by what p is bounded, and then
// Tell. Of several who ask at a time one is told so, unless nothing is known yet.
func (t *Table) Stale(p *Pool, now time.Time) bool {
	f, at := p.fact.Load(), now.UnixMilli()
	switch {
	case f == nil:
		return true
	case f.gen == t.gen.Load() && at >= f.at && at < f.at+factAge:
		return false
	}
	return p.asking.CompareAndSwap(false, true)
}

// Tell says by what p is bounded.
func (t *Table) Tell(p *Pool, f Fact, now time.Time) {
	p.most.Store(t.rules.most(p.key.Kind, f.N)) // first: who sees the fact goes by it
	p.fact.Store(&fact{Fact: f, at: now.UnixMilli(), gen: t.gen.Load()})
	p.asking.Store(false)
}

// Untold says that nobody could find out, so that the next one may.
func (t *Table) Untold(p *Pool) { p.asking.Store(false) }

// Renew makes all pools ask anew by what they are bounded: settings changed. A
// nil Table has none.
func (t *Table) Renew() {
	if t != nil {
		t.gen.Add(1)
	}
}

// Clear forgets what was counted, in pools of a kind if one is named and of whom
// the public name says. It returns how many pools there were. A nil Table has none.
func (t *Table) Clear(kind, of string) int {
	if t == nil {
		return 0
	}
	n := 0
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		pools := maps.Clone(*s.pools.Load())
		maps.DeleteFunc(pools, func(k Key, p *Pool) bool {
			name, app := p.names()
			if kind != "" && kind != k.Kind.String() || of != "" && of != name && of != app {
				return false
			}
			p.gone.Store(true)
			n++
			return true
		})
		s.pools.Store(&pools)
		s.mu.Unlock()
	}
	return n
}

func (p *Pool) names() (of, app string) {
	if f := p.fact.Load(); f != nil {
		return f.Name, f.App
	}
	return "", ""
}

// A View is a pool as people see it. Percents are what headers say.
type View struct {
	Kind string `json:"kind"`
	// App is the ID of the app; Of that of the Page, account or ad account, and
	// the handle of a person.
	App       string `json:"app,omitempty"`
	Of        string `json:"of,omitempty"`
	Window    string `json:"window"`
	Calls     int64  `json:"calls"`
	Limit     int64  `json:"limit"`
	CallCount int64  `json:"call_count"`
	CPUTime   int64  `json:"total_cputime"`
	TotalTime int64  `json:"total_time"`
	// Regain is in minutes, as the header says it.
	Regain int64 `json:"estimated_time_to_regain_access"`
}

// List shows all pools that counted something, those used most first.
func (t *Table) List(now time.Time) []View {
	list := []View{}
	if t == nil {
		return list
	}
	for i := range t.shards {
		for _, p := range *t.shards[i].pools.Load() {
			p.turn(now.UnixMilli())
			if p.sum[calls].Load() == 0 {
				continue
			}
			used := p.percents(&t.rules)
			v := View{
				Kind: p.key.Kind.String(), Window: windowText(p.row.window), Calls: p.sum[calls].Load(), Limit: p.most.Load(),
				CallCount: used[calls], CPUTime: used[objects], TotalTime: used[bytes], Regain: minutes(p.regain(&t.rules, now.UnixMilli())),
			}
			v.Of, v.App = p.names()
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b View) int {
		if d := max(b.CallCount, b.CPUTime, b.TotalTime) - max(a.CallCount, a.CPUTime, a.TotalTime); d != 0 {
			return int(max(min(d, 1), -1))
		}
		return strings.Compare(a.Kind+a.App+a.Of, b.Kind+b.App+b.Of)
	})
	return list
}

func windowText(d time.Duration) string {
	if d >= time.Hour {
		return strings.TrimSuffix(d.String(), "0m0s")
	}
	return strings.TrimSuffix(d.String(), "0s")
}
