package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// A victim is the real binary on a data folder that outlives it.
type victim struct {
	binary, data, world string
	cmd                 *exec.Cmd
	url                 atomic.Pointer[string] // nil while it is down
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)

// buildVictim builds the command, or skips the test if that is not possible here.
func buildVictim(t *testing.T, world string) *victim {
	t.Helper()
	dir := t.TempDir()
	v := &victim{binary: filepath.Join(dir, "kith"), data: filepath.Join(dir, "data"), world: filepath.Join(dir, "world.yaml")}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", v.binary, "github.com/kithgraph/kith/cmd/kith")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the command does not build: %v\n%s", err, out)
	}
	if err := os.WriteFile(v.world, []byte(world), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.kill)
	return v
}

// start runs it and waits for the line that says where it is.
func (v *victim) start(t *testing.T) {
	t.Helper()
	v.cmd = exec.Command(v.binary, "serve", "--data", v.data, "--world", v.world, "--listen", "127.0.0.1:0")
	v.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Dir(v.data)}
	var noise bytes.Buffer
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	v.cmd.Stderr = &noise
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := addressLine.FindString(lines.Text()); url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }() // until it is killed
			v.url.Store(&url)
			return
		}
	}
	_ = v.cmd.Wait()
	t.Fatalf("no address in what it says: %s", noise.String())
}

// kill ends it as a power cut would, and waits until it is gone.
func (v *victim) kill() {
	v.url.Store(nil)
	if v.cmd == nil || v.cmd.Process == nil {
		return
	}
	_ = v.cmd.Process.Kill() // it may have ended by itself
	_ = v.cmd.Wait()
	v.cmd = nil
}

// A besieger drives the victim over HTTP.
type besieger struct {
	*victim
	client *http.Client
	psids  map[string]string
	token  string
	clock  atomic.Int64
	mu     sync.Mutex
	log    []porcupine.Operation
	lost   int
}

func (b *besieger) call(method, path, body string) (status int, text string, err error) {
	url := b.url.Load()
	if url == nil {
		return 0, "", io.ErrUnexpectedEOF
	}
	req, err := http.NewRequestWithContext(context.Background(), method, *url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := b.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	return res.StatusCode, string(data), err
}

func (b *besieger) learn(t *testing.T) {
	t.Helper()
	status, text, err := b.call("GET", "/_/api/ids", "")
	var ids worldIDs
	if err != nil || status != 200 || json.Unmarshal([]byte(text), &ids) != nil {
		t.Fatalf("ids: %d %s %v", status, text, err)
	}
	b.psids, b.token = ids.Pages["shop"].PSIDs, ids.Pages["shop"].Token
}

// do carries out a move; known is false if no whole answer came.
func (b *besieger) do(t *testing.T, m move) (output, known bool) {
	person := fmt.Sprintf("p%d", m.key)
	if m.kind == 'r' {
		status, text, err := b.call("GET", "/v25.0/"+b.psids[person]+"?fields=first_name&access_token="+b.token, "")
		if err == nil && status != 200 {
			t.Errorf("profile: %d %s", status, text)
		}
		return text != "{}", err == nil
	}
	event := map[byte]string{'g': "message", 'w': "revoke"}[m.kind]
	status, text, err := b.call("POST", "/_/api/act", fmt.Sprintf(`{"person":%q,"page":"shop","event":%q}`, person, event))
	if err == nil && status != 200 {
		t.Errorf("act: %d %s", status, text)
	}
	return err == nil, err == nil
}

// siege has a client do moves until the end; a write that got no answer may
// have happened, a read that got none says nothing.
func (b *besieger) siege(t *testing.T, id int, seed uint64, end <-chan struct{}) {
	rng := rand.New(rand.NewPCG(seed, uint64(id)))
	for {
		select {
		case <-end:
			return
		default:
		}
		if b.url.Load() == nil {
			time.Sleep(5 * time.Millisecond) // it is down
			continue
		}
		m := move{rng.IntN(len(b.psids)), "gwrr"[rng.IntN(4)]}
		call := b.clock.Add(1)
		output, known := b.do(t, m)
		ret := b.clock.Add(1)
		b.mu.Lock()
		if known || m.kind != 'r' {
			b.log = append(b.log, porcupine.Operation{ClientId: id, Input: m, Call: call, Output: output, Return: ret})
		}
		if !known {
			b.lost++
		}
		b.mu.Unlock()
	}
}

// T-CON-10: as above, with kill -9 in the middle of things and a restart on the
// same folder. What was acknowledged stays, and nothing withdrawn comes back.
func TestConsentSurvivesKills(t *testing.T) { testKills(t, 5, 500*time.Millisecond) }

// TestSoakConsentSurvivesKills is the long form.
func TestSoakConsentSurvivesKills(t *testing.T) {
	if !soak() {
		t.Skip("KITH_SOAK=1 runs it")
	}
	testKills(t, 60, time.Second)
}

func testKills(t *testing.T, rounds int, life time.Duration) {
	yaml := "pages: {shop: {}}\npeople:\n"
	for i := range 4 {
		yaml += fmt.Sprintf("  p%d: {first_name: Pat, contacts: {shop: echo}}\n", i)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	b := &besieger{victim: buildVictim(t, yaml), client: &http.Client{Timeout: 30 * time.Second, Transport: transport}}
	defer transport.CloseIdleConnections()
	seed := uint64(time.Now().UnixNano())
	begin := time.Now()
	b.start(t)
	b.learn(t)
	end := make(chan struct{})
	var wg sync.WaitGroup
	for id := range 8 {
		wg.Go(func() { b.siege(t, id, seed, end) })
	}
	jitter := rand.New(rand.NewPCG(seed, 99))
	for range rounds {
		time.Sleep(life/2 + time.Duration(jitter.Int64N(int64(life))))
		b.kill()
		b.start(t)
	}
	time.Sleep(life / 2)
	close(end)
	wg.Wait()
	for key := range 4 {
		call := b.clock.Add(1)
		shown, known := b.do(t, move{key, 'r'})
		if !known {
			t.Fatal("no answer at the end")
		}
		b.log = append(b.log, porcupine.Operation{Input: move{key, 'r'}, Call: call, Output: shown, Return: b.clock.Add(1)})
	}
	t.Logf("seed %d: %d operations, %d without an answer, %d kills, %v", seed, len(b.log), b.lost, rounds, time.Since(begin).Round(time.Millisecond))
	checkHistory(t, b.log, fmt.Sprintf("seed %d", seed))
}
