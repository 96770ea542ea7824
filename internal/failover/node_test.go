//go:build unix

package failover

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// admin is the credential of every control plane here.
const admin = "failover-tests-admin-credential"

// A town is what the nodes serve: some people who write to one Page.
type town struct {
	*testing.T
	binary, dir string
	flags       []string // of every node
	nodes       []*node
}

// A node is one kith process.
type node struct {
	number       int
	cmd          *exec.Cmd
	url, control string
	log          *noise
	client       *http.Client
}

// noise keeps what a process says, for the case that the test fails.
type noise struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (n *noise) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.Write(p)
}

func (n *noise) tail() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	text := n.buf.String()
	return text[max(0, len(text)-4000):]
}

// build builds the command.
func build(t *testing.T, flags ...string) *town {
	t.Helper()
	w := &town{T: t, dir: t.TempDir(), flags: flags}
	w.binary = filepath.Join(w.dir, "kith")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", w.binary, "github.com/kithgraph/kith/cmd/kith")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the command does not build: %v\n%s", err, out)
	}
	return w
}

// plant builds the command with bugs in its store.
func (w *town) plant(bugs string) string {
	w.Helper()
	binary := filepath.Join(w.dir, "kith-"+bugs)
	cmd := exec.CommandContext(w.Context(), "go", "build", "-ldflags", "-X github.com/kithgraph/kith/internal/store.planted="+bugs,
		"-o", binary, "github.com/kithgraph/kith/cmd/kith")
	if out, err := cmd.CombinedOutput(); err != nil {
		w.Fatalf("the command with %s does not build: %v\n%s", bugs, err, out)
	}
	return binary
}

// open starts a node for each DSN. The first one fills the database.
func (w *town) open(yaml string, dsns ...string) {
	w.Helper()
	file := filepath.Join(w.dir, "world.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		w.Fatal(err)
	}
	for _, dsn := range dsns {
		w.nodes = append(w.nodes, w.start(len(w.nodes), dsn, "--world", file))
	}
}

// start starts a node and waits until it says where it is.
func (w *town) start(number int, dsn string, more ...string) *node {
	w.Helper()
	n := &node{number: number, log: &noise{}, client: &http.Client{
		Timeout:   patience,
		Transport: &http.Transport{MaxIdleConnsPerHost: 32, DisableCompression: true},
	}}
	args := append([]string{"serve", "--mode", "server", "--store", dsn, "--json", "--data", filepath.Join(w.dir, fmt.Sprint("data", number)),
		"--listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0", "--rates-enforce", "off"}, append(more, w.flags...)...)
	n.cmd = exec.Command(w.binary, args...)
	n.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "KITH_ADMIN_TOKEN=" + admin, "KITH_KEY=" + strings.Repeat("5a", 32)}
	n.cmd.Stderr = n.log
	n.cmd.SysProcAttr = pgtest.DiesToo(syscall.SIGKILL)
	out, err := n.cmd.StdoutPipe()
	if err == nil {
		err = n.cmd.Start()
	}
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { n.end(w.T) })
	banner := struct {
		URL     string `json:"url"`
		Control string `json:"control_url"`
	}{}
	in := bufio.NewReader(out)
	line, _ := in.ReadBytes('\n')
	if err := json.Unmarshal(line, &banner); err != nil {
		w.Fatalf("node %d says %q: %v\n%s", number, line, err, n.log.tail())
	}
	go func() { _, _ = io.Copy(io.Discard, in) }() // ends with the process
	n.url, n.control = banner.URL, banner.Control
	return n
}

// end kills a node, frozen or not.
func (n *node) end(t *testing.T) {
	n.client.CloseIdleConnections()
	_ = n.cmd.Process.Kill()
	_ = n.cmd.Wait()
	if t.Failed() {
		t.Logf("node %d:\n%s", n.number, n.log.tail())
	}
}

func (n *node) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := n.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// A reply is a whole answer.
type reply struct {
	status int
	body   string
}

// do makes a call; err says that no whole answer came.
func (n *node) do(method, url, kind, body string, auth bool) (reply, error) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if auth {
		req.Header.Set("Authorization", "Bearer "+admin)
	}
	resp, err := n.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, string(data)}, err
}

// admin calls the control plane with a JSON body.
func (n *node) admin(method, path string, body any) (reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return reply{}, err
	}
	return n.do(method, n.control+path, "application/json", string(text), true)
}

// ask calls the control plane for something that has to be there.
func (n *node) ask(t *testing.T, method, path string, body, into any) {
	t.Helper()
	r, err := n.admin(method, path, body)
	if err == nil && r.status == http.StatusOK {
		err = json.Unmarshal([]byte(r.body), into)
	}
	if err != nil || r.status != http.StatusOK {
		t.Fatalf("node %d: %s %s: %d %s %v", n.number, method, path, r.status, r.body, err)
	}
}

// graph reads from the Graph.
func (n *node) graph(path string) (reply, error) {
	return n.do(http.MethodGet, n.url+path, "", "", false)
}

// patience is how long a client waits for an answer.
const patience = 12 * time.Second
