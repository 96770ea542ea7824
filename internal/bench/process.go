package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// patience is how long a process may take to answer or to end.
const patience = 60 * time.Second

// A process is a server beside this one.
type process struct {
	cmd     *exec.Cmd
	addr    string
	started time.Time
	said    bytes.Buffer
	ended   chan error
}

// launch starts a program that is told to listen at addr.
func (l *lab) launch(ctx context.Context, addr string, env []string, program string, args ...string) (*process, error) {
	p := &process{addr: addr, ended: make(chan error, 1)}
	p.cmd = exec.CommandContext(ctx, program, args...)
	p.cmd.Env = env
	p.cmd.Stderr = &p.said
	p.started = time.Now()
	if err := l.begin(p.cmd.Start); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	return p, nil
}

// ready waits until the process answers ask at once with the wanted status,
// any if that is zero, and returns how long that took since the start.
func (p *process) ready(ask []byte, status int) (time.Duration, error) {
	for {
		if got, err := probe(p.addr, ask); err == nil && (status == 0 || got == status) {
			return time.Since(p.started), nil
		} else if err == nil {
			return 0, fmt.Errorf("%s answers %d, not %d", p.cmd.Path, got, status)
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			return 0, fmt.Errorf("%s ended before it answered: %v: %s", p.cmd.Path, err, bytes.TrimSpace(p.said.Bytes()))
		case <-time.After(200 * time.Microsecond):
		}
		if time.Since(p.started) > patience {
			return 0, fmt.Errorf("%s does not answer at %s", p.cmd.Path, p.addr)
		}
	}
}

// probe asks once over a connection of its own.
func probe(addr string, ask []byte) (status int, err error) {
	nc, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	c := newConn(nc)
	return c.exchange(ask)
}

// stop ends the process the way an operator would, and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-p.ended:
		p.ended <- err
		return nil
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		return fmt.Errorf("%s did not end", p.cmd.Path)
	}
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// freeAddress is a loopback address nobody listens at just now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
