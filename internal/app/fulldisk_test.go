package app

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// smallDisk mounts a file system of a few megabytes, or skips the test.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "kith", dir).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: a small disk cannot be mounted here, which takes root: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return dir
}

// fill writes a file until the disk has no room.
func fillDisk(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}

// T-DUR-04, T-AVL-08: on a full disk writes are refused and reads go on; with
// room again writes work without a restart, and nothing acknowledged is lost.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("mounts a disk")
	}
	disk := smallDisk(t, "24m")
	s := newSiege(t, 11, filepath.Join(disk, "data"))
	write := func(n int) (acked, refused int) {
		for _, c := range s.clients {
			for range n / len(s.clients) {
				c.touched = map[string]bool{}
				ok, err := c.write()
				if err != nil {
					t.Error(err)
				}
				if ok {
					acked++
					continue
				}
				refused++
				if problems, _ := c.check(false); len(problems) > 0 {
					t.Error(problems)
				}
			}
		}
		return acked, refused
	}
	write(160)
	if s.probe(t, "readyz") != 200 {
		t.Error("not ready with room on the disk")
	}
	ballast := filepath.Join(disk, "ballast")
	fillDisk(t, ballast)
	for _, c := range s.clients {
		c.full = true
	}
	acked, refused := write(400)
	if refused < 200 {
		t.Errorf("%d writes acknowledged and %d refused on a full disk", acked, refused)
	}
	s.refusals(t)
	if problems, looked := s.check(true); len(problems) > 0 {
		t.Errorf("reads on a full disk: %v", problems)
	} else {
		t.Logf("full disk: %d writes acknowledged, %d refused, %d facts read", acked, refused, looked)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); s.probe(t, "readyz") != 200; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is not ready again although there is room")
		}
	}
	for _, c := range s.clients {
		c.full = false
	}
	if acked, refused = write(160); refused > 0 || acked == 0 {
		t.Errorf("%d writes acknowledged, %d refused with room again", acked, refused)
	}
	s.kill()
	s.autopsy(t)
	s.start(t)
	if problems, _ := s.check(true); len(problems) > 0 {
		t.Errorf("after a restart: %v", problems)
	}
}

// refusals looks at how a write and the probes are answered on a full disk.
func (s *siege) refusals(t *testing.T) {
	t.Helper()
	status, text, err := s.call("PUT", "/_/api/people/p0_0", `{"about":"`+strings.Repeat("x", 20_000)+`"}`)
	if err != nil || status != 503 || !strings.Contains(text, "The store does not answer") {
		t.Errorf("a write on a full disk: %d %s %v", status, text, err)
	}
	if ready, alive := s.probe(t, "readyz"), s.probe(t, "healthz"); ready != 503 || alive != 200 {
		t.Errorf("on a full disk readiness is %d and liveness %d", ready, alive)
	}
}

// probe asks a probe of the control plane, without a credential.
func (v *victim) probe(t *testing.T, name string) int {
	t.Helper()
	res, err := v.client.Get(v.at.Load().Control + "/_/" + name)
	if err != nil {
		t.Error(err)
		return 0
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode
}
