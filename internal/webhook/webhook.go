// Package webhook is the outbox: what apps are told of. It is kept in the
// transaction that made it so, and delivered to their addresses afterwards, at
// least once and, within a thread, in order. The package refuses to know why an
// app is told, and who may know it.
//
// Stored by this package:
//
//	object  lane                      lane: one destination of an app, and how it goes there
//	object  lane                      siding: a lane for one thread, of which a delivery failed
//	object  meta 512...543            buckets, in which lanes wait
//	key     lane/<app> + what         -> lane
//	key     lane/<app> + what + thread -> siding
//	assoc   bucket -waiting-> lane    at the time it is due; without a time nothing is
//	assoc   lane -waiting-> siding    without a time
//	assoc   lane -queued-> number     one for each delivery that waits, in the order of the commits
//	assoc   app -delivery-> number    Delivery: what is told, and how it went; newest first
//	assoc   person -told-> number     the app: whom a delivery is about
//
// The number of a delivery is negative: no object is there. Nothing here is ever
// walked over as a whole: a bucket leads to the lanes that are due, a lane to the
// deliveries that wait, oldest first.
package webhook

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A What is what an app is told of. Numbers are in every database.
type What uint8

// What an app is told of.
const (
	// Deauthorize: a person removed the app. [doc login, deauthorize callback]
	Deauthorize What = iota + 1
	// DataDeletion: a person asked that their data be deleted. [doc data deletion callback]
	DataDeletion
	// Updates of objects that an app subscribed to. [doc webhooks]
	PageUpdate
	InstagramUpdate
	UserUpdate
	PermissionsUpdate
)

var whatNames = [...]string{"unknown", "deauthorize", "data_deletion", "page", "instagram", "user", "permissions"}

// UpdateOf is the What of an object's updates, zero for an object that has none.
func UpdateOf(object string) What {
	for w := PageUpdate; int(w) < len(whatNames); w++ {
		if whatNames[w] == object {
			return w
		}
	}
	return 0
}

// update reports whether it is one, to whoever subscribed.
func (w What) update() bool { return w >= PageUpdate && int(w) < len(whatNames) }

// String is the name that people read.
func (w What) String() string {
	if int(w) < len(whatNames) {
		return whatNames[w]
	}
	return whatNames[0]
}

// address is where an app wants to be told, empty for nowhere.
func (w What) address(a *people.App) string {
	switch w {
	case Deauthorize:
		return a.DeauthURL
	case DataDeletion:
		return a.DeletionURL
	}
	if w.update() {
		if s := a.Subscription(whatNames[w]); s != nil {
			return s.URL
		}
	}
	return ""
}

// An Event is something that an app is to be told of.
type Event struct {
	What What
	App  *people.App
	// Person is whom it is about, UserID how the app knows them.
	Person store.ID
	UserID string
	// Thread is what it stays in order with: one that fails holds up those of its
	// own thread only. Empty means UserID.
	Thread string
	// At is when it happened.
	At time.Time
	// Body is what an update says, exactly as it is sent and signed; what else is
	// told follows from the rest.
	Body []byte
}

// Options of an Outbox.
type Options struct {
	DB *store.DB
	// Now is the world's clock: retries go by it.
	Now func() time.Time
	// Names are the public names of deliveries.
	Names *Names
	// Targets are where deliveries may go.
	Targets Targets
	// Queue is how many deliveries may wait at a destination that does not
	// answer; the oldest is dropped for one more. Zero means 10,000.
	Queue int
	// Keep is how long what was delivered or given up can be looked at; zero
	// means seven days.
	Keep time.Duration
	// UnsubscribeAfter is how long updates of a Page or an account may fail before the
	// app is taken off there; zero means for ever.
	UnsubscribeAfter time.Duration
}

// Defaults of Options.
const (
	defaultQueue = 10_000
	defaultKeep  = 7 * 24 * time.Hour
)

// An Outbox keeps what is to be told, and tells how it went. It is safe for
// concurrent use.
type Outbox struct {
	opt   Options
	bell  bell
	asked chan struct{} // places for handshakes
	// fetched are places for files.
	fetched chan struct{}
	Stats   Stats
	// dropped has, of each lane, what was dropped last.
	dropped struct {
		sync.Mutex
		last map[store.ID]store.ID
	}
}

// Stats count deliveries of this process.
type Stats struct {
	Delivered, Failed, GivenUp, Dropped atomic.Uint64
	// TakenOff are apps that were taken off a Page or an account.
	TakenOff atomic.Uint64
}

// NewOutbox makes an Outbox.
func NewOutbox(opt Options) *Outbox {
	if opt.Queue == 0 {
		opt.Queue = defaultQueue
	}
	if opt.Keep == 0 {
		opt.Keep = defaultKeep
	}
	return &Outbox{opt: opt, bell: bell{ring: make(chan struct{}, 1)}, asked: make(chan struct{}, mostVerified), fetched: make(chan struct{}, mostFetched)}
}

// Check says why an address may not be a target of this Outbox.
func (o *Outbox) Check(text string) error { return o.opt.Targets.Check(text) }

// An Updater is what writes go through: a store, or a duty of one.
type Updater interface {
	Update(ctx context.Context, f func(*store.Tx) error) error
}

// Decoders makes the records of this package, for store.Options.
func Decoders() map[store.Kind]store.Decoder {
	return map[store.Kind]store.Decoder{
		store.KindLane:      func(id store.ID, _ int64, data []byte) (any, error) { return decodeLane(id, data) },
		store.AssocDelivery: func(_ store.ID, _ int64, data []byte) (any, error) { return DecodeDelivery(data) },
		store.AssocTold:     func(_ store.ID, _ int64, data []byte) (any, error) { return decodeTold(data) },
	}
}
