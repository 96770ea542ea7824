package pgtest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Signals that nothing here knows.
const (
	sigStop = syscall.Signal(0x13)
	sigCont = syscall.Signal(0x12)
)

// errUnusable: a server that can be neither stopped nor ended with its parent is
// none for tests.
var errUnusable = fmt.Errorf("%w: clusters for tests run on Unix", ErrUnavailable)

// Attributes of a child are none.
func Attributes(syscall.Signal) *syscall.SysProcAttr { return nil }

// DiesToo would end a child with this process; here nothing does.
func DiesToo(syscall.Signal) *syscall.SysProcAttr { return nil }

// Children of a process are not known.
func Children(int) []int { return nil }

func zombie(int) bool { return false }

func kill(int, syscall.Signal) error { return errors.ErrUnsupported }

func lockFile(*os.File) error { return errors.ErrUnsupported }
