package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
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
	tokens   [besiegedTokens]string
	pictures map[int]string // path of a picture, from when it could be read
	log      []deed
	lost     int
}

// do carries out a deed and writes it down. A write that got no answer may have
// happened, a read that got none says nothing.
func (b *besieger) do(t *testing.T, d deed) {
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
		b.do(t, d)
		if d.kind == 't' {
			b.mint(t, slot)
		}
	}
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
	yaml := "pages: {shop: {}}\npeople:\n"
	for i := range besiegedPeople {
		yaml += fmt.Sprintf("  p%d: {first_name: Pat, contacts: {shop: echo}}\n", i)
	}
	b := &besieger{victim: newVictim(t, filepath.Join(t.TempDir(), "data"), yaml), pictures: map[int]string{}}
	seed, begin, kills := uint64(time.Now().UnixNano()), time.Now(), 0
	b.start(t)
	var ids worldIDs
	if err := b.get("/_/api/ids", &ids); err != nil {
		t.Fatal(err)
	}
	b.psids = ids.Pages["shop"].PSIDs
	for slot := range besiegedTokens {
		b.mint(t, slot)
	}
	end := make(chan struct{})
	var wg sync.WaitGroup
	for id := range besiegers {
		wg.Go(func() { b.besiege(t, id, seed, end) })
	}
	jitter := rand.New(rand.NewPCG(seed, 99))
	for b.logged() < least && !t.Failed() && time.Since(begin) < 5*time.Minute {
		goal := b.logged() + 1000 + jitter.IntN(2000)
		for stop := time.Now().Add(10 * time.Second); b.logged() < goal && time.Now().Before(stop); {
			time.Sleep(time.Millisecond) // until there is something to lose
		}
		b.kill()
		b.start(t)
		kills++
	}
	close(end)
	wg.Wait()
	for person := range besiegedPeople {
		b.do(t, deed{kind: 'r', person: person, token: b.tokens[0]})
	}
	shown, refused := 0, 0
	for i := range b.log {
		if b.log[i].shown {
			shown++
		} else if b.log[i].refused {
			refused++
		}
	}
	t.Logf("seed %d: %d operations, %d profiles shown, %d tokens refused, %d without an answer, %d kills, %v",
		seed, len(b.log), shown, refused, b.lost, kills, time.Since(begin).Round(time.Millisecond))
	if shown < least/20 || refused == 0 {
		t.Error("the history says hardly anything")
	}
	checkDeeds(t, b.log, fmt.Sprintf("seed %d", seed))
	t.Logf("checked after %v", time.Since(begin).Round(time.Millisecond))
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
