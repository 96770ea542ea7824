package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/kithgraph/kith/internal/store/driver"
)

// The world of a simulation: a person, their contact with a Page, a token and
// the Page's configuration. Each holds the number of its writes, so a history
// of one of them is linearizable if and only if nothing that begins after
// something ended has a smaller number, and no two writes have the same.
const (
	simPage   ID = 2001 // leased
	simToken  ID = 2002 // live
	simPerson ID = 2003 // live; written together with the contact
	simKey       = "psid"
)

// What is watched.
const (
	contactNo = iota
	tokenNo
	pageNo
	watched
)

var watchedNames = [watched]string{"contact", "token", "page"}

type world struct {
	// floor is the largest number that anything which has ended saw or wrote.
	// Of leased records only acknowledged writes count: while a write waits,
	// one node may see it and another may not.
	floor  [watched]int64
	wrote  map[[2]int64]bool
	broken string // the first check that failed
	count  struct{ reads, writes, idle, refused int }
}

func (s *sim) fail(format string, args ...any) {
	if s.broken == "" {
		s.broken = fmt.Sprintf(format, args...)
	}
}

func number(n int64) []byte { return binary.AppendVarint(nil, n) }

func numberOf(r *Record) int64 {
	if r == nil {
		return -1
	}
	b, _ := r.Value.([]byte)
	n, _ := binary.Varint(b)
	return n
}

// saw checks a number against what had ended when the operation began.
func (s *sim) saw(what int, n, floor int64, op string) {
	if n < floor {
		s.fail("%s of the %s saw %d, and %d had been seen or acknowledged before it began", op, watchedNames[what], n, floor)
	}
}

// ended lets later operations know.
func (s *sim) ended(what int, n int64) { s.floor[what] = max(s.floor[what], n) }

// client does some operations, one after the other.
func (s *sim) client(n *simNode) {
	for done, tries := 0, 0; done < 3 && tries < 9; tries++ {
		err := s.operation(n)
		switch {
		case err == nil:
			done++
		case errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrAmbiguous):
			s.count.refused++
			n.Sleep(simFence / 8)
			s.open(n)
		default:
			s.fail("operation failed: %v", err)
			return
		}
		s.point()
	}
}

func (s *sim) operation(n *simNode) error {
	switch k := s.rng.IntN(16); {
	case k < 9:
		return s.read(n)
	case k < 12:
		return s.write(n, contactNo)
	case k < 13:
		return s.write(n, tokenNo)
	case k < 15:
		return s.write(n, pageNo)
	default:
		return s.want(n)
	}
}

// read is a profile read: who asks and where the ID leads, then the rest.
func (s *sim) read(n *simNode) error {
	ctx, floor := context.Background(), s.floor
	var got [watched]int64
	var person int64
	err := n.db.Snapshot(ctx, func(r *Reader) error {
		var rs ReadSet
		key, token, page := rs.Key(SpacePSID, simKey), rs.Object(simToken), rs.Object(simPage)
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		got[tokenNo], got[pageNo] = numberOf(rs.GotObject(token)), numberOf(rs.GotObject(page))
		id := rs.GotID(key)
		rs.Reset()
		node, contact := rs.Object(id), rs.Pair(simPage, AssocContact, id)
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		person, got[contactNo] = numberOf(rs.GotObject(node)), numberOf(rs.GotPair(contact))
		return nil
	})
	if err != nil {
		return err
	}
	s.count.reads++
	if person != got[contactNo] {
		s.fail("an answer mixes data %d with grant %d", person, got[contactNo])
	}
	for what, v := range got {
		s.saw(what, v, floor[what], "read")
		if what != pageNo || len(s.nodes) == 1 {
			s.ended(what, v)
		}
	}
	return nil
}

// write raises a number: a grant or withdrawal with its data, a token that is
// invalidated, a change of configuration.
func (s *sim) write(n *simNode, what int) error {
	ctx, floor := context.Background(), s.floor[what]
	var v int64
	err := n.db.Update(ctx, func(tx *Tx) (err error) {
		v, err = s.raise(ctx, tx, what)
		return err
	})
	if err != nil {
		return err
	}
	s.acknowledged(what, v, floor+1)
	return nil
}

func (s *sim) acknowledged(what int, v, floor int64) {
	s.count.writes++
	s.saw(what, v, floor, "write")
	if id := [2]int64{int64(what), v}; s.wrote[id] {
		s.fail("two writes of the %s made number %d", watchedNames[what], v)
	} else {
		s.wrote[id] = true
	}
	s.ended(what, v)
}

func (s *sim) raise(ctx context.Context, tx *Tx, what int) (int64, error) {
	switch what {
	case contactNo:
		rec, err := tx.Pair(ctx, simPage, AssocContact, simPerson)
		if err != nil {
			return 0, err
		}
		v := numberOf(rec) + 1
		if err := tx.Put(ctx, Object{ID: simPerson, Kind: KindPerson, Data: number(v)}); err != nil {
			return 0, err
		}
		return v, tx.Link(ctx, Assoc{From: simPage, Kind: AssocContact, To: simPerson, Time: 1, Data: number(v)})
	case tokenNo:
		return s.raiseObject(ctx, tx, Object{ID: simToken, Kind: KindToken})
	}
	return s.raiseObject(ctx, tx, Object{ID: simPage, Kind: KindPage})
}

func (s *sim) raiseObject(ctx context.Context, tx *Tx, o Object) (int64, error) {
	rec, err := tx.Get(ctx, o.ID)
	if err != nil {
		return 0, err
	}
	v := numberOf(rec) + 1
	o.Data = number(v)
	return v, tx.Put(ctx, o)
}

// want is a change of configuration that may have been made already, by a try
// whose outcome nobody knows or by somebody else.
func (s *sim) want(n *simNode) error {
	ctx, floor := context.Background(), s.floor[pageNo]
	goal := floor + 1
	var v int64
	var idle bool
	err := n.db.Update(ctx, func(tx *Tx) error {
		rec, err := tx.Get(ctx, simPage)
		if err != nil {
			return err
		}
		if v = numberOf(rec); v >= goal {
			idle = true
			return nil
		}
		idle = false
		v, err = s.raise(ctx, tx, pageNo)
		return err
	})
	switch {
	case err != nil:
		return err
	case !idle:
		s.acknowledged(pageNo, v, floor+1)
		return nil
	}
	s.count.idle++
	s.saw(pageNo, v, floor, "settled write")
	s.ended(pageNo, v)
	return nil
}

// lost checks at the end that what was acknowledged is there.
func (s *sim) lost() {
	rs := driver.ReadSet{Objects: []ID{simToken, simPage}, Pairs: []Pair{{From: simPage, Kind: AssocContact, To: simPerson}}}
	ctx := context.Background()
	if err := s.truth.View(ctx, func(r driver.Reader) error { return r.Read(ctx, &rs) }); err != nil {
		s.fail("read the end: %v", err)
		return
	}
	for what, data := range [watched][]byte{rs.GotPairs[0].Data, rs.GotObjects[0].Data, rs.GotObjects[1].Data} {
		if n, _ := binary.Varint(data); n < s.floor[what] {
			s.fail("%s is %d at the end, %d was acknowledged", watchedNames[what], n, s.floor[what])
		}
	}
}
