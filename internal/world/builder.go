package world

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// Options of a Builder.
type Options struct {
	DB    *store.DB // opened with Decoders
	Keys  *access.Keys
	Now   func() time.Time
	Knobs consent.Knobs
	// Random makes the bytes of tokens that are minted one by one; nil derives
	// them from Keys, so that the same world has the same tokens.
	Random func() [16]byte
	// NoExplicit refuses tokens that a world spells out: a server would never
	// accept them.
	NoExplicit bool
	// SetClock is called when a world with a clock has been loaded; nil ignores it.
	SetClock func(time.Time)
	// Files reads the pictures a world file names; nil refuses them.
	Files func(path string) ([]byte, error)
	// Desk makes the codes of logins.
	Desk *login.Desk
	// Catalogue says what things, fields and edges there are.
	Catalogue *schema.Catalogue
	// DefaultVersion serves apps that name none.
	DefaultVersion graph.Version
	// Begun is called when an erasure was acknowledged of which something is
	// left to do; whoever hears it calls Work. nil tells nobody.
	Begun func()
	// Base is where the pages of kith itself begin; nil: nowhere.
	Base func() string
	// FileURL is where a file is that was sent along, for those who are told at a moment.
	FileURL func(f *attachment.Ref, now time.Time) string
	// Outbox is where apps are told of what people did; nil tells nobody.
	Outbox *webhook.Outbox
	// MostFile is how many bytes a file of a message may have; zero means 25 MB.
	MostFile int64
	// MessageRequest is where an accepted message request is told: one of
	// messaging.RequestForms, the first unless set.
	MessageRequest string
	// JobRows bounds what one transaction of an erasure removes; zero means 500.
	JobRows int
}

// A Builder puts worlds into a store and changes them. It keeps nothing beyond
// its Options and is safe for concurrent use.
type Builder struct {
	opt Options
	to  Updater
	// What a Page's, an Instagram account's and a bare token may do.
	pagePermissions, instagramPermissions graph.Permissions
}

// defaultMostFile is Options.MostFile unless set. [doc saving assets]
const defaultMostFile = 25_000_000

// New makes a Builder.
func New(opt Options) *Builder {
	if opt.DefaultVersion == 0 {
		opt.DefaultVersion = graph.V(25, 0)
	}
	if opt.MostFile <= 0 {
		opt.MostFile = defaultMostFile
	}
	if opt.JobRows <= 0 {
		opt.JobRows = defaultJobRows
	}
	b := &Builder{opt: opt, to: opt.DB, instagramPermissions: permissionsWith("instagram_business_")}
	b.pagePermissions = permissionsWith("pages_", "instagram_", "manage_pages", "publish_pages", "read_page_mailboxes",
		"leads_retrieval", "business_management", "public_profile")
	return b
}

// An Updater is what writes go through: the DB, or a store.Duty of it.
type Updater interface {
	Update(ctx context.Context, f func(*store.Tx) error) error
}

// Under returns a Builder whose Load and Work write through u.
func (b *Builder) Under(u Updater) *Builder {
	c := *b
	c.to = u
	return &c
}

// permissionsWith is the set of all whose name begins so.
func permissionsWith(prefixes ...string) (set graph.Permissions) {
	for i, name := range graph.PermissionNames() {
		for _, prefix := range prefixes {
			if len(name) >= len(prefix) && name[:len(prefix)] == prefix {
				set = set.With(graph.Permission(i))
			}
		}
	}
	return set
}

// Decoders makes every record of a world from bytes, for store.Options.
func Decoders(keys *access.Keys) map[store.Kind]store.Decoder {
	all := people.Decoders()
	maps.Copy(all, audience.Decoders())
	maps.Copy(all, webhook.Decoders())
	maps.Copy(all, messaging.Decoders())
	maps.Copy(all, attachment.Decoders())
	all[store.KindApp] = func(id store.ID, _ int64, data []byte) (any, error) {
		app, err := people.DecodeApp(id, data)
		if err != nil {
			return nil, err
		}
		if len(app.Sealed) > 0 {
			app.Secret, err = keys.Open(app.PublicID, app.Sealed)
		}
		return app, err
	}
	all[store.KindToken] = access.DecodeToken
	all[store.KindCode] = access.DecodeCode
	all[store.AssocContact] = func(_ store.ID, _ int64, data []byte) (any, error) { return consent.Decode(data) }
	all[store.KindJob] = func(id store.ID, _ int64, data []byte) (any, error) { return decodeJob(id, data) }
	all[store.KindEvent] = func(_ store.ID, _ int64, data []byte) (any, error) { return decodeHappening(data) }
	return all
}

// Empty reports whether nothing was ever put into the store.
func (b *Builder) Empty(ctx context.Context) (bool, error) {
	empty := true
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		empty = true
		return r.Scan(ctx, store.Objects, func(row *store.Row) bool {
			empty = row.Object.Kind == store.KindMeta
			return empty
		})
	})
	return empty, err
}

// record is the decoded value of an answer, with false if there is none of
// that type.
func record[T any](rec *store.Record) (v T, ok bool) {
	if rec == nil {
		return v, false
	}
	v, ok = rec.Value.(T)
	return v, ok
}

// get reads an object of one type; what names it in the error.
func get[T any](ctx context.Context, r *store.Reader, id store.ID, what string) (v T, err error) {
	rec, err := r.Get(ctx, id)
	if err != nil {
		return v, err
	}
	v, ok := record[T](rec)
	if !ok {
		return v, fmt.Errorf("%s is not in the store", what)
	}
	return v, nil
}
