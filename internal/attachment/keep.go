package attachment

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store"
)

// PieceSize is how many bytes of a file one object has, the last one fewer.
const PieceSize = 256 << 10

// Keep puts a file with its bytes into the store, and gives it a number that nobody
// else has, unless it has one that is free.
func Keep(ctx context.Context, tx *store.Tx, keys *access.Keys, f *File, data []byte) error {
	f.ID, f.Size, f.Pieces = tx.NewID(), int64(len(data)), nil
	want := f.Number
	for n := 0; ; n++ {
		if f.Number = want; want == "" || n > 0 {
			f.Number = digits(keys.Label("file", strconv.FormatInt(int64(f.ID), 10), strconv.Itoa(n)))
		}
		got, err := tx.Bind(ctx, store.Binding{Key: key(f.Number), ID: f.ID})
		if err != nil {
			return err
		}
		if got[0] == f.ID {
			break
		}
	}
	for len(data) > 0 {
		n := min(len(data), PieceSize)
		if err := f.Add(ctx, tx, data[:n:n]); err != nil {
			return err
		}
		data = data[n:]
	}
	return f.own(ctx, tx)
}

// Add puts some bytes of a file into the store, behind those that are there.
func (f *File) Add(ctx context.Context, tx *store.Tx, data []byte) error {
	piece := store.Object{ID: tx.NewID(), Kind: store.KindPiece, Data: data}
	if err := tx.Put(ctx, piece); err != nil {
		return fmt.Errorf("put piece of a file: %w", err)
	}
	f.Pieces = append(f.Pieces, piece.ID)
	return nil
}

// Restore puts a file into the store whose pieces are there and whose number is to stay;
// free is false if somebody has that.
func (f *File) Restore(ctx context.Context, tx *store.Tx) (free bool, err error) {
	f.ID = tx.NewID()
	got, err := tx.Bind(ctx, store.Binding{Key: key(f.Number), ID: f.ID})
	if err != nil || got[0] != f.ID {
		return false, err
	}
	return true, f.own(ctx, tx)
}

// own writes the record, and that it is its owner's.
func (f *File) own(ctx context.Context, tx *store.Tx) error {
	if err := tx.Link(ctx, store.Assoc{From: f.Owner, Kind: store.AssocOwn, To: f.ID, Time: max(f.Made, 1)}); err != nil {
		return fmt.Errorf("link file: %w", err)
	}
	if f.Until != 0 {
		if err := tx.Link(ctx, store.Assoc{From: f.Owner, Kind: store.AssocSendable, To: f.ID, Time: max(f.Made, 1)}); err != nil {
			return fmt.Errorf("link sendable file: %w", err)
		}
	}
	return f.Save(ctx, tx)
}

// mostDropped is how many that are too old one call takes off the list of an owner. [own]
const mostDropped = 100

// Room makes room for one more file that an owner can send by its number: those that are
// too old do not count. It reports false if there are as many as there may be.
func Room(ctx context.Context, tx *store.Tx, owner store.ID, most, now int64) (bool, error) {
	var rs store.ReadSet
	n := rs.Count(store.Count{From: owner, Kind: store.AssocSendable})
	if err := tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	have := rs.GotCount(n)
	if have < most {
		return true, nil
	}
	list, err := tx.Range(ctx, store.Range{From: owner, Kind: store.AssocSendable, Reverse: true, Limit: mostDropped})
	if err != nil {
		return false, err
	}
	var files store.ReadSet
	for i := range list {
		files.Object(list[i].ID)
	}
	if err := tx.Load(ctx, &files); err != nil {
		return false, err
	}
	var old []store.Pair
	for i := range list {
		rec := files.GotObject(i)
		if f, ok := value(rec); ok && f.Until > now {
			continue
		}
		old = append(old, store.Pair{From: owner, Kind: store.AssocSendable, To: list[i].ID})
	}
	return have-int64(len(old)) < most, tx.Unlink(ctx, old...)
}

func value(rec *store.Record) (f *File, ok bool) {
	if rec != nil {
		f, ok = rec.Value.(*File)
	}
	return f, ok
}

func key(number string) store.Key { return store.Key{Space: store.SpaceFile, Key: number} }

// digits is a number of sixteen digits.
func digits(block [16]byte) string {
	const low = 1_000_000_000_000_000
	return strconv.FormatUint(low+binary.BigEndian.Uint64(block[:])%(8*low), 10)
}

// Save writes what changed, the bytes aside.
func (f *File) Save(ctx context.Context, tx *store.Tx) error {
	if err := tx.Put(ctx, store.Object{ID: f.ID, Kind: store.KindFile, Data: f.Encode()}); err != nil {
		return fmt.Errorf("put file: %w", err)
	}
	return nil
}

// Find finds a file by its number, nil if there is none.
func Find(ctx context.Context, r *store.Reader, number string) (*File, error) {
	k := key(number)
	id, err := r.Resolve(ctx, k.Space, k.Key)
	if err != nil || id == 0 {
		return nil, err
	}
	rec, err := r.Get(ctx, id)
	if err != nil || rec == nil {
		return nil, err
	}
	f, _ := rec.Value.(*File)
	if f != nil {
		c := *f
		f = &c
	}
	return f, nil
}

// Sendable finds the file that a Page or account has of a number and can still send,
// nil if it has none.
func Sendable(ctx context.Context, r *store.Reader, owner store.ID, number string, now int64) (*File, error) {
	f, err := Find(ctx, r, number)
	if err != nil || f == nil || f.Owner != owner || f.Until <= now {
		return nil, err
	}
	return f, nil
}

// Sent notes that a file was sent to somebody. One that was to be sent once goes with
// the conversation from then on.
func (f *File) Sent(ctx context.Context, tx *store.Tx, person store.ID) error {
	if !f.Once && f.Until != 0 {
		return nil
	}
	f.Person, f.Until, f.Once = person, 0, false
	if err := tx.Unlink(ctx, store.Pair{From: f.Owner, Kind: store.AssocSendable, To: f.ID}); err != nil {
		return fmt.Errorf("unlink sent file: %w", err)
	}
	return f.Save(ctx, tx)
}

// Forget removes a file with its bytes.
func (f *File) Forget(ctx context.Context, tx *store.Tx) error {
	if err := tx.Delete(ctx, f.Pieces...); err != nil {
		return fmt.Errorf("delete pieces of a file: %w", err)
	}
	if err := tx.Unlink(ctx, store.Pair{From: f.Owner, Kind: store.AssocOwn, To: f.ID}, store.Pair{From: f.Owner, Kind: store.AssocSendable, To: f.ID}); err != nil {
		return fmt.Errorf("unlink file: %w", err)
	}
	return tx.Purge(ctx, f.ID)
}

// Piece reads piece n of a file, nil if it is gone. It is to be read past any cache:
// from a View or an Update.
func (f *File) Piece(ctx context.Context, r *store.Reader, n int) ([]byte, error) {
	rec, err := r.Get(ctx, f.Pieces[n])
	if err != nil || rec == nil {
		return nil, err
	}
	b, _ := rec.Value.([]byte)
	return b, nil
}
