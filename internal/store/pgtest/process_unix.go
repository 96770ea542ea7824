//go:build unix

package pgtest

import (
	"os"
	"syscall"
)

const (
	sigStop = syscall.SIGSTOP
	sigCont = syscall.SIGCONT
)

// errUnusable: clusters run here.
var errUnusable error

func credential() *syscall.Credential {
	who, _ := Credential()
	if who == nil {
		return nil
	}
	return &syscall.Credential{Uid: who.Uid, Gid: who.Gid}
}

func kill(pid int, s syscall.Signal) error { return syscall.Kill(pid, s) }

// lockFile holds a file until it is closed.
func lockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
