//go:build unix && !linux

package pgtest

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// Attributes make a child run as the user of the server.
func Attributes(syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential(), Setpgid: true}
}

// DiesToo would end a child with this process; here nothing does.
func DiesToo(syscall.Signal) *syscall.SysProcAttr { return nil }

// Children of a process, direct ones only.
func Children(pid int) []int {
	out, _ := exec.Command("pgrep", "-P", strconv.Itoa(pid)).Output()
	var pids []int
	for _, word := range strings.Fields(string(out)) {
		if n, err := strconv.Atoi(word); err == nil {
			pids = append(pids, n)
		}
	}
	return pids
}

func zombie(int) bool { return false }
