package app

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeWorld writes an export of people with long histories and texts, behind a
// byte order mark.
func writeWorld(t *testing.T, people, events, text int) (path string, size int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "world.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprint(w, "\ufeff")
	if err := openLab(t, Settings{}, "apps: {app: {}}\npages: {shop: {app: app}}\n").World.Export(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	const at = 1795640859000000
	var history []string
	for i := range events {
		history = append(history, fmt.Sprintf(`{"page":"shop","event":"message","at":%d,"seq":%d}`, at-i, events-i))
	}
	for i := range people {
		fmt.Fprintf(w, `{"person":{"handle":"p%d","fields":{"first_name":"Pat","bio":%q},"contacts":[{"page":"shop","time":%d,"known":true,"thread":true,"seq":%d,`+
			`"origin":{"event":"message","at":%d,"seq":1},"grants":[{"app":"app","by":[{"editions":["2016","2018","2026"],"event":"message","at":%[3]d,"seq":1}]}]}],"history":[%[6]s]}}`+"\n",
			i, strings.Repeat("x", text), at, events, at-events+1, strings.Join(history, ","))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return path, info.Size()
}

// importing imports a file with the command and returns the most memory that it
// had, in MiB.
func importing(t *testing.T, path string) (most int) {
	t.Helper()
	cmd := exec.Command(kithBinary(t), "world", "import", path, "--data", filepath.Join(t.TempDir(), "data"))
	var said strings.Builder
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{"HOME=" + t.TempDir()}, &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil || most == 0 {
				t.Fatalf("import of %s, at most %d MiB: %v: %s", path, most, err, said.String())
			}
			return most
		case <-time.After(2 * time.Millisecond): // the system keeps the most there ever was
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
			if _, text, ok := strings.Cut(string(status), "VmHWM:"); ok && strings.Contains(string(status), "Name:\tkith\n") {
				kib := 0
				_, _ = fmt.Sscanf(text, "%d kB", &kib)
				most = max(most, kib>>10)
			}
		}
	}
}

// T-MIG-01: an import takes at most 64 MiB more for a large file than for a small
// one, and a byte order mark at the beginning is none of its content.
func TestImportOfALargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 40 MB")
	}
	small, _ := writeWorld(t, 3, 2, 10)
	large, size := writeWorld(t, 2200, 16, 19_000)
	base := importing(t, small)
	got := importing(t, large)
	if t.Logf("%d MiB for a small file, %d MiB for one of %d MiB", base, got, size>>20); size < 40<<20 || got-base > 64 {
		t.Errorf("an import of %d MiB takes %d MiB, one of nothing %d MiB", size>>20, got, base)
	}
}
