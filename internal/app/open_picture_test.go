package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

// openPictures are the answers to everybody's app-scoped IDs without a token, by app and
// person.
func (l *lab) openPictures() map[string]int {
	got := map[string]int{}
	for person, p := range l.ids.People {
		for app, asid := range p.ASIDs {
			got[app+" "+person] = l.get("/v25.0/"+asid+"/picture", "").status
		}
	}
	return got
}

// sees fails the test unless those pictures are open which want says.
func (l *lab) sees(t *testing.T, where string, want map[string]bool) {
	t.Helper()
	for who, status := range l.openPictures() {
		if status != 302 && status != 403 || (status == 302) != want[who] {
			t.Errorf("%s: the picture of %s answers %d", where, who, status)
		}
	}
}

// An app-scoped ID is found without its app in a database of before, in an import of what
// it exports, in a world that was loaded, and nowhere once it is erased.
func TestPicturesAreOpenWhereverIDsComeFrom(t *testing.T) {
	data, err := os.ReadFile("testdata/schema1.db")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kith.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	old := emptyLab(t, Settings{Path: path})
	old.learn(t)
	want := map[string]bool{}
	for who, status := range old.openPictures() {
		want[who] = status == 302
	}
	if open := len(old.openPictures()); open < 5 || !want["demo alice"] {
		t.Fatalf("of %d IDs of the older database: %v", open, want)
	}
	var export bytes.Buffer
	if err := old.World.Export(context.Background(), &export); err != nil {
		t.Fatal(err)
	}
	there := emptyLab(t, Settings{})
	if err := there.World.Import(context.Background(), bytes.NewReader(export.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	there.learn(t)
	there.sees(t, "imported", want)
	asid := there.ids.People["alice"].ASIDs["demo"]
	there.act(t, world.Action{Person: "alice", Event: "erase"})
	if a := there.get("/v25.0/"+asid+"/picture", ""); a.status != 403 {
		t.Errorf("erased: %d", a.status)
	}
	loaded := openLab(t, Settings{}, "people: {alice: {apps: {app: [public_profile]}}}")
	loaded.sees(t, "loaded", map[string]bool{"app alice": true})
}

// Of two people with the same recorded ID in two apps the ID alone shows one at most, and
// one person who has it in two apps is seen as long as one of them lets.
func TestPicturesOfOneIDInTwoApps(t *testing.T) {
	l := openLab(t, Settings{}, `
apps: {app: {}, other: {}}
people:
  ana: {ids: {app: "100000000000001", other: "100000000000001"}, apps: {app: [public_profile], other: [public_profile]}}
`)
	const path = "/v25.0/100000000000001/picture"
	for _, step := range []struct {
		leave string
		want  int
	}{{"", 302}, {"app", 302}, {"other", 403}} {
		if step.leave != "" {
			l.act(t, world.Action{Person: "ana", App: step.leave, Event: "uninstall"})
		}
		if a := l.get(path, ""); a.status != step.want {
			t.Errorf("after leaving %q: %d, want %d", step.leave, a.status, step.want)
		}
	}
}

// A call without a token costs three Reads at most, whatever ID it names, and one that
// cannot be an ID none. What is not open is told apart by nothing.
func TestOpenPicturesAreCheap(t *testing.T) {
	l := matrix(t)
	var refused string
	for name, tt := range map[string]struct {
		id    string
		reads int
		open  bool
	}{
		"app-scoped": {l.ids.People["alice"].ASIDs["demo"], 3, true}, "Page-scoped": {l.ids.Pages["shop"].PSIDs["alice"], 1, false},
		"nobody's": {"1234567890123456", 1, false}, "of a Page": {l.ids.Pages["shop"].ID, 2, true}, "no ID": {"0123", 0, false},
		"too long": {strings.Repeat("9", 20), 0, false}, "none": {"me", 0, false},
	} {
		c := engine.Call{Method: "GET", ID: tt.id, Edge: "picture", Version: graph.V(25, 0), Now: l.Clock.Now()}
		_, err := l.Engine.Read(t.Context(), &c, nil)
		if (err == nil) != tt.open || c.Reads > tt.reads {
			t.Errorf("%s: %v after %d Reads, want at most %d", name, err, c.Reads, tt.reads)
		}
		a := l.get("/v25.0/"+tt.id+"/picture", "")
		if text, _, _ := strings.Cut(a.body, `"fbtrace_id"`); !tt.open && tt.id != "me" {
			if refused == "" {
				refused = text
			}
			if a.status != 403 || text != refused {
				t.Errorf("%s: %d %s, others: %s", name, a.status, text, refused)
			}
		}
	}
}
