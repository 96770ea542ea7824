package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A place is a data folder with a crowd in it.
type place struct {
	dir   string
	crowd *Crowd
}

// sizes of what is measured.
func (l *lab) sizes() (small, large, requests int) {
	if l.opt.Quick {
		return 10_000, 50_000, 5_000
	}
	return 10_000, 1_000_000, 20_000
}

// pages is how many Pages, and tokens, a crowd has.
const pages = 100

// smallPlace and largePlace are filled the first time somebody asks.
func (l *lab) smallPlace(ctx context.Context) (*place, error) {
	small, _, _ := l.sizes()
	return l.fill(ctx, &l.small, "small", small)
}

func (l *lab) largePlace(ctx context.Context) (*place, error) {
	_, large, _ := l.sizes()
	return l.fill(ctx, &l.large, "large", large)
}

func (l *lab) fill(ctx context.Context, to **place, name string, people int) (*place, error) {
	if *to != nil {
		return *to, nil
	}
	p := &place{dir: l.path(name)}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	g, err := l.opt.Open(ctx, p.database(), []byte(master))
	if err != nil {
		return nil, err
	}
	l.say("storing %d people", people)
	p.crowd, err = Populate(ctx, g.DB, g.Keys, Size{People: people, Pages: pages}, nil)
	if cerr := g.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, fmt.Errorf("store the %s crowd: %w", name, err)
	}
	*to = p
	return p, nil
}

// database is where kith keeps the data of a folder.
func (p *place) database() string { return filepath.Join(p.dir, "kith.db") }

// copyTo copies a folder that nobody uses.
func (p *place) copyTo(dir string) (*place, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	c := &place{dir: dir, crowd: p.crowd}
	from, err := os.Open(p.database())
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := os.Create(c.database())
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(to, from)
	if cerr := to.Close(); err == nil {
		err = cerr
	}
	return c, err
}

// serve starts kith over a folder.
func (l *lab) serve(ctx context.Context, mode, dir string, more ...string) (*process, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--mode", mode, "--listen", addr, "--data", dir, "--key-file", l.path("master.key"), "--public-url", publicURL}
	if mode == modeServer {
		control, err := freeAddress()
		if err != nil {
			return nil, err
		}
		args = append(args, "--control-listen", control, "--rates-enforce", "off") // a load is no client of a day
	}
	args = append(args, more...)
	p, err := l.launch(ctx, addr, []string{"HOME=" + l.dir, "KITH_ADMIN_TOKEN=" + admin}, l.kith, args...)
	if err == nil {
		l.running = append(l.running, p)
	}
	return p, err
}

// Modes of kith, and what its picture URLs begin with: the same for all, so
// that all bodies have one length.
const (
	modeServer   = "server"
	modeEmulator = "emulator"
	publicURL    = "http://127.0.0.1:8080"
)

// bare starts the handler that everything is compared with.
func (l *lab) bare(ctx context.Context, body []byte) (p *process, secure string, err error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, "", err
	}
	if secure, err = freeAddress(); err != nil {
		return nil, "", err
	}
	file := l.path("body.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return nil, "", err
	}
	p, err = l.launch(ctx, addr, []string{"HOME=" + l.dir}, l.opt.Self, "bare", "--listen", addr, "--tls", secure, "--body", file)
	if err == nil {
		l.running = append(l.running, p)
	}
	return p, secure, err
}
