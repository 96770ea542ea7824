package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const drainedClients = 64

// drained is a victim with a call under way in each of many clients: the server
// has asked for the body and waits for it.
func drained(t *testing.T, args ...string) (v *victim, calls []net.Conn) {
	t.Helper()
	v = newVictim(t, filepath.Join(t.TempDir(), "data"), "people: {ana: {first_name: Ana}}", args...)
	v.start(t)
	host := strings.TrimPrefix(v.at.Load().URL, "http://")
	for range drainedClients {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		fmt.Fprint(c, "POST /v25.0/me HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\nConnection: close\r\n\r\n")
		if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
			t.Fatalf("%q, %v", line, err)
		}
		calls = append(calls, c)
	}
	return v, calls
}

// closed waits until nobody listens at a host any more.
func closed(t *testing.T, host string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		c, err := net.Dial("tcp", host)
		if err != nil {
			return
		}
		_ = c.Close()
		if time.Now().After(deadline) {
			t.Fatal("it goes on listening")
		}
	}
}

func (v *victim) signal(t *testing.T) {
	t.Helper()
	if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// T-AVL-01: told to stop under 64 clients, it takes no connection any more,
// says that it is not ready, answers every call under way and exits with 0.
func TestDrainAnswersEveryCall(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	v, calls := drained(t)
	v.signal(t)
	begin := time.Now()
	closed(t, strings.TrimPrefix(v.at.Load().URL, "http://"))
	if ready, alive := v.probe(t, "readyz"), v.probe(t, "healthz"); ready != 503 || alive != 200 {
		t.Errorf("while draining readiness is %d and liveness %d", ready, alive)
	}
	for i, c := range calls {
		if _, err := io.WriteString(c, "fields=i"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(c)
		if err != nil || !strings.Contains(string(answer), `{"error":`) {
			t.Errorf("call %d of %d: %q, %v", i, len(calls), answer, err)
		}
	}
	if err := v.cmd.Wait(); err != nil {
		t.Errorf("it exits with %v", err)
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("the drain took %v", took)
	}
}

// T-AVL-02: a second signal ends it at once, and the database is whole.
func TestDrainIsCutShortByASecondSignal(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	v, _ := drained(t)
	v.signal(t)
	closed(t, strings.TrimPrefix(v.at.Load().URL, "http://"))
	begin := time.Now()
	v.signal(t)
	_ = v.cmd.Wait() // with the signal
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v, as long as a drain", took)
	}
	v.start(t)
	var person struct{ Handle string }
	if err := v.get("/_/api/people/ana", &person); err != nil || person.Handle != "ana" {
		t.Errorf("after a restart: %+v %v", person, err)
	}
}

// With a delay the server goes on answering while it is not ready any more, so
// that load balancers see it in time.
func TestDrainDelay(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), "people: {ana: {first_name: Ana}}", "--drain-delay", "4s")
	v.start(t)
	if got := v.probe(t, "readyz"); got != 200 {
		t.Errorf("readiness is %d", got)
	}
	v.signal(t)
	begin := time.Now()
	for v.probe(t, "readyz") != 503 {
		if time.Since(begin) > 3*time.Second {
			t.Fatal("it stays ready")
		}
		time.Sleep(5 * time.Millisecond)
	}
	v.client.CloseIdleConnections()
	if status, text, err := v.call("GET", "/v25.0/me", ""); err != nil || status != 400 {
		t.Errorf("a new call during the delay: %d %s %v", status, text, err)
	}
	if err := v.cmd.Wait(); err != nil {
		t.Errorf("it exits with %v", err)
	}
}
