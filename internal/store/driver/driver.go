// Package driver is the contract between kith and the places it keeps its data.
//
// It owns the words of storage (object, association, key, count) and refuses to
// know what they stand for: no method is named after a node type, and no
// consent, permission or version rule lives in a backend. The shape is TAO's:
// typed objects, directed typed associations ordered by time, counts.
package driver

import (
	"context"
	"time"
)

// An ID names an object inside one database. It never leaves the process and
// has no String method, so that nobody prints it by accident.
type ID int64

// A Kind is a row of the registry: what an object or association is.
type Kind uint16

// A Space separates one family of unique keys from another.
type Space uint16

// TimeVersion as the Time of a linked Assoc means "the version of the
// transaction that writes it", so that a history is ordered by commits and not
// by a clock that may go back.
const TimeVersion int64 = -1 << 62

// An Object is one record. Version is the version of the transaction that last
// wrote it; a backend sets it on Put and ignores what the caller put there.
type Object struct {
	ID      ID
	Kind    Kind
	Version int64
	Data    []byte
}

// An Assoc is one directed association. Time orders it newest first within
// (From, Kind); zero keeps it out of ranges (it is found as a pair only). A Version
// given to Link is that of the row as it was read before: a hint, and no more.
type Assoc struct {
	From    ID
	Kind    Kind
	To      ID
	Time    int64
	Version int64
	Data    []byte
}

// A Key is a unique value within its space.
type Key struct {
	Space Space
	Key   string
}

// A Binding says what object a key leads to.
type Binding struct {
	Key
	ID ID
}

// A Pair names one association by its primary key.
type Pair struct {
	From ID
	Kind Kind
	To   ID
}

// A Pos is a place in a time-ordered list.
type Pos struct {
	Time int64
	To   ID
}

// A Range asks for a run of associations, newest first; equal times are ordered
// by To. After and Before bound it by position (exclusive), Since and Until by
// time (inclusive, zero means open). Limit must be positive.
//
// Reverse walks the same run from its other end, oldest first: the bounds mean
// the same places, so that Before with Reverse begins next to Before.
//
// All walks in order of To and includes associations without a time; positions
// then count by To only, Since and Until not at all. It serves erasure and
// export.
type Range struct {
	From          ID
	Kind          Kind
	After, Before *Pos
	Since, Until  int64
	Reverse       bool
	All           bool
	Limit         int
}

// A Count asks how many associations of a Counted kind start at From.
type Count struct {
	From ID
	Kind Kind
}

// Owned asks for the keys of one space that lead to an object, in key order.
type Owned struct {
	ID    ID
	Space Space
}

// A ReadSet is any mix of questions, answered by one Read in one round trip.
// Each answer slice has the length of its question slice after Read. Missing
// objects and pairs are nil, missing keys are ID 0. Answers belong to the
// caller and stay valid after the transaction.
type ReadSet struct {
	Objects []ID
	Keys    []Key
	Pairs   []Pair
	Ranges  []Range
	Counts  []Count
	Owned   []Owned

	// Last says that no further question follows in this transaction, so that
	// its end may ride along with the answer. A backend may ignore it; a Read
	// after it is an error of the caller. Reset clears it.
	Last bool

	GotObjects []*Object
	GotKeys    []ID
	GotPairs   []*Assoc
	GotRanges  [][]Assoc
	GotCounts  []int64
	GotOwned   [][]string
}

// A Table is one of the four tables, for Scan.
type Table int

// The four tables.
const (
	Objects Table = iota
	Assocs
	Keys
	Counts
)

// A Row is what Scan hands out: the member of the scanned table is set. The
// bytes are valid during the call only.
type Row struct {
	Object Object
	Assoc  Assoc
	Key    Binding
	Count  struct {
		From ID
		Kind Kind
		Slot int
		N    int64
	}
}

// A Reader sees one snapshot.
type Reader interface {
	// Read answers the whole set in one round trip.
	Read(ctx context.Context, rs *ReadSet) error
	// Scan walks one table in primary-key order until f returns false. It is
	// for export, verification and erasure, never for a request.
	Scan(ctx context.Context, t Table, f func(*Row) bool) error
}

// Hosted is what a Reader or Writer of a database with several hosts is too.
type Hosted interface {
	// Host names the host the transaction runs on. It is known at the latest
	// once the transaction has read something, and empty before. After Update it
	// is the host that acknowledged, for the function's last Writer.
	Host() string
}

// Pulsing is what a Store also is whose Updates wait for a turn, or for a host
// that says nothing.
type Pulsing interface {
	// Pulse is an Update that takes no turn of the others and is over after
	// about wait, whatever the database does. What is not known by then is an
	// error, and nobody looks what became of it.
	Pulse(ctx context.Context, wait time.Duration, f func(Writer) error) error
}

// Contended is what a Store also is whose Updates can lose against others that
// touch the same.
type Contended interface {
	// Contention counts the runs of Updates that lost against a rival, and the
	// Updates that did not happen though they were tried again.
	Contention() (lost, gaveUp uint64)
}

// Tidied is what a Store also is that keeps records of its own which nobody
// needs after a while and no process removes as its own.
type Tidied interface {
	// Tidy removes some. One process at a time is to call it, once a minute.
	Tidy(ctx context.Context) error
}

// Clocked is what a Store also is where the data lies on a machine with a clock
// of its own.
type Clocked interface {
	Clock(ctx context.Context) (time.Time, error)
}

// A Writer reads and writes. Writes may be buffered, but a later Read or Scan
// of the same transaction sees them.
type Writer interface {
	Reader
	// Put inserts or replaces objects.
	Put(ctx context.Context, objs []Object) error
	// Delete removes objects, not what hangs on them; missing ones are fine.
	Delete(ctx context.Context, ids []ID) error
	// Bind claims keys: first writer wins. The answer has, for each binding,
	// the ID the key now leads to, which is the existing one if it was taken.
	Bind(ctx context.Context, bs []Binding) ([]ID, error)
	// Unbind frees keys; missing ones are fine.
	Unbind(ctx context.Context, ks []Key) error
	// Link inserts or replaces associations, keeps the counts of Counted kinds
	// and writes the inverse where the registry names one. The inverse shares
	// Time and Version; its Data is its own: none when new, kept when it was
	// there. One that is written Once is as it was when it was new, with no Time.
	Link(ctx context.Context, as []Assoc) error
	// Unlink removes associations and their inverses; missing ones are fine.
	Unlink(ctx context.Context, ps []Pair) error
	// Purge removes objects with every association that starts at them, the
	// inverses of those, their counts and their keys.
	Purge(ctx context.Context, ids []ID) error
}

// A Store keeps objects, associations and unique keys.
//
// View sees one snapshot. Update is serializable and may run f more than once:
// f must not touch anything outside the transaction. When Update returns nil
// the writes are durable; when it returns an error none of them happened,
// except for ErrAmbiguous.
type Store interface {
	View(ctx context.Context, f func(Reader) error) error
	Update(ctx context.Context, f func(Writer) error) error
	Close() error
}
