package pgtest

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// Attributes make a child run as the user of the server and get the signal
// when this process dies, however it dies.
func Attributes(onDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential(), Pdeathsig: onDeath, Setpgid: true}
}

// DiesToo makes a child, which runs as its parent, get the signal when this process
// dies, however it dies.
func DiesToo(onDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: onDeath}
}

// Children of a process, direct ones only.
func Children(pid int) []int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	var pids []int
	for _, word := range bytes.Fields(text) {
		if n, err := strconv.Atoi(string(word)); err == nil {
			pids = append(pids, n)
		}
	}
	return pids
}

// zombie is true for a process that ended and was not waited for.
func zombie(pid int) bool {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := bytes.Cut(text, []byte(") "))
	return bytes.HasPrefix(state, []byte("Z"))
}
