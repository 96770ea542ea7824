package cli

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// start runs kith serve in a process of its own and returns it and its address.
func start(t *testing.T) (cmd *exec.Cmd, addr string) {
	t.Helper()
	cmd = exec.Command("kith", "serve", "--memory", "--listen", "127.0.0.1:0")
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	scan := bufio.NewScanner(out)
	for scan.Scan() {
		if url, ok := strings.CutPrefix(scan.Text(), "  Graph      http://"); ok {
			addr = url
		}
		if scan.Text() == "Ctrl-C stops." {
			return cmd, addr
		}
	}
	t.Fatal("no banner")
	return nil, ""
}

// dial sends text on a new connection.
func dial(t *testing.T, addr, text string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

// A first interrupt lets a call under way finish, here one whose body is still
// on its way; idle connections are closed, which tells that the drain has begun.
func interrupted(t *testing.T) (cmd *exec.Cmd, slow net.Conn) {
	t.Helper()
	cmd, addr := start(t)
	slow = dial(t, addr, "POST /v25.0/me HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\nConnection: close\r\n\r\n")
	if line, err := bufio.NewReader(slow).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	idle := dial(t, addr, "GET /_/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
	in := bufio.NewReader(idle)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if b, err := in.ReadByte(); err == nil {
		t.Fatalf("the idle connection has %q", b)
	}
	return cmd, slow
}

func TestInterruptDrains(t *testing.T) {
	cmd, slow := interrupted(t)
	if _, err := io.WriteString(slow, "fields=i"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(slow)
	if err != nil || !bytes.Contains(answer, []byte(`{"error":`)) {
		t.Errorf("the call under way got %q, %v", answer, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestSecondInterruptEndsAtOnce(t *testing.T) {
	cmd, _ := interrupted(t)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", cmd.ProcessState)
	}
}

// Two servers run in one process, and leave nothing behind.
func TestTwoServersInOneProcess(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 2)
	for i := range 2 {
		in, out := io.Pipe()
		r := &Run{Args: []string{"serve", "--listen", "127.0.0.1:0", "--data", t.TempDir()}, Out: out, Err: io.Discard, Environ: []string{}}
		go func() {
			if code := r.Exec(ctx); code != exitOK {
				done <- fmt.Errorf("server %d exits with %d", i, code)
			}
			_ = out.Close()
			done <- nil
		}()
		scan := bufio.NewScanner(in)
		for scan.Scan() && scan.Text() != "Ctrl-C stops." {
		}
		go func() { _, _ = io.Copy(io.Discard, in) }()
	}
	stop()
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
