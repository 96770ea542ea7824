//go:build unix

package failover

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// A child is a process that the test started and ends.
type child struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// spawn starts a process as the user of the database, its output in a file. It
// dies with the test process, and with the test.
func (f *fleet) spawn(log string, cmd *exec.Cmd) *child {
	f.Helper()
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		f.Fatal(err)
	}
	defer out.Close()
	cmd.Dir, cmd.Stdout, cmd.Stderr = f.dir, out, out
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + f.dir, "LC_ALL=C.UTF-8"}
	cmd.SysProcAttr = pgtest.Attributes(syscall.SIGKILL)
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	c := &child{cmd: cmd, ended: make(chan struct{})}
	go func() { _ = cmd.Wait(); close(c.ended) }()
	f.Cleanup(func() {
		c.kill()
		if f.Failed() && !strings.Contains(log, "etcd") {
			f.Logf("%s:\n%s", log, tail(log))
		}
	})
	return c
}

// kill ends the process at once and waits for that.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have ended by itself
	<-c.ended
}

func tail(file string) string {
	text, _ := os.ReadFile(file)
	return string(text[max(0, len(text)-3000):])
}

// signalAll sends signals to processes; some may be gone.
func signalAll(pids []int, signals ...syscall.Signal) {
	for _, s := range signals {
		for _, pid := range pids {
			_ = syscall.Kill(pid, s)
		}
	}
}

// runs is true if a process is there and is called so.
func runs(pid int, name string) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && string(bytes.TrimSpace(text)) == name
}

// await polls until cond holds; what it waits for happens in other processes.
func await(t *testing.T, what string, limit time.Duration, cond func() bool) {
	t.Helper()
	for begin := time.Now(); !cond(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begin) > limit {
			t.Fatalf("waited %v for %s in vain", limit, what)
		}
	}
}

// asked skips the test unless somebody wants it.
func asked(t *testing.T) {
	t.Helper()
	if v := os.Getenv("KITH_FAILOVER"); v == "" || strings.EqualFold(v, "0") {
		t.Skip("SKIPPED: takes minutes; make failover runs it, as a part of make test")
	}
}
