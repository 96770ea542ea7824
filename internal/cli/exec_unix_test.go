//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// heeding is kith exec with the program heed in it, which has said "ready".
type heeding struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	errs bytes.Buffer
	temp string
}

func startHeed(t *testing.T, args ...string) *heeding {
	t.Helper()
	h := &heeding{t: t, temp: t.TempDir()}
	h.cmd = exec.Command("kith", append([]string{"exec", "--"}, args...)...)
	h.cmd.Env = append(emptyHome(t), "PATH="+os.Getenv("PATH"), "TMPDIR="+h.temp)
	h.cmd.Stderr = &h.errs
	// In a terminal of a person who runs the tests, signals would count as typed there.
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	in, err := h.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	h.in, h.out = in, bufio.NewScanner(out)
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.cmd.Process.Kill() })
	h.says("ready")
	return h
}

func (h *heeding) says(want string) {
	h.t.Helper()
	if !h.out.Scan() || h.out.Text() != want {
		h.t.Fatalf("it says %q, want %q: %s", h.out.Text(), want, &h.errs)
	}
}

// ends holds that nothing more is said, and nothing is left.
func (h *heeding) ends(want int) {
	h.t.Helper()
	if h.out.Scan() {
		h.t.Errorf("it says %q", h.out.Text())
	}
	_ = h.cmd.Wait()
	if got := h.cmd.ProcessState.ExitCode(); got != want {
		h.t.Errorf("exit code %d, want %d: %s", got, want, &h.errs)
	}
	if left, _ := filepath.Glob(filepath.Join(h.temp, "*")); len(left) > 0 {
		h.t.Errorf("left behind: %v", left)
	}
	if h.errs.Len() > 0 {
		h.t.Errorf("it complains: %s", &h.errs)
	}
}

// Signals reach the program once each, and it decides when and how to end.
func TestExecPassesSignalsOn(t *testing.T) {
	h := startHeed(t, "heed", "5")
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGQUIT} {
		if err := h.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		h.says(sig.String())
	}
	_ = h.in.Close()
	h.ends(5)
}

// A program that a signal ends makes exec end as shells do.
func TestExecTellsTheSignalThatEnds(t *testing.T) {
	h := startHeed(t, "sh", "-c", "echo ready; exec sleep 600")
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	h.ends(128 + int(syscall.SIGTERM))
}
