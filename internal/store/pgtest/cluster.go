package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrUnavailable says that no PostgreSQL can be started here; the error that
// wraps it has the reason.
var ErrUnavailable = errors.New("no PostgreSQL to be had")

// Options of a cluster. The zero value is a fast one that forgets on power cut.
type Options struct {
	Durable  bool              // fsync and full_page_writes on
	Settings map[string]string // further lines of postgresql.conf, values as they stand there
}

// A Cluster is one PostgreSQL server with its folder. Its methods are not for
// concurrent use, except CreateDB.
type Cluster struct {
	bin, dir string
	port     int
	lock     *os.File
	server   *exec.Cmd
	ended    chan struct{} // closed when server has ended
	durable  bool
}

// Open makes a cluster and starts it. It ends with Close, or with the process.
func Open(ctx context.Context, o Options) (*Cluster, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	if err := usable(); err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, durable: o.Durable}
	if c.dir, c.lock, err = NewFolder(); err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if err := c.init(ctx, o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	// Another process may take the port between the look and the start.
	for range 3 {
		if c.port, err = FreePort(); err == nil {
			if err = c.Start(ctx); err == nil {
				return c, nil
			}
		}
	}
	return nil, errors.Join(err, c.Close())
}

// init makes the data folder.
func (c *Cluster) init(ctx context.Context, o Options) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "-D", c.data(), "-U", "postgres",
		"-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	cmd.Dir = c.dir
	cmd.SysProcAttr = Attributes(syscall.SIGKILL)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	f, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(o.lines())
	return errors.Join(err, f.Close())
}

// lines are the settings behind those of initdb: the last of a name counts.
func (o Options) lines() string {
	durable := "off"
	if o.Durable {
		durable = "on"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '64MB'
synchronous_commit = on
fsync = %s
full_page_writes = %[1]s
autovacuum_naptime = '10min'
checkpoint_timeout = '30min'
log_min_messages = warning
`, durable)
	for name, value := range o.Settings {
		fmt.Fprintf(&b, "%s = %s\n", name, value)
	}
	return b.String()
}

// Start starts a stopped server, on the port it had, and returns when it
// answers.
func (c *Cluster) Start(ctx context.Context) error {
	log, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.data(), "-p", fmt.Sprint(c.port))
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, log, log
	cmd.SysProcAttr = Attributes(syscall.SIGQUIT) // an immediate shutdown takes the backends along
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	c.server, c.ended = cmd, ended
	return c.ready(ctx)
}

// ready waits until the server takes a connection.
func (c *Cluster) ready(ctx context.Context) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgconn.Connect(ctx, c.DSN("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.ended:
			return fmt.Errorf("PostgreSQL did not start: %s", c.logTail())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, c.logTail())
		case <-tick.C:
		}
	}
}

// DSN of a database of this cluster. That of one that forgets says so, or no
// store would take it.
func (c *Cluster) DSN(name string) string {
	dsn := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, url.PathEscape(name))
	if !c.durable {
		dsn += "&kith.unsafe=allow"
	}
	return dsn
}

// Port on 127.0.0.1; it stays the same over Stop and Start.
func (c *Cluster) Port() int { return c.port }

// CreateDB makes an empty database.
func (c *Cluster) CreateDB(ctx context.Context, name string) (dsn string, err error) {
	if err := c.exec(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE template0"); err != nil {
		return "", fmt.Errorf("create database %q: %w", name, err)
	}
	return c.DSN(name), nil
}

// DropDB drops a database, and whoever is connected to it.
func (c *Cluster) DropDB(ctx context.Context, name string) error {
	if err := c.exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop database %q: %w", name, err)
	}
	return nil
}

func (c *Cluster) exec(ctx context.Context, sql string) error {
	conn, err := pgconn.Connect(ctx, c.DSN("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql).ReadAll()
	return errors.Join(err, conn.Close(ctx))
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
