package postgres

import (
	"cmp"

	"github.com/kithgraph/kith/internal/store/driver"
)

// send adds the buffered writes to a batch, under one version, and empties the
// buffer.
func (w *writer) send(b *batch) {
	w.wrote = w.wrote || !w.buf.empty()
	for _, s := range w.buf.segments {
		w.sendObjects(b, s)
		for _, k := range sortedKeys(s.unbound, compareKeys) {
			b.add(w.s.sql.unbind, nil, b.int(int64(k.Space)), b.bytes([]byte(k.Key)))
		}
		// Those that touch no count come first: a count is what others wait for.
		pairs := sortedKeys(s.assocs, comparePairs)
		for _, counted := range [...]bool{false, true} {
			for _, p := range pairs {
				if w.counted(p) == counted {
					w.sendEdge(b, p, s.assocs[p], counted)
				}
			}
		}
		for _, id := range s.purged {
			b.add(w.s.sql.purgeCounts, nil, b.int(int64(id)))
			b.add(w.s.sql.purgeKeys, nil, b.int(int64(id)))
			b.add(w.s.sql.delete, nil, b.int(int64(id)))
		}
	}
	w.buf = buffer{}
}

func (w *writer) sendObjects(b *batch, s *segment) {
	for _, id := range sortedKeys(s.objects, cmp.Compare[driver.ID]) {
		if o := s.objects[id]; o != nil {
			b.add(w.s.sql.put, nil, b.int(int64(id)), b.int(int64(o.Kind)), b.int(w.version), b.bytes(o.Data))
		} else {
			b.add(w.s.sql.delete, nil, b.int(int64(id)))
		}
	}
}

func (w *writer) counted(p driver.Pair) bool {
	info := w.s.opt.Registry.Kind(p.Kind)
	return info != nil && info.Counted
}

func (w *writer) sendEdge(b *batch, p driver.Pair, e edge, counted bool) {
	q := w.s.sql
	args := b.ints(int64(p.From), int64(p.Kind), int64(p.To))
	if e.how == removed {
		if counted {
			b.add(q.unlinkCounted, nil, append(args, b.int(slot(p.To)))...)
		} else {
			b.add(q.unlink, nil, args...)
		}
		return
	}
	var rank []byte // NULL keeps it out of ranges
	switch e.time {
	case 0:
	case driver.TimeVersion:
		rank = b.int(driver.Rank(w.version))
	default:
		rank = b.int(driver.Rank(e.time))
	}
	args = append(args, rank, b.int(w.version), b.bytes(e.data))
	if e.how == kept { // is never counted
		b.add(q.insert, nil, args...)
		return
	}
	if counted {
		args = append(args, b.int(slot(p.To)))
	}
	st := map[bool]map[bool]*statement{
		false: {false: q.link, true: q.linkCounted},
		true:  {false: q.linkInverse, true: q.linkInverseCounted},
	}[e.how == mirrored][counted]
	b.add(st, nil, args...)
}

// slot spreads the count of one list over 64 rows.
func slot(to driver.ID) int64 {
	return int64(uint64(to) * 0x9e3779b97f4a7c15 >> 58)
}

// touched asks for the rows that the buffered writes replace, so that the
// version goes above theirs.
func (w *writer) touched() *driver.ReadSet {
	var rs driver.ReadSet
	for _, s := range w.buf.segments {
		for id, o := range s.objects {
			if o != nil {
				rs.Objects = append(rs.Objects, id)
			}
		}
		for p, e := range s.assocs {
			if e.how != removed && e.how != kept {
				rs.Pairs = append(rs.Pairs, p)
			}
		}
	}
	return &rs
}
