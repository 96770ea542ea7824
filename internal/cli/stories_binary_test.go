package cli

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/story"
)

const allStories = "../../stories"

// The binary as it is built tells every story: to servers of its own, and over
// a socket to a server that runs, which skips those that need other settings.
func TestStoriesByBinary(t *testing.T) {
	binary := build(t)
	all, choosy := storyFiles(t)
	t.Run("own", func(t *testing.T) {
		toldBy(t, binary, all, nil, "story", "run", allStories)
	})
	t.Run("url", func(t *testing.T) {
		toldBy(t, binary, all, choosy, "story", "run", allStories, "--url", serveBinary(t, binary))
	})
}

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kith")
	cmd := exec.Command("go", "build", "-o", binary, "../../cmd/kith")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// storyFiles lists every story, and those that ask for settings.
func storyFiles(t *testing.T) (all, choosy []string) {
	t.Helper()
	err := filepath.WalkDir(allStories, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, story.Ext) {
			return err
		}
		data, err := os.ReadFile(name)
		all = append(all, name)
		if bytes.Contains(data, []byte("\n# settings:")) {
			choosy = append(choosy, name)
		}
		return err
	})
	if err != nil || len(choosy) == 0 {
		t.Fatalf("%d stories, %d with settings: %v", len(all), len(choosy), err)
	}
	return all, choosy
}

// toldBy runs the command and holds that every story is told, none fails and
// that exactly those of skip are skipped.
func toldBy(t *testing.T, binary string, all, skip []string, args ...string) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = emptyHome(t)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Errorf("%v: %s", err, &errs)
	}
	told := map[string][]string{}
	for line := range strings.Lines(out.String()) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, _, _ := strings.Cut(strings.TrimLeft(rest, " "), story.Ext)
		switch word {
		case "ok", "skip":
			told[word] = append(told[word], name+story.Ext)
		default: // a failure, and below it why
			t.Error(strings.TrimRight(line, "\n"))
		}
	}
	for _, files := range told {
		slices.Sort(files)
	}
	skipped := slices.Compact(told["skip"])
	if diff := cmp.Diff(skip, skipped); diff != "" {
		t.Errorf("skipped (-want +got)\n%s", diff)
	}
	every := slices.Concat(told["ok"], skipped)
	slices.Sort(every)
	slices.Sort(all)
	if diff := cmp.Diff(all, slices.Compact(every)); diff != "" {
		t.Errorf("told (-want +got)\n%s", diff)
	}
}

func emptyHome(t *testing.T) []string {
	return []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
}

// serveBinary starts a server and returns where its Graph is.
func serveBinary(t *testing.T, binary string) string {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--memory", "--listen", "127.0.0.1:0")
	cmd.Env = emptyHome(t)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	url := ""
	scan := bufio.NewScanner(out)
	for scan.Scan() && scan.Text() != "Ctrl-C stops." {
		if rest, ok := strings.CutPrefix(scan.Text(), "  Graph      "); ok {
			url = rest
		}
	}
	if url == "" {
		t.Fatal("no banner")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return url
}
