package bench

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

func TestLoadAndServersHaveAHalfEach(t *testing.T) {
	begin, together, err := halve()
	if err != nil {
		t.Skipf("nothing to split: %v", err)
	}
	before := runtime.GOMAXPROCS(0)
	cmd := exec.Command("cat", "/proc/self/status")
	var out strings.Builder
	cmd.Stdout = &out
	err = begin(cmd.Start)
	load, lerr := allowed(0)
	together()
	if err != nil || lerr != nil {
		t.Fatal(err, lerr)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	all, err := allowed(0)
	if err != nil {
		t.Fatal(err)
	}
	wantLoad, servers := split(&all, runtime.NumCPU())
	if load != wantLoad {
		t.Errorf("the load had %x of %x", load, all)
	}
	_, line, _ := strings.Cut(out.String(), "Cpus_allowed:\t")
	mask, _, _ := strings.Cut(line, "\n")
	if low := strings.TrimLeft(mask, "0,"); low != strings.TrimLeft(maskOf(servers), "0,") {
		t.Errorf("a server had %s, want %s", mask, maskOf(servers))
	}
	if got := runtime.GOMAXPROCS(0); got < before {
		t.Errorf("%d processors afterwards, %d meanwhile", got, before)
	}
}

// maskOf spells a set as /proc does: words of 32 bits, the last one first.
func maskOf(p processors) string {
	var words []string
	for i := len(p) - 1; i >= 0; i-- {
		words = append(words, fmt.Sprintf("%08x", p[i]>>32), fmt.Sprintf("%08x", uint32(p[i])))
	}
	return strings.Join(words, ",")
}
