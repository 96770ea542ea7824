//go:build !unix

package port

import (
	"errors"
	"net"
	"syscall"
)

var errNothingYet = errors.New("nothing yet")

// descriptor is none: connections are read through net.
func descriptor(net.Conn) syscall.RawConn { return nil }

func readNow(uintptr, []byte) (int, error) { return 0, errNothingYet }

func writeNow(uintptr, []byte) (int, error) { return 0, nil }
