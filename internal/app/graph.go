// Package app wires everything: it owns clocks, randomness and the life of a
// server, and refuses to hold any rule of the Graph.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/clock"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/fault"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/limits"
	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/nodes"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/picture"
	"github.com/kithgraph/kith/internal/plugin"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/sqltext"
	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/wire"
	"github.com/kithgraph/kith/internal/world"
)

// Settings are what a Graph is made of, without its listeners. The zero value
// is an emulator in memory.
type Settings struct {
	// Server turns the emulator's conveniences off: explicit tokens, numbered
	// answers, deterministic ids of calls.
	Server bool
	// Path is the database file; empty keeps everything in memory.
	Path string
	// DSN is a database that other processes may share, instead of a file.
	DSN string
	// Migrations are those of the database's schema; nil means this kith's.
	Migrations []sqltext.Migration
	// Lease and Fence are those of store.Options, for a shared database.
	Lease, Fence time.Duration
	// Master is the key of 32 bytes; empty is the demo key.
	Master         []byte
	DefaultVersion graph.Version
	Knobs          *consent.Knobs
	// TokenStatus is the knob token_status; empty is 400.
	TokenStatus string
	// ParameterWins is the knob token_conflict: parameter instead of refuse.
	ParameterWins bool
	// Realistic is versions.policy realistic.
	Realistic bool
	// PublicPages is the knob pages.public; empty is by_version.
	PublicPages string
	// Silhouettes is the knob pictures.unknown: silhouette instead of error.
	Silhouettes bool
	// TellRecipient is the knob sending.recipient_id; empty is by_edition. PhoneFee is
	// sending.phone_fee due.
	TellRecipient string
	PhoneFee      bool
	// MessageRequest is the knob webhooks.message_request; empty is optin.
	MessageRequest string
	// TestUsers is how many test users an app has at most; zero means 2,000.
	TestUsers int
	// LoginPage, on or off, is the page on which whoever reaches it logs in as
	// anybody; empty is on in an emulator and off in a server.
	LoginPage string
	// LeanHeaders leaves out response headers that mean nothing to a client.
	LeanHeaders bool
	// Sizes bound what a call may bring; zero ones have their defaults.
	Sizes wire.Sizes
	// HandlerTimeout bounds how long a call may take to answer; zero means 20 s.
	HandlerTimeout time.Duration
	// Bounds are what one call may cost; zero ones have their defaults.
	Bounds engine.Bounds
	// Rates are the rate limits; nil: calls are not counted.
	Rates     *limits.Rules
	PublicURL string
	// GraphURL is where links of the Graph begin, PublicURL unless set.
	GraphURL   string
	PictureTTL time.Duration
	// InstagramPictureTTL is 3 days unless set. [guess]
	InstagramPictureTTL time.Duration
	JournalSize         int
	JournalSample       uint64
	CacheEntries        int
	Log                 *slog.Logger
	// Begin is where the world's clock stands still from the first moment; zero lets
	// it run with the machine's.
	Begin time.Time
	// Now is the machine's clock, time.Now unless set.
	Now func() time.Time
	// Targets are where apps may be told of people who leave.
	Targets webhook.Targets
	// Deliveries bound what is delivered; zero ones have their defaults.
	Deliveries Deliveries
	// Attachments are how what is sent along with messages is kept.
	Attachments Attachments
	// Files reads pictures that a world file names.
	Files func(path string) ([]byte, error)
}

// Deliveries are the bounds of what apps are told.
type Deliveries struct {
	Timeout time.Duration // of one try
	Lanes   int           // destinations at a time
	Batch   int           // updates in one POST
	Queue   int           // deliveries that may wait at one that does not answer
	Keep    time.Duration // how long those that are over are kept

	UnsubscribeAfter time.Duration // of failures; zero: never
}

// A Graph is everything but connections. It is safe for concurrent use.
type Graph struct {
	set     Settings
	Clock   *clock.Clock
	DB      *store.DB
	Keys    *access.Keys
	Journal *journal.Ring
	Schema  *schema.Catalogue
	Engine  *engine.Engine
	World   *world.Builder
	Outbox  *webhook.Outbox
	Metrics *Metrics
	// Faults are nil in server mode.
	Faults *fault.Plan
	// Limits are where calls are counted; nil: they are not.
	Limits *limits.Table

	auth     *access.Auth
	env      *schema.Env
	desk     *login.Desk
	core     *wire.Core
	dialog   *login.Dialog // nil: there is no login page
	doors    *plugin.Desk  // likewise: nor are there others
	pictures *pictures
	prober   prober
	memory   *memory.Store
	saved    *memory.Store
	first    *world.World
	drv      driver.Store
	scrub    func(context.Context) error // nil if the store keeps no traces
	guard    *guard
	chores   *chores
}

// Defaults of Settings.
const (
	defaultPictureTTL   = 2_592_000 * time.Second // exactly 30 days. [seen, four captures]
	defaultInstagramTTL = 72 * time.Hour
	defaultJournal      = 1000
	defaultHandler      = 20 * time.Second
)

func (s *Settings) fill() {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.DefaultVersion == 0 {
		s.DefaultVersion = graph.V(25, 0)
	}
	if s.Knobs == nil {
		k := consent.DefaultKnobs()
		s.Knobs = &k
	}
	if s.PictureTTL == 0 {
		s.PictureTTL = defaultPictureTTL
	}
	if s.InstagramPictureTTL == 0 {
		s.InstagramPictureTTL = defaultInstagramTTL
	}
	if len(s.Master) == 0 {
		s.Master = []byte(access.DemoKey)
	}
	if s.HandlerTimeout == 0 {
		s.HandlerTimeout = defaultHandler
	}
	if s.JournalSize == 0 && !s.Server {
		s.JournalSize = defaultJournal
	}
	if s.Log == nil {
		s.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
}

// Open builds a Graph over its store.
func Open(ctx context.Context, set Settings) (*Graph, error) {
	set.fill()
	if len(set.Master) != picture.MasterSize {
		return nil, fmt.Errorf("the master key has %d bytes, it needs %d", len(set.Master), picture.MasterSize)
	}
	keys, err := access.NewKeys(set.Master)
	if err != nil {
		return nil, fmt.Errorf("derive keys: %w", err)
	}
	g := &Graph{set: set, Keys: keys, Clock: clock.New(set.Now)}
	if !set.Begin.IsZero() {
		g.Clock.Freeze(set.Begin)
	}
	if g.Schema, err = nodes.Catalogue(); err != nil {
		return nil, fmt.Errorf("declared graph: %w", err)
	}
	drv, err := g.openStore(ctx)
	if err != nil {
		return nil, err
	}
	g.drv = drv
	if s, ok := drv.(scrubber); ok {
		g.scrub = s.Scrub
	}
	g.DB = store.Open(drv, store.Options{
		Decode: world.Decoders(g.Keys), CacheEntries: set.CacheEntries, Shared: set.DSN != "", Machine: clock.System(time.Now), Node: node(),
		Lease: set.Lease, Fence: set.Fence,
	})
	g.guard = startGuard(g.DB)
	if err := g.begin(ctx); err != nil {
		g.guard.stop()
		return nil, errors.Join(err, g.DB.Close())
	}
	if err := g.post(); err != nil {
		g.guard.stop()
		return nil, errors.Join(err, g.DB.Close())
	}
	g.wire()
	g.chores = startChores(g)
	return g, nil
}

// begin waits until the database may be used and makes it this key's.
func (g *Graph) begin(ctx context.Context) error {
	if err := g.DB.Await(ctx); err != nil {
		return fmt.Errorf("open database %q: %w", g.set.where(), err)
	}
	if g.set.where() == "" {
		return nil
	}
	return g.claim(ctx)
}

// post makes the outbox.
func (g *Graph) post() error {
	names, err := webhook.NewNames(g.set.Master)
	if err != nil {
		return fmt.Errorf("derive keys: %w", err)
	}
	most := &g.set.Deliveries
	g.Outbox = webhook.NewOutbox(webhook.Options{DB: g.DB, Now: g.Clock.Now, Names: names, Targets: g.set.Targets, Queue: most.Queue, Keep: most.Keep, UnsubscribeAfter: most.UnsubscribeAfter})
	return nil
}

// deliverer delivers what is in the outbox.
func (g *Graph) deliverer() *webhook.Deliverer {
	most := &g.set.Deliveries
	return webhook.NewDeliverer(webhook.DelivererOptions{Outbox: g.Outbox, Sign: access.SignRequest, Timeout: most.Timeout, Lanes: most.Lanes, Batch: most.Batch,
		Version: g.versionOf, Others: g.DB.Shared(), Log: g.set.Log})
}

// versionOf is what an app is told things in that names no version.
func (g *Graph) versionOf(a *people.App) string {
	return cmp.Or(a.DefaultVersion, g.set.DefaultVersion).String()
}

// mostTestUsers is how many test users an app has at most. [doc test users]
const mostTestUsers = 2000

func (g *Graph) wire() {
	set := &g.set
	g.env = &schema.Env{
		Keys: g.Keys, Pictures: picture.NewSigner(set.Master), PictureBase: set.PublicURL, GraphBase: cmp.Or(set.GraphURL, set.PublicURL),
		PictureTTL: set.PictureTTL, InstagramPictureTTL: set.InstagramPictureTTL, Realistic: set.Realistic, PublicPages: set.PublicPages, Silhouettes: set.Silhouettes, TestUsers: cmp.Or(set.TestUsers, mostTestUsers),
		TellRecipient: cmp.Or(set.TellRecipient, "by_edition"), PhoneFee: set.PhoneFee, Files: set.files(),
	}
	g.auth = access.NewAuth(access.Options{Keys: g.Keys, Explicit: !set.Server, ConflictRefused: !set.ParameterWins})
	if set.Rates != nil {
		g.Limits = limits.New(*set.Rates)
	}
	g.Engine = engine.New(engine.Options{
		DB: g.DB, Auth: g.auth, Catalogue: g.Schema, Env: g.env, Knobs: *set.Knobs, DefaultVersion: set.DefaultVersion,
		Services: g.services(), Bounds: set.Bounds, Limits: g.Limits,
	})
	if set.JournalSize > 0 {
		g.Journal = journal.NewRing(set.JournalSize)
	}
	if !set.Server {
		g.Faults = new(fault.Plan)
	}
	g.Metrics = newMetrics(g.Schema)
	g.Metrics.watch(g.DB, g.Outbox)
	g.desk = login.New(login.Options{DB: g.DB, Auth: g.auth, Keys: g.Keys, Outbox: g.Outbox, Random: g.random(), Base: func() string { return g.env.PictureBase }})
	g.core = wire.New(wire.Options{
		Engine: g.Engine, Desk: g.desk, Now: g.Clock.Now, Machine: set.Now, DefaultVersion: set.DefaultVersion,
		Journal: g.Journal, Sample: set.JournalSample, Numbered: !set.Server, Lean: set.LeanHeaders, TokenStatus: set.TokenStatus, Sizes: set.Sizes, TraceSeed: g.seed(), Log: set.Log,
		Faults: g.Faults, Limits: g.Limits, Observe: g.Metrics.observe,
	})
	g.pictures = newPictures(g)
	g.World = world.New(world.Options{
		DB: g.DB, Keys: g.Keys, Desk: g.desk, Now: g.Clock.Now, Knobs: *set.Knobs, Random: g.random(), SetClock: g.setClock(),
		Catalogue: g.Schema, NoExplicit: set.Server, Files: set.Files, DefaultVersion: set.DefaultVersion,
		Begun: func() { g.chores.begun() }, Outbox: g.Outbox, MessageRequest: set.MessageRequest, MostFile: g.env.Files.Most, FileURL: g.env.FileURL, Base: func() string { return g.env.PictureBase },
	})
	if set.LoginPage == "on" || set.LoginPage == "" && !set.Server {
		g.dialog = login.NewDialog(login.DialogOptions{Desk: g.desk, Now: g.Clock.Now, Logins: g.World.Logins, Find: g.World.FindLogin, Log: set.Log})
		g.doors = g.openDoors()
	}
}

// seed begins the sequence of call ids: the same at every start of an
// emulator, unpredictable in a server.
func (g *Graph) seed() uint64 {
	if !g.set.Server {
		return 1
	}
	var b [8]byte
	fill(b[:])
	return binary.BigEndian.Uint64(b[:])
}

// setClock lets a world set the clock, in an emulator only.
func (g *Graph) setClock() func(time.Time) {
	if g.set.Server {
		return nil
	}
	return g.Clock.Set
}

func (g *Graph) random() func() [16]byte {
	if !g.set.Server {
		return nil
	}
	return func() (b [16]byte) {
		fill(b[:])
		return b
	}
}

// fill reads from the system's randomness, which never fails.
func fill(b []byte) { _, _ = rand.Read(b) }

// SetPublicURL says where picture URLs and links of the Graph begin, once the
// address is known and before the first call.
func (g *Graph) SetPublicURL(url string) { g.env.PictureBase, g.env.GraphBase = url, url }

// SetGraphURL says where links of the Graph begin, if elsewhere.
func (g *Graph) SetGraphURL(url string) { g.env.GraphBase = url }

// Machine is the machine's clock, which is not that of the world.
func (g *Graph) Machine() time.Time { return g.set.Now() }

// Serve answers one Graph call, picture, or page for people.
func (g *Graph) Serve(ctx context.Context, in *graph.In, out *graph.Out) {
	p := &span{Context: ctx, most: g.set.HandlerTimeout}
	defer p.end()
	ctx = p
	switch numbered := numbered(in.Target); {
	case !numbered && picturePath(in.Target):
		g.pictures.serve(ctx, in, out)
	case !numbered && attachment.IsPath(in.Target):
		g.attachment(ctx, in, out)
	case !numbered && world.IsLinkingPath(in.Target):
		g.linking(ctx, in, out)
	case !numbered && g.dialog != nil && isDialog(in):
		g.dialog.Serve(ctx, in, out)
	case g.doors != nil && plugin.Path(in.Host, in.Target):
		g.doors.Serve(ctx, in, out)
	default:
		g.core.Serve(ctx, in, out)
	}
}

// numbered reports whether a target is that of a node by version and number, as
// most are: no page that is served beside the Graph has such a path.
func numbered(target string) bool {
	if len(target) < 2 || target[:2] != "/v" {
		return false
	}
	i := 2
	for i < len(target) && (target[i] == '.' || '0' <= target[i] && target[i] <= '9') {
		i++
	}
	return i > 2 && i+1 < len(target) && target[i] == '/' && '0' <= target[i+1] && target[i+1] <= '9'
}

func isDialog(in *graph.In) bool {
	_, ok := login.DialogPath(in.Host, in.Target)
	return ok
}

// Close ends what runs in the background, and the store.
func (g *Graph) Close() error {
	g.chores.stop()
	g.guard.stop()
	return g.DB.Close()
}

// Load loads a world and remembers it as what Reset goes back to.
func (g *Graph) Load(ctx context.Context, w *world.World) error { return g.load(ctx, w, g.World) }

func (g *Graph) load(ctx context.Context, w *world.World, b *world.Builder) error {
	if err := b.Load(ctx, w); err != nil {
		return err
	}
	g.first = w
	if g.memory != nil {
		g.saved = g.memory.Fork()
	}
	return nil
}

// Reset goes back to the world the Graph began with, or to another one for the
// time until the next Reset. What else was there is gone, the journal too. A
// world that cannot be loaded changes nothing.
func (g *Graph) Reset(ctx context.Context, to *world.World) error {
	if err := g.chores.tell.still(func() error { return g.replace(ctx, to) }); err != nil {
		return err
	}
	if g.Journal != nil {
		g.Journal.Clear()
	}
	if g.Faults != nil {
		g.Faults.Clear()
	}
	g.Limits.Clear("", "")
	return nil
}

func (g *Graph) replace(ctx context.Context, to *world.World) error {
	// Known tokens and drawn pictures are named by ids that may come again.
	defer g.pictures.done.InvalidateAll()
	defer g.auth.Forget()
	if to == nil && g.saved != nil {
		return g.restore(g.saved, g.first)
	}
	if to == nil {
		to = g.first
	}
	if to == nil {
		return g.wipe(ctx)
	}
	if err := g.World.Check(to); err != nil {
		return err
	}
	var before *memory.Store
	if g.memory != nil {
		before = g.memory.Fork()
	}
	if err := g.wipe(ctx); err != nil {
		return err
	}
	if to.Clock.IsZero() {
		g.Clock.Live()
	}
	err := g.World.Load(ctx, to)
	if err != nil && before != nil {
		return errors.Join(err, g.restore(before, nil))
	}
	return err
}

// restore puts a saved state back, with the clock of its world.
func (g *Graph) restore(saved *memory.Store, of *world.World) error {
	if err := g.DB.Replace(func() error { g.memory.Restore(saved); return nil }); err != nil {
		return err
	}
	switch {
	case of == nil:
	case of.Clock.IsZero():
		g.Clock.Live()
	default:
		g.Clock.Set(of.Clock)
	}
	return nil
}

// wipe removes everything but the allocator of ids and what else is the store's.
func (g *Graph) wipe(ctx context.Context) error {
	return g.DB.Update(ctx, func(tx *store.Tx) error {
		var ids []store.ID
		err := tx.Scan(ctx, store.Objects, func(r *store.Row) bool {
			if r.Object.Kind != store.KindMeta || r.Object.ID == world.UnfinishedID {
				ids = append(ids, r.Object.ID)
			}
			return true
		})
		if err != nil {
			return err
		}
		return tx.Purge(ctx, ids...)
	})
}
