package pgtest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// A Mode is how a server is told to stop.
type Mode syscall.Signal

// The three shutdowns of PostgreSQL.
const (
	Smart     = Mode(syscall.SIGTERM) // waits for every session to end by itself
	Fast      = Mode(syscall.SIGINT)  // ends the sessions, then writes everything out
	Immediate = Mode(syscall.SIGQUIT) // ends at once; the next start recovers
)

// Stop stops the server and waits for its end. Stopping a stopped one does
// nothing.
func (c *Cluster) Stop(m Mode) error {
	if !c.running() {
		return nil
	}
	if err := c.server.Process.Signal(syscall.Signal(m)); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	<-c.ended
	return nil
}

// Kill ends the server and all its backends with SIGKILL.
func (c *Cluster) Kill() error {
	if !c.running() {
		return nil
	}
	pids := c.Processes()
	err := signal(pids, syscall.SIGKILL)
	<-c.ended
	waitGone(pids)
	return err
}

// Freeze stops the server and its backends where they are: connections stay
// open and nobody answers. New ones hang.
func (c *Cluster) Freeze() error { return signal(c.Processes(), sigStop) }

// Thaw lets a frozen server go on.
func (c *Cluster) Thaw() error { return signal(c.Processes(), sigCont) }

// Processes are the server and its backends, the server first.
func (c *Cluster) Processes() []int {
	if !c.running() {
		return nil
	}
	pid := c.server.Process.Pid
	return append([]int{pid}, Children(pid)...)
}

// Close stops the server and removes its folder.
func (c *Cluster) Close() error {
	err := c.Thaw()
	err = errors.Join(err, c.Stop(Immediate))
	if c.lock != nil {
		err = errors.Join(err, os.RemoveAll(c.dir), c.lock.Close())
	}
	return err
}

func (c *Cluster) running() bool {
	if c.server == nil {
		return false
	}
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// signal sends s to each process; those already gone do not matter.
func signal(pids []int, s syscall.Signal) error {
	var errs []error
	for _, pid := range pids {
		if err := kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
			errs = append(errs, fmt.Errorf("signal %v to process %d: %w", s, pid, err))
		}
	}
	return errors.Join(errs...)
}

// waitGone returns when no process of pids exists, or after two seconds: what
// a killed server leaves behind has another parent, so nobody can wait for it
// properly. The next start waits for shared memory by itself.
func waitGone(pids []int) {
	for range 200 {
		alive := false
		for _, pid := range pids {
			alive = alive || kill(pid, 0) == nil && !zombie(pid)
		}
		if !alive {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
