package store

import (
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/store/driver"
)

// gather answers what the cache knows and collects the rest in rs.miss. With a
// nil cache everything is collected.
func (rs *ReadSet) gather(r *Reader, c *cache) (missing bool) {
	rs.prepare()
	if rs.miss.Len() > 0 {
		rs.miss.Reset()
	}
	for i, id := range rs.objects {
		k := objectKey(id)
		if e := r.peek(c, k); e != nil {
			rs.gotObjects[i] = e.record()
			continue
		}
		rs.miss.Objects = append(rs.miss.Objects, id)
		rs.missed(r, c, i, k)
	}
	many := c != nil && len(rs.keys) >= manyKeys
	if many {
		rs.fetchKeys(c)
	}
	for i := range rs.keys {
		q := &rs.keys[i]
		var k cacheKey
		if many {
			k = rs.hashed[i]
		} else {
			k = keyKey(q.Space, q.Key)
		}
		if e := r.peek(c, k); e != nil && e.key == q.Key {
			rs.gotIDs[i] = e.rec.ID
			r.lead(k, e.rec.ID)
			continue
		}
		rs.miss.Keys = append(rs.miss.Keys, *q)
		rs.missed(r, c, i, k)
	}
	for i, p := range rs.pairs {
		k := pairKey(p)
		if e := r.peek(c, k); e != nil {
			rs.gotPairs[i] = e.record()
			continue
		}
		rs.miss.Pairs = append(rs.miss.Pairs, p)
		rs.missed(r, c, i, k)
	}
	rs.gatherLists(r, c)
	return len(rs.at) > 0
}

// manyKeys is from where on it pays to look for keys twice.
const manyKeys = 8

// fetchKeys finds where the cache keeps each key, and looks there: what is far away in
// memory comes side by side then, and not one after the other.
func (rs *ReadSet) fetchKeys(c *cache) {
	rs.hashed = rs.hashed[:0]
	for i := range rs.keys {
		k := keyKey(rs.keys[i].Space, rs.keys[i].Key)
		rs.hashed = append(rs.hashed, k)
		rs.fetched += c.entries.fetch(k)
	}
}

// gatherLists answers first pages of lists and keys; the flights of the others
// only guard them.
func (rs *ReadSet) gatherLists(r *Reader, c *cache) {
	for i := range rs.ranges {
		q := &rs.ranges[i]
		k := listKey(q.From, q.Kind)
		if cacheable(q) {
			if recs, ok := r.peek(c, k).page(q.Limit); ok {
				rs.gotRanges[i] = recs
				continue
			}
		}
		rs.miss.Ranges = append(rs.miss.Ranges, *q)
		rs.missed(r, c, i, k)
	}
	for i, n := range rs.counts {
		rs.miss.Counts = append(rs.miss.Counts, n)
		rs.missed(r, c, i, listKey(n.From, n.Kind))
	}
	for i, o := range rs.owned {
		if e := r.peek(c, ownedKey(o)); e != nil && e.list != nil {
			rs.gotOwned[i] = e.list.owned
			continue
		}
		rs.miss.Owned = append(rs.miss.Owned, o)
		rs.missed(r, c, i, ownedKey(o))
	}
}

func (rs *ReadSet) missed(r *Reader, c *cache, i int, k cacheKey) {
	rs.at = append(rs.at, i)
	if c != nil {
		rs.flights = append(rs.flights, r.depart(c, k))
	}
}

// A landing goes through the answers of the driver in the order in which they
// were asked.
type landing struct {
	db     *DB
	began  time.Duration
	c      *cache
	rs     *ReadSet
	n      int
	fills  uint64
	clean  bool // all flights were
	leased bool // somebody else may hold a lease on something
	leases []ID // the leased objects, of a transaction
}

// at is the place of the present answer.
func (l *landing) at() int { return l.rs.at[l.n] }

// next ends the flight of the present answer, with an entry if it may be kept.
func (l *landing) next(e *entry, f driver.Freshness) {
	if l.c != nil {
		if e != nil && !l.db.keep(e, f, l.began) {
			e = nil
		}
		switch {
		case !l.c.land(l.rs.flights[l.n], e):
			l.clean = false
		case e != nil:
			l.fills++
		}
	}
	l.n++
}

// saw notes what was read. What is missing may have been a leased record a
// moment ago.
func (l *landing) saw(found bool, f driver.Freshness) {
	l.leased = l.leased || !found || f == driver.Leased
}

// settle decodes the answers of the driver and lands the flights.
func (rs *ReadSet) settle(db *DB, c *cache, began time.Duration) (landing, error) {
	l := landing{db: db, began: began, c: c, rs: rs, clean: true}
	if err := l.points(); err != nil {
		return landing{}, err
	}
	err := l.lists()
	if l.fills > 0 {
		db.stats.Fills.add(rs, l.fills)
	}
	return l, err
}

func (l *landing) points() error {
	rs, db := l.rs, l.db
	for _, o := range rs.miss.GotObjects {
		e, err := db.objectEntry(o)
		if err != nil {
			return err
		}
		fresh := db.freshness(e.rec.Kind)
		l.saw(o != nil, fresh)
		if o != nil && fresh == driver.Leased && l.c == nil {
			l.leases = append(l.leases, o.ID)
		}
		rs.gotObjects[l.at()] = e.record()
		l.next(e, fresh)
	}
	for i, id := range rs.miss.GotKeys {
		rs.gotIDs[l.at()] = id
		l.saw(id != 0, db.spaceFreshness(rs.miss.Keys[i].Space))
		if l.c == nil {
			l.n++
			continue
		}
		q := &rs.miss.Keys[i]
		key := strings.Clone(q.Key)
		l.next(&entry{rec: Record{ID: id}, key: key, found: id != 0, size: uint32(entryOverhead + len(key))}, db.spaceFreshness(q.Space))
	}
	for i, a := range rs.miss.GotPairs {
		e, err := db.assocEntry(a)
		if err != nil {
			return err
		}
		fresh := db.freshness(rs.miss.Pairs[i].Kind)
		l.saw(true, fresh)
		rs.gotPairs[l.at()] = e.record()
		l.next(e, fresh)
	}
	return nil
}

func (l *landing) lists() error {
	rs := l.rs
	for i, as := range rs.miss.GotRanges {
		recs, err := l.db.records(as)
		if err != nil {
			return err
		}
		rs.gotRanges[l.at()] = recs
		var e *entry
		if q := &rs.miss.Ranges[i]; cacheable(q) {
			e = l.listEntry(listed{recs: recs, limit: q.Limit}, weighed(as))
		}
		l.next(e, driver.Live)
	}
	for _, n := range rs.miss.GotCounts {
		rs.gotCounts[l.at()] = n
		l.next(nil, driver.Live)
	}
	for _, keys := range rs.miss.GotOwned {
		rs.gotOwned[l.at()] = keys
		size := 0
		for _, k := range keys {
			size += 16 + len(k)
		}
		l.next(l.listEntry(listed{owned: keys}, size), driver.Live)
	}
	return nil
}

func (db *DB) records(as []driver.Assoc) ([]Record, error) {
	if len(as) == 0 {
		return nil, nil
	}
	recs := make([]Record, len(as))
	for i := range as {
		var err error
		if recs[i], err = db.assocRecord(&as[i]); err != nil {
			return nil, err
		}
	}
	return recs, nil
}

// record is the answer an entry stands for: nil if negative.
func (e *entry) record() *Record {
	if !e.found {
		return nil
	}
	return &e.rec
}
