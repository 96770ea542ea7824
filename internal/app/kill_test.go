package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	besiegedPeople = 32
	besiegedTokens = 6
	besiegers      = 8
)

// A besieger drives the victim over HTTP and writes down what was seen.
type besieger struct {
	*victim
	psids map[string]string
	clock atomic.Int64

	mu       sync.Mutex
	stable   string // a token that nobody invalidates
	seed     uint64
	tokens   [besiegedTokens]string
	dead     [besiegedTokens]string // the one before, invalidated
	pictures map[int]string         // path of a picture, from when it could be read
	log      []deed
	lost     int
	retried  int
}

// do carries out a deed and writes it down. A write that got no answer may have
// happened, a read that got none says nothing.
func (b *besieger) do(t *testing.T, d deed) (known bool) {
	d.call = b.clock.Add(1)
	var err error
	switch d.kind {
	case 'r':
		err = b.read(t, &d)
	case 'p':
		err = b.picture(t, &d)
	case 't':
		err = b.change(t, "/_/api/tokens/invalidate", fmt.Sprintf(`{"token":%q,"reason":"logged_out"}`, d.token))
	default:
		err = b.change(t, "/_/api/act", fmt.Sprintf(`{"person":"p%d","page":"shop","event":%q}`, d.person, eventOf[d.kind]))
	}
	d.ret, d.known = b.clock.Add(1), err == nil
	b.mu.Lock()
	defer b.mu.Unlock()
	if d.known || !d.looks() {
		b.log = append(b.log, d)
	}
	if !d.known {
		b.lost++
	}
	return d.known
}

// change is a write. Nobody does anything any more where they were erased.
func (b *besieger) change(t *testing.T, path, body string) error {
	status, text, err := b.call("POST", path, body)
	if err == nil && status != 200 && status != 404 {
		t.Errorf("%s %s: %d %s", path, body, status, text)
	}
	return err
}

var pictureOf = regexp.MustCompile(`"profile_pic":"https?:\\/\\/[^\\"]*(\\/[^"]*)"`)

func (b *besieger) read(t *testing.T, d *deed) error {
	path := "/v25.0/" + b.psids[fmt.Sprintf("p%d", d.person)] + "?fields=first_name,profile_pic&access_token=" + d.token
	status, text, err := b.call("GET", path, "")
	switch {
	case err != nil:
	case status == 200:
		d.shown = strings.Contains(text, "first_name")
		if m := pictureOf.FindStringSubmatch(text); m != nil {
			b.mu.Lock()
			b.pictures[d.person] = strings.ReplaceAll(m[1], `\/`, "/")
			b.mu.Unlock()
		}
	case strings.Contains(text, `"code":190,`):
		d.refused = true
	case !strings.Contains(text, `"code":100,`): // an erased ID leads nowhere
		t.Errorf("profile: %d %s", status, text)
	}
	return err
}

// picture looks at a picture behind an old URL.
func (b *besieger) picture(t *testing.T, d *deed) error {
	b.mu.Lock()
	path := b.pictures[d.person]
	b.mu.Unlock()
	if path == "" {
		return errNoPicture
	}
	status, text, err := b.call("GET", path, "")
	if err == nil && status != 200 && status != 403 && status != 404 {
		t.Errorf("picture: %d %s", status, text)
	}
	d.shown = status == 200
	return err
}

var errNoPicture = fmt.Errorf("no picture was ever seen")

// besiege does random deeds until the end.
func (b *besieger) besiege(t *testing.T, id int, seed uint64, end <-chan struct{}) {
	rng := rand.New(rand.NewPCG(seed, uint64(id)))
	for {
		select {
		case <-end:
			return
		default:
		}
		if b.at.Load() == nil {
			time.Sleep(time.Millisecond) // it is down
			continue
		}
		slot := rng.IntN(besiegedTokens)
		b.mu.Lock()
		d := deed{client: id, person: rng.IntN(besiegedPeople), token: b.tokens[slot], kind: "gggwwbu"[rng.IntN(7)]}
		b.mu.Unlock()
		switch n := rng.IntN(1000); {
		case n < 20:
			d.kind = 'r'
			b.mu.Lock()
			d.token = cmp.Or(b.dead[slot], d.token)
			b.mu.Unlock()
		case n < 500:
			d.kind = 'r'
		case n < 600:
			d.kind = 'p'
		case n < 601:
			d.kind = 'e'
		case n < 610:
			d.kind = 't'
		case n < 660 && d.kind == 'w': // doubled, as an impatient client would
			twin := d
			twin.client += besiegers
			var wg sync.WaitGroup
			wg.Go(func() { b.do(t, twin) })
			b.do(t, d)
			wg.Wait()
			continue
		}
		if !b.do(t, d) && !d.looks() { // nobody knows, so it is sent once more
			b.retry(t, d)
		}
		if d.kind == 't' {
			b.mu.Lock()
			b.dead[slot] = d.token
			b.mu.Unlock()
			b.mint(t, slot)
		}
	}
}

// retry sends a write again once the victim is back.
func (b *besieger) retry(t *testing.T, d deed) {
	for i := 0; b.at.Load() == nil && i < 60_000; i++ {
		time.Sleep(time.Millisecond) // it is down
	}
	b.do(t, d)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.retried++
}

// mint puts a new token into a slot, trying until there is one.
func (b *besieger) mint(t *testing.T, slot int) {
	for range 10_000 {
		status, text, err := b.call("POST", "/_/api/tokens", `{"page":"shop"}`)
		var got struct{ Token string }
		if err == nil && (status != 200 || json.Unmarshal([]byte(text), &got) != nil) {
			t.Errorf("mint: %d %s", status, text)
			return
		}
		if err == nil {
			b.mu.Lock()
			b.tokens[slot] = got.Token
			b.mu.Unlock()
			return
		}
		time.Sleep(time.Millisecond) // it is down
	}
	t.Error("no token can be minted any more")
}

// T-CON-10: clients grant, withdraw, block, erase, invalidate and look, with
// kill -9 in the middle of things and a restart on the same folder. What was
// acknowledged stays, and nothing withdrawn comes back.
func TestConsentSurvivesKills(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	least := 20_000
	if soak() || crash() {
		least = 100_000
	}
	testKills(t, least)
}

func testKills(t *testing.T, least int) {
	b := newBesieger(t)
	begin, kills := time.Now(), 0
	halt := b.besieged(t)
	jitter := rand.New(rand.NewPCG(b.seed, 99))
	for b.logged() < least && !t.Failed() && time.Since(begin) < 5*time.Minute {
		b.reach(b.logged() + 1000 + jitter.IntN(2000))
		b.kill()
		b.start(t)
		kills++
	}
	halt()
	b.lookAround(t)
	shown, refused := 0, 0
	for i := range b.log {
		if b.log[i].shown {
			shown++
		} else if b.log[i].refused {
			refused++
		}
	}
	t.Logf("seed %d: %d operations, %d profiles shown, %d tokens refused, %d without an answer, %d writes sent again, %d kills, %v",
		b.seed, len(b.log), shown, refused, b.lost, b.retried, kills, time.Since(begin).Round(time.Millisecond))
	if len(b.log) < least || shown < least/20 || refused == 0 || b.retried == 0 {
		t.Error("the history says hardly anything")
	}
	checkDeeds(t, b.log, fmt.Sprintf("seed %d", b.seed))
	t.Logf("checked after %v", time.Since(begin).Round(time.Millisecond))
}

// newBesieger starts a victim and learns its ids.
func newBesieger(t *testing.T, bugs ...string) *besieger {
	t.Helper()
	yaml := "pages: {shop: {}}\npeople:\n"
	for i := range besiegedPeople {
		yaml += fmt.Sprintf("  p%d: {first_name: Pat, contacts: {shop: echo}}\n", i)
	}
	b := &besieger{victim: newVictim(t, filepath.Join(t.TempDir(), "data"), yaml), pictures: map[int]string{}, seed: uint64(time.Now().UnixNano())}
	for _, bug := range bugs {
		b.binary = plantedBinary(t, bug)
	}
	b.start(t)
	var ids worldIDs
	if err := b.get("/_/api/ids", &ids); err != nil {
		t.Fatal(err)
	}
	b.psids, b.stable = ids.Pages["shop"].PSIDs, ids.Pages["shop"].Token
	for slot := range besiegedTokens {
		b.mint(t, slot)
	}
	return b
}

// besieged has clients at work until halt is called.
func (b *besieger) besieged(t *testing.T) (halt func()) {
	end := make(chan struct{})
	var wg sync.WaitGroup
	for id := range besiegers {
		wg.Go(func() { b.besiege(t, id, b.seed, end) })
	}
	return func() { close(end); wg.Wait() }
}

// reach waits until there is something to lose.
func (b *besieger) reach(deeds int) {
	for stop := time.Now().Add(10 * time.Second); b.logged() < deeds && time.Now().Before(stop); {
		time.Sleep(time.Millisecond)
	}
}

// lookAround looks at everybody.
func (b *besieger) lookAround(t *testing.T) {
	for person := range besiegedPeople {
		b.do(t, deed{kind: 'r', person: person, token: b.stable})
	}
}

// Histories of a server that breaks its word do not pass: one whose cache fills
// whatever was written meanwhile, and one whose disk loses what was acknowledged,
// as a power cut does where nothing is synced.
func TestHistoriesFindPlantedBugs(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	t.Run("generation check off", func(t *testing.T) {
		b := newBesieger(t, "no-generations")
		halt := b.besieged(t)
		b.reach(4000)
		halt()
		b.found(t, true)
	})
	t.Run("acknowledged writes lost", func(t *testing.T) {
		b := newBesieger(t)
		halt := b.besieged(t)
		b.reach(1000)
		halt()
		kept := b.files(t)
		halt = b.besieged(t)
		b.reach(2500)
		halt()
		b.kill()
		for path := range b.files(t) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		for path, data := range kept {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		b.start(t)
		b.lookAround(t)
		b.found(t, false)
	})
}

// files are those of the database, with what is in them.
func (b *besieger) files(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(b.data, "kith.db*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no database in %s: %v", b.data, err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		if files[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// found fails the test unless the models find the history wrong.
func (b *besieger) found(t *testing.T, tokens bool) {
	t.Helper()
	people := porcupine.CheckOperationsTimeout(personModel().ToModel(), personDeeds(b.log), 2*time.Minute)
	dead := porcupine.CheckOperationsTimeout(tokenModel().ToModel(), tokenDeeds(b.log), 2*time.Minute)
	never := shownAfterAcknowledgement(b.log)
	t.Logf("seed %d: %d operations: people are %s, tokens %s, shown after an acknowledgement: %+v", b.seed, len(b.log), people, dead, never)
	if people != porcupine.Illegal || tokens && dead != porcupine.Illegal || never == nil {
		t.Error("the bug is not found")
	}
}

func (b *besieger) logged() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.log)
}

// checkDeeds fails the test if either model does not explain the deeds.
func checkDeeds(t *testing.T, log []deed, what string) {
	t.Helper()
	if res := porcupine.CheckOperationsTimeout(personModel().ToModel(), personDeeds(log), 2*time.Minute); res != porcupine.Ok {
		t.Errorf("%s: the history of people is %s", what, res)
	}
	if res := porcupine.CheckOperationsTimeout(tokenModel().ToModel(), tokenDeeds(log), time.Minute); res != porcupine.Ok {
		t.Errorf("%s: the history of tokens is %s", what, res)
	}
	if d := shownAfterAcknowledgement(log); d != nil {
		t.Errorf("%s: %+v shows what was withdrawn before it began", what, *d)
	}
}
