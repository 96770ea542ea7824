package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/port"
	"github.com/kithgraph/kith/internal/webhook"
	"github.com/kithgraph/kith/internal/wire"
	"github.com/kithgraph/kith/internal/world"
)

// A Server is a Graph with its connections.
type Server struct {
	Graph *Graph
	// URL is where the Graph is, ControlURL where the control plane is.
	URL, ControlURL string
	// TLSURL is where it is with certificates of the local CA, empty if nowhere.
	TLSURL string
	// Store says where the data is, for people.
	Store string
	// Loaded is the world that was loaded at this start, empty if the store had
	// one already.
	Loaded string
	// AdminFile has the credential of the control plane in server mode.
	AdminFile string
	// Took is how long the start took.
	Took time.Duration

	cfg     *config.Config
	began   time.Time
	ports   []*port.Server // of the Graph
	control *port.Server   // nil: the control plane is beside the Graph
	failed  chan error
	// draining: it was told to stop.
	draining atomic.Bool
}

// Start opens the store, loads a world into it if it is empty, and listens.
// Nothing is left behind when it fails.
func Start(ctx context.Context, cfg *config.Config, log *slog.Logger) (*Server, error) {
	begin := time.Now()
	if err := keyBeside(cfg); err != nil {
		return nil, err
	}
	set, err := settings(cfg, log)
	if err != nil {
		return nil, err
	}
	// The address first: a port in use is found out before the store is touched.
	ls, err := listen(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, Store: "memory", began: begin, failed: make(chan error, len(ls.all()))}
	if where := set.where(); where != "" {
		s.Store = where
	}
	var shown *tls.Config
	if ls.tls != nil {
		if shown, err = s.certificates(log); err != nil {
			ls.close()
			return nil, err
		}
	}
	if err := s.open(ctx, set); err != nil {
		ls.close()
		return nil, err
	}
	admin, adminFile, err := cfg.AdminCredential(rand.Reader)
	if err != nil {
		ls.close()
		return nil, errors.Join(err, s.Graph.Close())
	}
	s.AdminFile = adminFile
	s.serve(&ls, shown, admin, log)
	s.Took = time.Since(begin)
	return s, nil
}

func settings(cfg *config.Config, log *slog.Logger) (Settings, error) {
	knobs, err := cfg.Knobs()
	if err != nil {
		return Settings{}, err
	}
	master, err := cfg.MasterKey(rand.Reader)
	if err != nil {
		return Settings{}, err
	}
	set := Settings{
		Server: cfg.IsServer(), Master: master, DefaultVersion: cfg.DefaultVersion, Knobs: &knobs,
		LeanHeaders: cfg.Headers == "lean",
		Sizes: wire.Sizes{Target: int(cfg.Limits.Target), Body: int(cfg.Limits.MaxBody), Batch: int(cfg.Limits.Batch),
			Upload: int(cfg.Limits.Upload), Depth: cfg.Limits.JSONDepth},
		HandlerTimeout: cfg.Limits.HandlerTimeout,
		Bounds:         engine.Bounds{Names: cfg.Limits.Fields, Depth: cfg.Limits.Depth, Nodes: cfg.Limits.Objects, Bytes: int(cfg.Limits.Answer)},
		LoginPage:      cfg.LoginPage,
		Realistic:      cfg.Versions.Policy == "realistic",
		PublicPages:    cfg.Pages.Public,
		TokenStatus:    cfg.TokenStatus,
		Silhouettes:    cfg.Pictures.Unknown == "silhouette",
		TestUsers:      cfg.Limits.TestUsers,
		TellRecipient:  cfg.Sending.RecipientID,
		MessageRequest: cfg.Webhooks.MessageRequest,
		PhoneFee:       cfg.Sending.PhoneFee == "due",
		ParameterWins:  cfg.TokenConflict == "parameter", PictureTTL: cfg.Pictures.TTL, InstagramPictureTTL: cfg.Pictures.InstagramTTL,
		JournalSize: cfg.JournalSize, JournalSample: uint64(max(cfg.JournalSample, 0)), CacheEntries: cfg.CacheEntries, Log: log,
		Lease: cfg.Lease, Fence: cfg.Fence, Rates: cfg.Rates.Rules(),
		Deliveries: Deliveries{Timeout: cfg.Webhooks.Timeout, Lanes: cfg.Webhooks.Lanes, Queue: cfg.Webhooks.Queue, Batch: cfg.Webhooks.Batch, Keep: cfg.Webhooks.Keep, UnsubscribeAfter: cfg.Webhooks.UnsubscribeAfter},
	}
	set.Attachments = AttachmentsOf(&cfg.Attachments)
	if set.Targets, err = webhook.ParseTargets(cfg.Webhooks.Targets); err != nil {
		return set, err
	}
	if cfg.JournalSample <= 0 {
		set.JournalSize = 0
	}
	if cfg.World != "" {
		set.Files = filesBeside(cfg.World)
	}
	if cfg.Memory {
		return set, nil
	}
	if err := config.MakeFolder(cfg.Data); err != nil {
		return set, fmt.Errorf("make data folder %q: %w; choose another with --data, or run with --memory", cfg.Data, err)
	}
	if set.DSN = string(cfg.Store); set.DSN == "" {
		set.Path = cfg.Database()
	}
	return set, nil
}

// filesBeside reads pictures from the folder of a world file and from nowhere else.
func filesBeside(path string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		root, err := os.OpenRoot(filepath.Dir(path))
		if err != nil {
			return nil, err
		}
		defer func() { _ = root.Close() }()
		return root.ReadFile(name)
	}
}

// listeners are the addresses of a server.
type listeners struct {
	graph   net.Listener
	control net.Listener // nil: beside the Graph
	tls     net.Listener // nil: there is none
}

// listen opens them all, or none.
func listen(ctx context.Context, cfg *config.Config) (ls listeners, err error) {
	defer func() {
		if err != nil {
			ls.close()
		}
	}()
	if ls.graph, err = port.Listen(ctx, cfg.Listen); err != nil {
		return ls, err
	}
	if cfg.IsServer() {
		if ls.control, err = port.Listen(ctx, cfg.ControlListen); err != nil {
			return ls, err
		}
	}
	if cfg.TLSListen != "" {
		if ls.tls, err = port.Listen(ctx, cfg.TLSListen); err != nil {
			return ls, tlsListenError(cfg.TLSListen, err)
		}
	}
	return ls, err
}

// tlsListenError says what to do about an address that cannot be had.
func tlsListenError(addr string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; ports below 1024 take a right: sudo setcap cap_net_bind_service=+ep on the program, or choose another with --tls-listen", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: %w; stop the other program or choose another with --tls-listen", addr, syscall.EADDRINUSE)
	}
	return err
}

func (ls *listeners) close() {
	for _, l := range ls.all() {
		_ = l.Close()
	}
}

func (ls *listeners) all() (all []net.Listener) {
	for _, l := range []net.Listener{ls.graph, ls.control, ls.tls} {
		if l != nil {
			all = append(all, l)
		}
	}
	return all
}

func (s *Server) open(ctx context.Context, set Settings) error {
	g, err := Open(ctx, set)
	if err != nil {
		return err
	}
	s.Graph = g
	if err := s.populate(ctx); err != nil {
		return errors.Join(err, g.Close())
	}
	return nil
}

// populate loads the world file, or the demo world of an emulator, into a
// store that is empty; a store with people in it stays as it is, and one with a
// part of a world is refused.
func (s *Server) populate(ctx context.Context) error {
	name, data := "demo", world.Demo()
	if s.cfg.World != "" {
		file, err := os.ReadFile(s.cfg.World)
		if err != nil {
			return fmt.Errorf("read world file: %w", err)
		}
		name, data = s.cfg.World, file
	} else if s.cfg.IsServer() {
		return s.whole(ctx)
	}
	w, err := world.Parse(name, data, s.Graph.Schema)
	if err != nil {
		return err
	}
	if !s.Graph.DB.Shared() {
		return s.fill(ctx, name, w, s.Graph.World)
	}
	return s.Graph.alone(ctx, func(ctx context.Context, b *world.Builder) error { return s.fill(ctx, name, w, b) })
}

// whole refuses a store with a part of a world.
func (s *Server) whole(ctx context.Context) error {
	if err := s.Graph.World.Finished(ctx); err != nil {
		return fmt.Errorf("serve database %q: %w", s.Graph.set.where(), err)
	}
	return nil
}

// fill loads a world into a store that is empty. Only here, where no other server
// loads, a part of one says that somebody was killed.
func (s *Server) fill(ctx context.Context, name string, w *world.World, b *world.Builder) error {
	if err := s.whole(ctx); err != nil {
		return err
	}
	empty, err := b.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		s.Graph.first = w
		return nil
	}
	s.Loaded = name
	err = s.Graph.load(ctx, w, b)
	if _, refused := errors.AsType[world.Problems](err); refused && s.cfg.Store != "" {
		// A kith of before took no duty, or somebody imports: the load looks first,
		// in the transaction that writes, so one of them is refused whole.
		if empty, lerr := s.Graph.World.Empty(ctx); lerr == nil && !empty {
			s.Graph.first, s.Loaded = w, ""
			return nil
		}
	}
	return err
}

// certificates are those of the local CA.
func (s *Server) certificates(log *slog.Logger) (*tls.Config, error) {
	ca, note, err := LocalCA(s.cfg.CAFolder())
	if err != nil {
		return nil, err
	}
	if note != "" {
		log.Warn(note)
	}
	return ca.TLS(), nil
}

func (s *Server) serve(ls *listeners, shown *tls.Config, admin string, log *slog.Logger) {
	s.URL = "http://" + reachable(ls.graph.Addr())
	s.ControlURL = s.URL
	public := s.cfg.PublicURL
	if public == "" {
		public = s.URL
	}
	s.Graph.SetPublicURL(strings.TrimRight(public, "/"))
	if s.cfg.GraphURL != "" {
		s.Graph.SetGraphURL(s.cfg.GraphURL)
	}
	deps := s.deps(admin)
	deps.Log = log
	ctx := context.Background()
	most := &s.cfg.Limits
	opt := port.Options{MaxBody: int(most.MaxBody)}
	if s.cfg.HTTP == "strict" {
		opt.Plain = func(in *port.In, out *port.Out) { s.Graph.Serve(ctx, in, out) }
	}
	core := port.Adapt(ctx, port.Bodies{Plain: int(max(most.MaxBody, most.Batch)), Parts: int(most.Upload), Together: int64(most.Bodies)}, s.Graph.Serve)
	if ls.control == nil {
		opt.Handler = port.Route("/_/", port.Loopback(control.Handler(deps)), core)
	} else {
		s.ControlURL = "http://" + reachable(ls.control.Addr())
		opt.Handler = port.Route("/_/", nil, core)
		s.control = s.start(ls.control, port.Options{Handler: control.Handler(deps)}, log)
	}
	s.ports = append(s.ports, s.start(ls.graph, opt, log))
	if ls.tls != nil {
		s.TLSURL = "https://" + reachable(ls.tls.Addr())
		opt.TLS = shown
		s.ports = append(s.ports, s.start(ls.tls, opt, log))
	}
}

func (s *Server) start(l net.Listener, opt port.Options, log *slog.Logger) *port.Server {
	opt.Hosts, opt.Log = s.cfg.Hosts, log
	opt.Now, opt.Rand = time.Now, rand.Reader
	most := &s.cfg.Limits
	opt.MaxConns, opt.MaxAddress = most.MaxConns, most.ConnsPerAddress
	opt.MaxTargetBytes, opt.MaxHeaderBytes = int(most.Target), int(most.Headers)
	opt.Streams, opt.StreamWindow, opt.ConnWindow = most.Streams, int(most.StreamWindow), int(most.ConnWindow)
	opt.Timeouts = port.Timeouts{Header: most.HeaderTimeout, Read: most.ReadTimeout, Write: most.WriteTimeout, Idle: most.IdleTimeout}
	p := port.New(opt)
	go func() { s.failed <- p.Serve(l) }()
	return p
}

func (s *Server) deps(admin string) control.Deps {
	g := s.Graph
	return control.Deps{
		World: g.World, Journal: g.Journal, Clock: g.Clock, Faults: g.Faults, Limits: g.Limits, Schema: g.Schema, Mode: s.cfg.Mode, Admin: admin,
		Ready:   s.ready,
		Metrics: promhttp.HandlerFor(g.Metrics.Registry, promhttp.HandlerOpts{}),
		Reset:   g.Reset,
		Info:    s.info,

		Database: s.databaseControl(),
	}
}

func (s *Server) info() control.Info {
	return control.Info{
		Version: Version, Mode: s.cfg.Mode, World: s.Loaded, URL: s.URL, ControlURL: s.ControlURL, Store: s.Store,
		Started: s.began, Settings: s.cfg.Choices(),
	}
}

// Version is the version of this binary.
const Version = "0.1.0"

// reachable is an address that a client on this machine can use.
func reachable(a net.Addr) string {
	host, p, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, p)
}

// Wait returns when ctx ends, or with the error of a listener that failed.
func (s *Server) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}
