package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// longStory is a world in which eve has said far more than one transaction of
// an erasure removes.
func longStory(lines int) string {
	var b strings.Builder
	b.WriteString("pages: {shop: {owner: eve}}\npeople:\n  p0: {first_name: Ann, significant_other: eve}\n  eve: {first_name: Canaryeve, email: canarymail@example.com}\nevents:\n")
	for i := range lines {
		fmt.Fprintf(&b, "  - {page: shop, person: eve, event: message, text: Canarytext%d}\n", i)
	}
	b.WriteString("  - {page: shop, person: p0, event: message}\n")
	return b.String()
}

// An erasure that was acknowledged goes on after kill -9, and nothing is left, in no
// file, log or metric.
func TestErasureSurvivesKill(t *testing.T) {
	v := newVictim(t, filepath.Join(t.TempDir(), "data"), longStory(2500), "--log-level", "debug")
	v.start(t)
	var ids worldIDs
	if err := v.get("/_/api/ids", &ids); err != nil {
		t.Fatal(err)
	}
	shop := ids.Pages["shop"]
	profile := func() string {
		_, text, err := v.call("GET", "/v25.0/"+shop.PSIDs["eve"]+"?fields=first_name&access_token="+shop.Token, "")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if text := profile(); !strings.Contains(text, "Canaryeve") {
		t.Fatalf("before the erasure: %s", text)
	}
	if status, text, err := v.call("POST", "/_/api/act", `{"person":"eve","event":"erase"}`); status != 200 || err != nil {
		t.Fatalf("erase: %d %s %v", status, text, err)
	}
	v.kill()
	v.start(t)
	if text := profile(); strings.Contains(text, "Canary") {
		t.Errorf("after the acknowledgement and a kill: %s", text)
	}
	waitForJobs(t, v)
	_, metrics, err := v.call("GET", "/_/metrics", "")
	if err != nil || !strings.Contains(metrics, "kith_") {
		t.Errorf("metrics: %v %s", err, metrics)
	}
	v.kill()
	if said := strings.ToLower(metrics + v.log.text()); strings.Contains(said, "canary") {
		t.Errorf("log and metrics say\n%s", said)
	}
	if err := errors.Join(absent(v.data, "Canary"), absent(v.data, "canarymail")); err != nil {
		t.Error(err)
	}
}

func waitForJobs(t *testing.T, v *victim) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		status, text, err := v.call("GET", "/_/api/jobs", "")
		if err != nil || status != 200 {
			t.Fatalf("jobs: %d %s %v", status, text, err)
		}
		if text == "{\"jobs\":[]}\n" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("jobs after a minute: %s", text)
		}
	}
}

// absent reports the files of a folder that have a word.
func absent(dir, word string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("files of %s: %w", dir, err)
	}
	for _, f := range files {
		data, rerr := os.ReadFile(f)
		if i := bytes.Index(data, []byte(word)); i >= 0 {
			rerr = fmt.Errorf("%s has %q at %d", filepath.Base(f), data[i:min(i+40, len(data))], i)
		}
		err = errors.Join(err, rerr)
	}
	return err
}

// The journal keeps the requests about an erased person, by IDs that stay dead:
// nothing in it is a name, an address or an internal id.
func TestJournalKeepsNothingOfTheErased(t *testing.T) {
	l := openLab(t, Settings{}, "pages: {shop: {}}\npeople: {eve: {first_name: Canaryeve, email: canarymail@example.com, contacts: {shop: message}}}\n")
	psid := l.ids.Pages["shop"].PSIDs["eve"]
	l.read("v25.0", psid, "first_name,profile_pic", l.ids.Pages["shop"].Token)
	if _, err := l.World.Act(context.Background(), world.Action{Person: "eve", Event: "erase"}); err != nil {
		t.Fatal(err)
	}
	l.read("v25.0", psid, "first_name", l.ids.Pages["shop"].Token)
	found := false
	for _, e := range l.Journal.List(0, 1000, nil) {
		text := fmt.Sprintf("%+v %+v", e, e.Why())
		found = found || strings.Contains(text, psid)
		if strings.Contains(text, "Canary") || strings.Contains(text, "canary") {
			t.Errorf("the journal has %s", text)
		}
	}
	if !found {
		t.Error("the journal knows nothing of these requests: the search finds nothing")
	}
}
