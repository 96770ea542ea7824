//go:build unix

package cli

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// passed are the signals that go on to a program.
func passed() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2}
}

// typed tells whether a signal comes from the keys of a terminal. Then the
// program has it already: the terminal tells everybody in the foreground, and
// twice is more than once to many programs.
func typed(sig os.Signal) bool {
	if sig != syscall.SIGINT && sig != syscall.SIGQUIT {
		return false
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer func() { _ = tty.Close() }()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// ended is the exit code of a program, as shells have it.
func ended(state *os.ProcessState) error {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return died(status.Signal())
	}
	return exitStatus(state.ExitCode())
}

func died(sig os.Signal) error {
	n, _ := sig.(syscall.Signal)
	return exitStatus(128 + int(n))
}
