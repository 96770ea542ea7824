package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is how long a condition is waited for before a test gives up.
const patience = 2 * time.Minute

// crowded starts a victim below a script that limits it first, and asks it once.
func crowded(t *testing.T, limit, world string, args ...string) *victim {
	t.Helper()
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), world, args...)
	if limit != "" {
		script := filepath.Join(t.TempDir(), "kith.sh")
		if err := os.WriteFile(script, []byte("#!/bin/sh\n"+limit+"\nexec '"+v.binary+"' \"$@\"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		v.binary = script
	}
	v.start(t)
	return v
}

// needFiles skips where this process cannot open so many connections.
func needFiles(t *testing.T, n uint64) {
	t.Helper()
	var lim syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil || lim.Cur < n {
		t.Skipf("SKIPPED: %d files may be open, the test needs %d", lim.Cur, n)
	}
}

// memory reads a line such as VmRSS of the victim's status, in MiB.
func (v *victim) memory(t *testing.T, line string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(status), line+":")
	var kib int
	if _, err := fmt.Sscanf(text, "%d kB", &kib); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return kib >> 10
}

func (v *victim) dial() (net.Conn, error) {
	return net.Dial("tcp", strings.TrimPrefix(v.at.Load().URL, "http://"))
}

// good makes calls one after the other until stop says so, all of which must be
// answered, and returns how many there were.
func (v *victim) good(t *testing.T, stop func() bool) (n int) {
	t.Helper()
	for !stop() {
		status, text, err := v.call("GET", "/v2.10/me", "")
		if err != nil || status != 400 || !strings.Contains(text, `"code":2500`) {
			t.Fatalf("call %d: %d %s %v", n, status, text, err)
		}
		n++
	}
	return n
}

const wordless = "people: {ana: {first_name: Ana}}"

// 4,000 clients send a byte each two seconds. All are cut, and meanwhile others are
// served. (T-LIM-01)
func TestSoakThousandsOfSlowClients(t *testing.T) {
	if os.Getenv("KITH_SOAK") == "" {
		t.Skip("KITH_SOAK=1 runs it")
	}
	const crowd = 4000
	needFiles(t, crowd+200)
	v := crowded(t, "", wordless)
	v.good(t, func() bool { return true })
	before := v.memory(t, "VmRSS")
	var open, cut atomic.Int64
	var wg sync.WaitGroup
	for range crowd {
		c, err := v.dial()
		if err != nil {
			t.Fatal(err)
		}
		open.Add(1)
		wg.Go(func() {
			defer func() { _ = c.Close() }()
			_ = c.SetDeadline(time.Now().Add(patience))
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				if _, err := io.Copy(io.Discard, c); !errors.Is(err, os.ErrDeadlineExceeded) {
					cut.Add(1)
				}
			}()
			for _, b := range []byte("GET /v2.10/me HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X: y\r\n", 100)) {
				if _, err := c.Write([]byte{b}); err != nil {
					break
				}
				select {
				case <-time.After(2 * time.Second):
				case <-gone:
				}
			}
			<-gone
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	most := 0
	served := v.good(t, func() bool {
		most = max(most, v.memory(t, "VmRSS"))
		select {
		case <-done:
			return true
		default:
			return false
		}
	})
	if cut.Load() != crowd {
		t.Errorf("%d of %d slow clients were cut", cut.Load(), crowd)
	}
	if served == 0 || most-before > 100 {
		t.Errorf("%d calls were served meanwhile; memory grew by %d MiB", served, most-before)
	}
	t.Logf("%d calls were served meanwhile; memory grew from %d to %d MiB", served, before, most)
}

// As many connections wait as there may be: one more is turned away, those that
// are there are served, and who leaves makes room. (T-LIM-13)
func TestSoakAsManyIdleConnectionsAsThereMayBe(t *testing.T) {
	if os.Getenv("KITH_SOAK") == "" {
		t.Skip("KITH_SOAK=1 runs it")
	}
	const most = 8192
	needFiles(t, most+200)
	v := crowded(t, "", wordless)
	before := v.memory(t, "VmRSS")
	var idle []net.Conn
	defer func() {
		for _, c := range idle {
			_ = c.Close()
		}
	}()
	ask := func(c net.Conn) error {
		_ = c.SetDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(c, "GET /v2.10/me HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			return err
		}
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	begun := time.Now()
	var mu sync.Mutex
	var wg sync.WaitGroup
	const hands = 64
	for range hands {
		wg.Go(func() {
			for range most / hands {
				c, err := v.dial()
				if err != nil {
					t.Errorf("a connection: %v", err)
					return
				}
				mu.Lock()
				idle = append(idle, c)
				mu.Unlock()
				if err := ask(c); err != nil {
					t.Errorf("a connection: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	if time.Since(begun) > 100*time.Second { // the first is idle for long enough to be cut
		t.Skip("SKIPPED: the machine is too slow to have so many wait at a time")
	}
	extra, err := v.dial()
	if err == nil {
		err = ask(extra)
		_ = extra.Close()
	}
	if err == nil {
		t.Error("one more was answered")
	}
	if grown := v.memory(t, "VmRSS") - before; grown > 256 {
		t.Errorf("memory grew by %d MiB", grown)
	} else {
		t.Logf("memory grew by %d MiB", grown)
	}
	if err := ask(idle[most-1]); err != nil {
		t.Errorf("one that waited: %v", err)
	}
	_ = idle[0].Close()
	for end := time.Now().Add(patience); ; {
		c, err := v.dial()
		if err == nil {
			err = ask(c)
			_ = c.Close()
		}
		if err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("no room after one left: %v", err)
		}
	}
}

// A server that runs out of file descriptors goes on with the connections it has,
// and takes new ones when there is room. (T-LIM-14)
func TestFewFileDescriptors(t *testing.T) {
	const crowd = 400
	needFiles(t, crowd+200)
	v := crowded(t, "ulimit -n 256", wordless)
	v.good(t, func() bool { return true }) // its connection stays open
	var idle []net.Conn
	for range crowd {
		if c, err := v.dial(); err == nil {
			idle = append(idle, c)
		}
	}
	n := 0
	v.good(t, func() bool { n++; return n > 200 })
	for _, c := range idle {
		_ = c.Close()
	}
	v.client.CloseIdleConnections()
	for end := time.Now().Add(patience); ; {
		if status, _, err := v.call("GET", "/v2.10/me", ""); err == nil && status == 400 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it does not recover")
		}
	}
}

// With little memory the most expensive calls there are do not take more of it.
// (T-LIM-15 with T-EXP-10)
func TestLittleMemory(t *testing.T) {
	const people, most = 50, 192
	var w strings.Builder
	w.WriteString("apps: {app: {}}\npeople:\n")
	for i := range people {
		fmt.Fprintf(&w, "  p%d: {first_name: P, apps: {app: [public_profile, user_friends]}, friends: [", i)
		for j := range i {
			fmt.Fprintf(&w, "p%d,", j)
		}
		w.WriteString("]}\n")
	}
	v := crowded(t, "export GOMEMLIMIT=128MiB", w.String())
	var ids struct {
		People map[string]struct {
			ASIDs map[string]string `json:"asids"`
		} `json:"people"`
		Apps map[string]struct {
			Token string `json:"token"`
		} `json:"apps"`
	}
	if err := v.get("/_/api/ids", &ids); err != nil {
		t.Fatal(err)
	}
	token := ids.Apps["app"].Token
	var all []string
	for _, p := range ids.People {
		all = append(all, p.ASIDs["app"])
	}
	op := `{"method":"GET","relative_url":"?ids=` + strings.Join(all, ",") + `&fields=friends.limit(50){first_name,friends.limit(50){first_name,friends.limit(50){first_name}}}"}`
	batch := url.Values{"batch": {"[" + strings.TrimSuffix(strings.Repeat(op+",", 50), ",") + "]"}, "access_token": {token}}
	var wg sync.WaitGroup
	var refused atomic.Int64
	for range 8 {
		wg.Go(func() {
			for range 2 {
				req, err := http.NewRequest("POST", v.at.Load().URL+"/v2.10/", strings.NewReader(batch.Encode()))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				res, err := v.client.Do(req)
				if err != nil {
					t.Errorf("no answer: %v", err)
					return
				}
				data, err := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if err != nil || res.StatusCode != 200 {
					t.Errorf("%d %.200s %v", res.StatusCode, data, err)
				}
				if strings.Contains(string(data), "reduce the amount of data") {
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if refused.Load() == 0 {
		t.Error("nothing was refused: the calls are not expensive")
	}
	if hwm := v.memory(t, "VmHWM"); hwm > most {
		t.Errorf("it had %d MiB, more than %d", hwm, most)
	} else {
		t.Logf("it had %d MiB at most", hwm)
	}
	v.good(t, func() bool { return true })
	if status, text, err := v.call("GET", "/v2.10/"+all[0]+"?fields=first_name&access_token="+url.QueryEscape(token), ""); err != nil || status != 200 {
		t.Errorf("afterwards: %d %s %v", status, text, err)
	}
}
