package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Pooler starts PgBouncer before the server of dsn: it lends each database's
// sessions, so many of them, for one transaction only. through is the URL of a
// database of that server by way of it. It ends with the test. Where it cannot
// be had the test is skipped.
func Pooler(t testing.TB, dsn string, sessions int) (through func(dsn string) string) {
	t.Helper()
	bin, err := poolerBinary()
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dir, lock, err := NewFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.RemoveAll(dir)
		_ = lock.Close()
	})
	// Another process may take the port between the look and the start.
	for range 3 {
		var port int
		if port, err = FreePort(); err == nil {
			err = startPooler(t, bin, dir, poolerSettings(u, port, sessions), fmt.Sprintf("postgres://127.0.0.1:%d%s?sslmode=disable&user=postgres", port, u.Path))
		}
		if err == nil {
			return func(dsn string) string { return poolerURL(dsn, port) }
		}
	}
	t.Fatal(err)
	return nil
}

func poolerBinary() (string, error) {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if bin, err := exec.LookPath(name); err == nil {
			return bin, nil
		}
	}
	return "", fmt.Errorf("%w: no pgbouncer on PATH or in /usr/sbin (apt-get install pgbouncer)", ErrUnavailable)
}

// poolerSettings lets everybody in as the server's user, on loopback.
func poolerSettings(server *url.URL, port, sessions int) string {
	return fmt.Sprintf(`[databases]
* = host=%s port=%s user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = %d
max_client_conn = 1000
server_idle_timeout = 5
`, server.Hostname(), server.Port(), server.User.Username(), port, sessions)
}

// poolerURL is a URL with another port.
func poolerURL(dsn string, port int) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Host = fmt.Sprintf("127.0.0.1:%d", port)
	return u.String()
}

// startPooler returns when the pooler answers.
func startPooler(t testing.TB, bin, dir, settings, dsn string) error {
	file := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(settings), 0o644); err != nil {
		return err
	}
	var said strings.Builder
	cmd := exec.Command(bin, file)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	cmd.SysProcAttr = Attributes(syscall.SIGKILL)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start PgBouncer: %w", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop := func() {
		_ = cmd.Process.Kill()
		<-ended
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := pgconn.Connect(ctx, dsn)
		if err == nil {
			t.Cleanup(stop)
			return c.Close(ctx)
		}
		select {
		case <-ended:
			return fmt.Errorf("PgBouncer did not start: %s", said.String())
		case <-ctx.Done():
			stop()
			return fmt.Errorf("PgBouncer does not answer: %w: %s", err, said.String())
		case <-tick.C:
		}
	}
}
