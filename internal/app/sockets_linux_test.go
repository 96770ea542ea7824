package app

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// T-WEB-07: a server listens on loopback for the Graph and for its control plane, and
// on nothing else; nobody finds its metrics or its insides at the Graph.
func TestAServerListensOnLoopbackAlone(t *testing.T) {
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), "people: {ana: {first_name: Ana}}")
	v.start(t)
	got := listening(t, v.cmd.Process.Pid)
	at := v.at.Load()
	want := []string{strings.TrimPrefix(at.URL, "http://"), strings.TrimPrefix(at.Control, "http://")}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("it listens on %v, want %v", got, want)
	}
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/metrics", "/_/metrics", "/_/api/people", "/_/api/clock", "/_/"} {
		resp, err := v.client.Get(at.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode < 400 {
			t.Errorf("%s is answered %d", path, resp.StatusCode)
		}
	}
	// T-WEB-11: what is an emulator's is not there, whoever asks.
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/_/api/version", 200}, {"POST", "/_/api/reset", 404}, {"PUT", "/_/api/clock", 404}, {"GET", "/_/api/clock", 404}, {"POST", "/_/api/faults", 404}} {
		req, err := http.NewRequest(c.method, at.Control+c.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+at.admin)
		req.Header.Set("Content-Type", "application/json")
		resp, err := v.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s %s is answered %d, want %d", c.method, c.path, resp.StatusCode, c.status)
		}
	}
}

// listening are the addresses on which a process waits for connections.
func listening(t *testing.T, pid int) (addrs []string) {
	t.Helper()
	own := map[string]bool{}
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if to, err := os.Readlink(filepath.Join(dir, f.Name())); err == nil {
			own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6"} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil {
			continue // no such protocol here
		}
		for s := bufio.NewScanner(f); s.Scan(); {
			const state, inode = 3, 9
			if col := strings.Fields(s.Text()); len(col) > inode && col[state] == "0A" && own[col[inode]] {
				addrs = append(addrs, socketAddress(t, col[1]))
			}
		}
		_ = f.Close()
	}
	return addrs
}

// socketAddress reads an address of /proc/net: words of four bytes, backwards.
func socketAddress(t *testing.T, text string) string {
	t.Helper()
	host, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	n, perr := strconv.ParseUint(port, 16, 16)
	if err != nil || perr != nil {
		t.Fatalf("%q is no address", text)
	}
	for i := 0; i+4 <= len(raw); i += 4 {
		slices.Reverse(raw[i : i+4])
	}
	addr, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr, uint16(n)).String()
}
