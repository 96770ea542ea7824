package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/store/drivertest"
)

// A badIO is a call that fails: which, how, and at which place in each thread.
type badIO struct{ calls, errno, when string }

func (b badIO) option() string {
	return fmt.Sprintf("inject=%s:error=%s:when=%s", b.calls, b.errno, b.when)
}

// badIOs is the list of failures to go through: one call fails, or everything
// from one call on. Counts are per thread, so that one script meets each of
// them at a place of its own.
func badIOs() (all []badIO) {
	kinds := []struct {
		calls, errno string
		last, step   int // the n-th call fails, up to last, every step
		most         int // up to which each fails in the long form
	}{
		{"pwrite64", "EIO", 160, 12, 500},
		{"pwrite64", "ENOSPC", 160, 12, 320},
		{"fsync,fdatasync", "EIO", 30, 2, 100},
		{"ftruncate", "EIO", 3, 1, 6},
		{"open,openat", "EIO", 24, 3, 48},
		{"open,openat", "EMFILE", 24, 8, 48},
		{"pread64", "EIO", 40, 5, 250},
		{"unlink,unlinkat,rename,renameat", "EIO", 8, 2, 16},
	}
	for _, k := range kinds {
		if crash() {
			k.last, k.step = k.most, 1
		}
		for n := 1; n <= k.last; n += k.step {
			all = append(all, badIO{k.calls, k.errno, fmt.Sprint(n)})
			if n%2 == 1 {
				all = append(all, badIO{k.calls, k.errno, fmt.Sprintf("%d+", n)})
			}
		}
	}
	return all
}

// T-DUR-03: whatever call fails, no answer is wrong, nothing that failed is
// acknowledged, and the next start finds a whole database with everything that
// was.
func TestEveryIOMayFail(t *testing.T) {
	needStrace(t)
	var mu sync.Mutex
	var wg sync.WaitGroup
	acked, refused, met, all := 0, 0, 0, badIOs()
	work := make(chan badIO)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for bad := range work {
				r := tryBadIO(t, bad)
				mu.Lock()
				acked += r.told.acked
				if r.ended != nil {
					refused++
				}
				if r.met {
					met++
				}
				for _, p := range r.problems {
					t.Errorf("%s: %s", bad.option(), p)
				}
				mu.Unlock()
			}
		})
	}
	for _, bad := range all {
		work <- bad
	}
	close(work)
	wg.Wait()
	t.Logf("%d runs, in %d of them the call failed, %d updates acknowledged, %d runs ended early", len(all), met, acked, refused)
	if acked < 10*len(all) {
		t.Error("hardly anything was acknowledged: the calls fail too early to say anything")
	}
	if met < len(all)/2 {
		t.Error("hardly any call failed: the script makes too few of them")
	}
}

// The checker finds an acknowledgement of a write that failed.
func TestEveryIOFindsAWrongAcknowledgement(t *testing.T) {
	needStrace(t)
	r := tryBadIO(t, badIO{"pwrite64", "ENOSPC", "60+"}, scriptLies+"=1")
	if !slices.ContainsFunc(r.problems, func(p string) bool { return strings.Contains(p, "is lost") }) {
		t.Errorf("it finds %q", r.problems)
	}
}

// A badRun is what became of a run of the script on a disk with a fault.
type badRun struct {
	told     *ledger
	problems []string
	ended    error // of the script
	met      bool  // a call failed
}

// badWrites is how many numbers each writer of the script writes: enough for a
// thread to make as many calls as are to fail.
func badWrites() int {
	if crash() {
		return 24
	}
	return 12
}

// tryBadIO runs the script on a disk with one fault and opens what it left on
// a good one.
func tryBadIO(t *testing.T, bad badIO, env ...string) (r badRun) {
	t.Helper()
	dir := t.TempDir()
	path, trace := filepath.Join(dir, "kith.db"), filepath.Join(t.TempDir(), "trace")
	var noise string
	r.told, noise, r.ended = strace(t, append(env, scriptPath+"="+path, fmt.Sprint(scriptWrites, "=", badWrites())),
		[]string{"--seccomp-bpf", "-P", path, "-P", path + "-wal", "-P", path + "-shm", "-P", path + ".new", "-P", path + ".new-journal",
			"-P", dir, "-o", trace, "-s", "0", "-e", "trace=" + bad.calls, "-e", bad.option()})
	calls, err := os.ReadFile(trace)
	if err != nil {
		r.problems = append(r.problems, err.Error())
	}
	r.met = bytes.Contains(calls, []byte("(INJECTED)"))
	if r.ended != nil && !strings.Contains(noise, "kith.db") {
		r.problems = append(r.problems, fmt.Sprintf("the script ends with %v: %s", r.ended, noise))
	}
	r.problems = append(r.problems, r.told.wrong...)
	s, err := Open(bg, path, drivertest.Registry(), Options{})
	if err != nil {
		r.problems = append(r.problems, err.Error())
		return r
	}
	r.problems = append(r.problems, r.told.check(s)...)
	if err := s.Close(); err != nil {
		r.problems = append(r.problems, err.Error())
	}
	return r
}
