package cli

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal opens a pseudo terminal.
func openTerminal(t *testing.T) (keys, screen *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	n, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	return keys, screen
}

// Ctrl-C is told by the terminal to kith and to the program. Once is enough:
// many programs take a second one for impatience.
func TestCtrlCIsHeardOnce(t *testing.T) {
	keys, screen := openTerminal(t)
	cmd := exec.Command("kith", "exec", "--", "heed", "6")
	cmd.Env = append(emptyHome(t), "PATH="+os.Getenv("PATH"), "TMPDIR="+t.TempDir())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	_ = screen.Close()
	var said []string
	shown := bufio.NewScanner(keys)
	until := func(word string) {
		for shown.Scan() {
			if line := strings.TrimPrefix(strings.TrimSpace(shown.Text()), "^C"); line != "" {
				said = append(said, line)
			}
			if strings.HasSuffix(shown.Text(), word) {
				return
			}
		}
		t.Fatalf("it says no %q: %q", word, said)
	}
	until("ready")
	_, _ = keys.Write([]byte{3})
	until("interrupt")
	_, _ = keys.Write([]byte("\n"))
	for shown.Scan() {
		if line := strings.TrimSpace(shown.Text()); line != "" {
			said = append(said, line)
		}
	}
	_ = cmd.Wait()
	if got := strings.Join(said, " "); got != "ready interrupt" || cmd.ProcessState.ExitCode() != 6 {
		t.Errorf("it says %q and ends with %d", got, cmd.ProcessState.ExitCode())
	}
}
