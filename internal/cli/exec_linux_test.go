package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// trust asks where somebody can be asked, and takes no answer for no.
func TestTrustAsks(t *testing.T) {
	root, bin := t.TempDir(), t.TempDir()
	for _, dir := range []string{"usr/local/share/ca-certificates", "etc/ssl/certs"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// What the command of the system does, for one certificate.
	update := fmt.Sprintf("#!/bin/sh\ncat %[1]s/usr/local/share/ca-certificates/*.crt > %[1]s/etc/ssl/certs/ca-certificates.crt\n", root)
	if err := os.WriteFile(filepath.Join(bin, "update-ca-certificates"), []byte(update), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		answer, says string
		code         int
	}{
		{"\n", "nothing was changed", 1}, {"no\n", "nothing was changed", 1}, {"\x04", "nothing was changed", 1}, {"y\n", "This machine trusts the local CA now.", 0},
	} {
		keys, screen := openTerminal(t)
		cmd := exec.Command("kith", "trust", "install", "--root", root)
		cmd.Env = append(emptyHome(t), "PATH="+bin+":"+os.Getenv("PATH"))
		cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_ = screen.Close()
		said := make([]byte, 0, 4096)
		for !strings.Contains(string(said), "[y/N] ") {
			n, err := keys.Read(said[len(said):cap(said)])
			said = said[:len(said)+n]
			if err != nil {
				t.Fatalf("it does not ask: %v\n%s", err, said)
			}
		}
		_, _ = keys.WriteString(tt.answer)
		rest, _ := io.ReadAll(keys) // ends with an error when the program does
		_ = cmd.Wait()
		if !strings.Contains(string(rest), tt.says) || cmd.ProcessState.ExitCode() != tt.code {
			t.Errorf("%q: code %d\n%s%s", tt.answer, cmd.ProcessState.ExitCode(), said, rest)
		}
		if _, err := os.Stat(filepath.Join(root, "usr/local/share/ca-certificates/kith.crt")); (err == nil) != (tt.code == 0) {
			t.Errorf("%q: %v", tt.answer, err)
		}
	}
}
