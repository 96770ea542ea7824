package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// built is the real command, made once for all tests that need it.
type built struct {
	once sync.Once
	dir  string
	err  error
}

var command built

// kithBinary is the path of the command.
func kithBinary(t *testing.T) string {
	t.Helper()
	command.once.Do(func() {
		if command.dir, command.err = os.MkdirTemp("", "kith"); command.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", filepath.Join(command.dir, "kith"), "github.com/kithgraph/kith/cmd/kith").CombinedOutput()
		if err != nil {
			command.err = fmt.Errorf("the command does not build: %w\n%s", err, out)
		}
	})
	if command.err != nil {
		t.Fatal(command.err)
	}
	return filepath.Join(command.dir, "kith")
}

// plantedBinary builds the command with a bug in its store.
func plantedBinary(t *testing.T, bug string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kith-"+bug)
	out, err := exec.Command("go", "build", "-ldflags", "-X github.com/kithgraph/kith/internal/store.planted="+bug,
		"-o", path, "github.com/kithgraph/kith/cmd/kith").CombinedOutput()
	if err != nil {
		t.Fatalf("the command with %s does not build: %v\n%s", bug, err, out)
	}
	return path
}

func (b *built) remove() { _ = os.RemoveAll(b.dir) }

// A victim is the real binary, in server mode, on a data folder that outlives it.
type victim struct {
	binary, data, world string
	args                []string // further ones
	cmd                 *exec.Cmd
	at                  atomic.Pointer[address] // nil while it is down
	client              *http.Client
	log                 logbook // of all its lives
}

// An address is where a running victim answers.
type address struct {
	URL       string `json:"url"`
	Control   string `json:"control_url"`
	AdminFile string `json:"admin_file"`
	admin     string
}

// newVictim prepares a victim that loads a world at its first start.
func newVictim(t *testing.T, data, world string, args ...string) *victim {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	v := &victim{binary: kithBinary(t), data: data, world: filepath.Join(t.TempDir(), "world.yaml"), args: args,
		client: &http.Client{Timeout: 2 * time.Minute, Transport: transport}}
	if err := os.WriteFile(v.world, []byte(world), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	t.Cleanup(v.kill)
	return v
}

// start runs it and waits until it says where it is.
func (v *victim) start(t *testing.T) {
	t.Helper()
	if noise, err := v.tryStart(); err != nil {
		t.Fatalf("start: %v: %s", err, noise)
	}
}

func (v *victim) tryStart() (noise string, err error) {
	v.cmd = exec.Command(v.binary, append([]string{"serve", "--mode", "server", "--json", "--data", v.data, "--world", v.world,
		"--listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0", "--rates-enforce", "off"}, v.args...)...)
	v.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Dir(v.world)}
	v.cmd.Stderr = &v.log
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := v.cmd.Start(); err != nil {
		return "", err
	}
	var at address
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		return "", fmt.Errorf("no banner: %w; %v; %s", err, v.cmd.Wait(), v.log.text())
	}
	admin, err := os.ReadFile(at.AdminFile)
	if err != nil {
		return "", err
	}
	at.admin = strings.TrimSpace(string(admin))
	v.at.Store(&at)
	return "", nil
}

// kill ends it as a crash would, and waits until it is gone.
func (v *victim) kill() {
	v.at.Store(nil)
	if v.cmd == nil || v.cmd.Process == nil {
		return
	}
	_ = v.cmd.Process.Kill() // it may have ended by itself
	_ = v.cmd.Wait()
	v.cmd = nil
}

// call sends one call to the Graph or, below /_/, to the control plane.
func (v *victim) call(method, path, body string) (status int, text string, err error) {
	at := v.at.Load()
	if at == nil {
		return 0, "", io.ErrUnexpectedEOF
	}
	base, kind := at.URL, "application/json"
	control := strings.HasPrefix(path, "/_/")
	if control {
		base = at.Control
	}
	if strings.HasSuffix(path, "/import") {
		kind = "application/x-ndjson"
	}
	req, err := http.NewRequestWithContext(context.Background(), method, base+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", kind)
	if control {
		req.Header.Set("Authorization", "Bearer "+at.admin)
	}
	res, err := v.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	return res.StatusCode, string(data), err
}

// get reads JSON from the control plane.
func (v *victim) get(path string, into any) error {
	status, text, err := v.call("GET", path, "")
	if err == nil && status != 200 {
		err = fmt.Errorf("%s: %d %s", path, status, text)
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), into)
	}
	return err
}
