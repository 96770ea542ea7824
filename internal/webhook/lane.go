package webhook

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A lane is one destination of an app. What goes there goes one after the other,
// in the order of the commits; lanes go beside each other. A siding is a lane of
// one thread: what failed stands there with what follows it in its thread, so that
// others pass.
type lane struct {
	id    store.ID
	app   store.ID
	what  What
	state laneState
	// due is when it is this lane's turn, unix microseconds of the world's clock.
	due int64
	// tries failed one after the other.
	tries int64
	// thread is whose siding it is, zero for a whole destination.
	thread int64

	rest []store.Field
}

type laneState int64

const (
	idle    laneState = iota // nothing waits
	waiting                  // something does
	failing                  // nothing arrives
)

// Tags of a lane's record: only appended.
const (
	tagLaneApp = iota + 1
	tagLaneWhat
	tagLaneState
	tagLaneDue
	tagLaneTries
	tagLaneThread
)

// Encode returns the record.
func (l *lane) Encode() []byte {
	var e people.Encoder
	e.Int(tagLaneApp, int64(l.app))
	e.Int(tagLaneWhat, int64(l.what))
	e.Int(tagLaneState, int64(l.state))
	e.Int(tagLaneDue, l.due)
	e.Int(tagLaneTries, l.tries)
	e.Int(tagLaneThread, l.thread)
	e.Keep(l.rest)
	return e.Bytes()
}

func decodeLane(id store.ID, data []byte) (*lane, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("lane record: %w", err)
	}
	l := &lane{id: id}
	for _, f := range fields {
		switch f.Tag {
		case tagLaneApp:
			l.app = store.ID(people.FieldInt(f))
		case tagLaneWhat:
			l.what = What(people.FieldInt(f))
		case tagLaneState:
			l.state = laneState(people.FieldInt(f))
		case tagLaneDue:
			l.due = people.FieldInt(f)
		case tagLaneTries:
			l.tries = people.FieldInt(f)
		case tagLaneThread:
			l.thread = people.FieldInt(f)
		default:
			l.rest = append(l.rest, keep(f))
		}
	}
	return l, nil
}

func keep(f store.Field) store.Field {
	return store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)}
}

// Buckets: a lane has one in which it waits, and another for when it fails, so
// that those who do not answer never stand before those who do.
const (
	firstBucket store.ID = 512 // KindMeta
	buckets              = 16
)

func (l *lane) bucket(failing bool) store.ID {
	n := firstBucket + store.ID(xxh3.Hash(binary.BigEndian.AppendUint64(nil, uint64(l.id)))%buckets)
	if failing {
		n += buckets
	}
	return n
}

func laneKey(app store.ID, what What) store.Key {
	return store.Key{Space: store.SpaceLane, Key: string(append(binary.BigEndian.AppendUint64(nil, uint64(app)), byte(what)))}
}

// laneOf returns the lane that a key leads to, nil for none.
func laneOf(ctx context.Context, r *store.Reader, key store.Key) (*lane, error) {
	id, err := r.Resolve(ctx, key.Space, key.Key)
	if err != nil || id == 0 {
		return nil, err
	}
	rec, err := r.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if l, ok := value[*lane](rec); ok {
		c := *l
		return &c, nil
	}
	return nil, fmt.Errorf("the key of a lane leads elsewhere")
}

// findLane returns the lane of a destination, a new one if there is none.
func findLane(ctx context.Context, tx *store.Tx, app store.ID, what What) (*lane, error) {
	key := laneKey(app, what)
	l, err := laneOf(ctx, &tx.Reader, key)
	if l != nil || err != nil {
		return l, err
	}
	l = &lane{id: tx.NewID(), app: app, what: what}
	if _, err := tx.Bind(ctx, store.Binding{Key: key, ID: l.id}); err != nil {
		return nil, fmt.Errorf("bind lane: %w", err)
	}
	home := []store.Object{meta(l.bucket(false)), meta(l.bucket(true))}
	if err := tx.Put(ctx, home...); err != nil {
		return nil, fmt.Errorf("put buckets: %w", err)
	}
	return l, nil
}

func meta(id store.ID) store.Object {
	return store.Object{ID: id, Kind: store.KindMeta, Data: store.AppendRecord(nil, nil)}
}

// put writes the lane and lets it stand where its state says. The place of a
// destination in the bucket in which it waits is always there, so that they can be
// listed.
func (l *lane) put(ctx context.Context, tx *store.Tx) error {
	if err := tx.Put(ctx, store.Object{ID: l.id, Kind: store.KindLane, Data: l.Encode()}); err != nil {
		return fmt.Errorf("put lane: %w", err)
	}
	home := store.Assoc{From: l.bucket(false), Kind: store.AssocWaiting, To: l.id}
	if l.state == waiting {
		home.Time = max(l.due, 1)
	}
	var err error
	if l.thread != 0 && l.state != waiting {
		err = tx.Unlink(ctx, store.Pair{From: home.From, Kind: home.Kind, To: l.id})
	} else {
		err = tx.Link(ctx, home)
	}
	if err != nil {
		return fmt.Errorf("link lane: %w", err)
	}
	ill := store.Assoc{From: l.bucket(true), Kind: store.AssocWaiting, To: l.id, Time: max(l.due, 1)}
	if l.state == failing {
		return tx.Link(ctx, ill)
	}
	return tx.Unlink(ctx, store.Pair{From: ill.From, Kind: ill.Kind, To: ill.To})
}

// value is the record of an answer, with false if there is none of that type.
func value[T any](rec *store.Record) (v T, ok bool) {
	if rec == nil {
		return v, false
	}
	v, ok = rec.Value.(T)
	return v, ok
}
