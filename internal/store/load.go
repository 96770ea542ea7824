package store

import (
	"context"
	"strings"

	"github.com/kithgraph/kith/internal/store/driver"
)

// gather answers what the cache knows and collects the rest in rs.miss. With a
// nil cache everything is collected.
func (rs *ReadSet) gather(c *cache) (missing bool) {
	rs.prepare()
	if rs.miss.Len() > 0 {
		rs.miss.Reset()
	}
	for i, id := range rs.objects {
		k := objectKey(id)
		if e := c.peek(k); e != nil {
			rs.gotObjects[i] = e.record()
			continue
		}
		rs.miss.Objects = append(rs.miss.Objects, id)
		rs.missed(c, i, k)
	}
	for i := range rs.keys {
		q := &rs.keys[i]
		k := keyKey(q.Space, q.Key)
		if e := c.peek(k); e != nil && e.key == q.Key {
			rs.gotIDs[i] = e.rec.ID
			continue
		}
		rs.miss.Keys = append(rs.miss.Keys, *q)
		rs.missed(c, i, k)
	}
	for i, p := range rs.pairs {
		k := pairKey(p)
		if e := c.peek(k); e != nil {
			rs.gotPairs[i] = e.record()
			continue
		}
		rs.miss.Pairs = append(rs.miss.Pairs, p)
		rs.missed(c, i, k)
	}
	rs.gatherLists(c)
	return len(rs.at) > 0
}

// gatherLists collects what is never cached; the flights only guard it.
func (rs *ReadSet) gatherLists(c *cache) {
	for i, r := range rs.ranges {
		rs.miss.Ranges = append(rs.miss.Ranges, r)
		rs.missed(c, i, listKey(r.From, r.Kind))
	}
	for i, n := range rs.counts {
		rs.miss.Counts = append(rs.miss.Counts, n)
		rs.missed(c, i, listKey(n.From, n.Kind))
	}
	for i, o := range rs.owned {
		rs.miss.Owned = append(rs.miss.Owned, o)
		rs.missed(c, i, ownedKey(o))
	}
}

func (rs *ReadSet) missed(c *cache, i int, k cacheKey) {
	rs.at = append(rs.at, i)
	if c != nil {
		rs.flights = append(rs.flights, c.depart(k))
	}
}

// settle decodes the answers of the driver and lands the flights. It reports
// whether all of them were clean.
func (rs *ReadSet) settle(db *DB, c *cache) (clean bool, err error) {
	clean, n := true, 0
	land := func(e *entry) {
		if c != nil && !c.land(rs.flights[n], e) {
			clean = false
		}
		n++
	}
	for _, o := range rs.miss.GotObjects {
		e, err := db.objectEntry(o)
		if err != nil {
			return false, err
		}
		rs.gotObjects[rs.at[n]] = e.record()
		land(e)
	}
	for i, id := range rs.miss.GotKeys {
		rs.gotIDs[rs.at[n]] = id
		if c == nil {
			n++
			continue
		}
		key := strings.Clone(rs.miss.Keys[i].Key)
		land(&entry{rec: Record{ID: id}, key: key, found: id != 0, size: uint32(entryOverhead + len(key))})
	}
	for _, a := range rs.miss.GotPairs {
		e, err := db.assocEntry(a)
		if err != nil {
			return false, err
		}
		rs.gotPairs[rs.at[n]] = e.record()
		land(e)
	}
	err = rs.settleLists(db, func(set func(at int)) {
		set(rs.at[n])
		land(nil)
	})
	return clean, err
}

func (rs *ReadSet) settleLists(db *DB, next func(set func(at int))) error {
	for _, as := range rs.miss.GotRanges {
		recs, err := db.records(as)
		if err != nil {
			return err
		}
		next(func(at int) { rs.gotRanges[at] = recs })
	}
	for _, n := range rs.miss.GotCounts {
		next(func(at int) { rs.gotCounts[at] = n })
	}
	for _, keys := range rs.miss.GotOwned {
		next(func(at int) { rs.gotOwned[at] = keys })
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

// load asks the driver for what gather collected, inside one View.
func (rs *ReadSet) load(ctx context.Context, db *DB) error {
	return db.drv.View(ctx, func(dr driver.Reader) error {
		return dr.Read(ctx, &rs.miss)
	})
}

// peek is get on a cache that may be nil.
func (c *cache) peek(k cacheKey) *entry {
	if c == nil {
		return nil
	}
	return c.get(k)
}

// record is the answer an entry stands for: nil if negative.
func (e *entry) record() *Record {
	if !e.found {
		return nil
	}
	return &e.rec
}
