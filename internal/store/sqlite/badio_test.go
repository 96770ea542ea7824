package sqlite

import (
	"fmt"
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
	}{
		{"pwrite64", "EIO", 160, 12},
		{"pwrite64", "ENOSPC", 160, 12},
		{"fsync,fdatasync", "EIO", 30, 2},
		{"ftruncate", "EIO", 3, 1},
		{"open,openat", "EIO", 24, 3},
		{"open,openat", "EMFILE", 24, 8},
		{"pread64", "EIO", 40, 5},
		{"unlink,unlinkat,rename,renameat", "EIO", 8, 2},
	}
	for _, k := range kinds {
		if crash() {
			k.last, k.step = 2*k.last, 1
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
	acked, refused, all := 0, 0, badIOs()
	work := make(chan badIO)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for bad := range work {
				told, problems, ended := tryBadIO(t, bad)
				mu.Lock()
				acked += told.acked
				if ended != nil {
					refused++
				}
				for _, p := range problems {
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
	t.Logf("%d runs, %d updates acknowledged, %d runs ended early", len(all), acked, refused)
	if acked < 10*len(all) {
		t.Error("hardly anything was acknowledged: the calls fail too early to say anything")
	}
}

// The checker finds an acknowledgement of a write that failed.
func TestEveryIOFindsAWrongAcknowledgement(t *testing.T) {
	needStrace(t)
	_, problems, _ := tryBadIO(t, badIO{"pwrite64", "ENOSPC", "60+"}, scriptLies+"=1")
	if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, "is lost") }) {
		t.Errorf("it finds %q", problems)
	}
}

// tryBadIO runs the script on a disk with one fault and opens what it left on
// a good one.
func tryBadIO(t *testing.T, bad badIO, env ...string) (told *ledger, problems []string, ended error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kith.db")
	told, noise, ended := strace(t, append(env, scriptPath+"="+path, scriptWrites+"=12"),
		[]string{"--seccomp-bpf", "-P", path, "-P", path + "-wal", "-P", path + "-shm", "-P", path + ".new", "-P", path + ".new-journal",
			"-P", filepath.Dir(path), "-o", "/dev/null", "-e", "trace=" + bad.calls, "-e", bad.option()})
	if ended != nil && !strings.Contains(noise, "kith.db") {
		problems = append(problems, fmt.Sprintf("the script ends with %v: %s", ended, noise))
	}
	problems = append(problems, told.wrong...)
	s, err := Open(bg, path, drivertest.Registry(), Options{})
	if err != nil {
		return told, append(problems, err.Error()), ended
	}
	problems = append(problems, told.check(s)...)
	if err := s.Close(); err != nil {
		problems = append(problems, err.Error())
	}
	return told, problems, ended
}
