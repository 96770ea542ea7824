package world

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/store/sqlite"
)

// farIDs is where the ids of a search begin: numbers whose bytes do not come
// about by chance.
const farIDs store.ID = 0x2A3C7B1E9D245000

// openFar opens a database whose ids begin at farIDs.
func openFar(t *testing.T, path string) (*store.DB, *sqlite.Store) {
	t.Helper()
	drv, err := sqlite.Open(context.Background(), path, store.Registry(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = drv.Update(context.Background(), func(w driver.Writer) error {
		data := store.AppendRecord(nil, []store.Field{store.Int64Field(1, int64(farIDs))})
		return w.Put(context.Background(), []driver.Object{{ID: 1, Kind: store.KindMeta, Data: data}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))}), drv
}

// spellings are the ways in which an id is written in a file: by SQLite in a
// row and in a key, in a field of a record, in a key's text, in digits.
func spellings(id store.ID) map[string][]byte {
	v := make([]byte, 9)
	u := uint64(id)
	v[8] = byte(u)
	for i, rest := 7, u>>8; i >= 0; i, rest = i-1, rest>>7 {
		v[i] = byte(rest&0x7f) | 0x80
	}
	return map[string][]byte{
		"eight bytes":  binary.BigEndian.AppendUint64(nil, u),
		"rowid":        v,
		"record field": binary.AppendVarint(nil, int64(id)),
		"digits":       fmt.Appendf(nil, "%d", id),
	}
}

// crowdYAML has n people, each with words of their own everywhere, around m
// whom nobody erases.
func crowdYAML(n, m int) string {
	var b strings.Builder
	b.WriteString("apps: {demo: {}, other: {}}\npages: {shop: {apps: [demo, other], owner: canary000, instagram: shop_ig}, cafe: {}}\ninstagram: {shop_ig: {}}\npeople:\n")
	for i := range n {
		fmt.Fprintf(&b, "  canary%03d: {first_name: Canaryfirst%03d, last_name: %q, email: canarymail%03d@example.com, about: %q, instagram: true, picture: file:canary.jpg, significant_other: plain%03d, ",
			i, i, "Canarylast"+strings.Repeat("x", i%90), i, strings.Repeat("Canaryabout ", 1+i%40), i%m)
		fmt.Fprintf(&b, "albums: [{name: Canaryalbum%03d, from: canary%03d, photos: [{name: Canaryphoto, likes: [plain%03d]}, {name: Canaryphoto}], comments: [{message: Canarycomment, owner: plain%03d, from: canary%03d}], likes: [plain%03d, canary%03d]}], ",
			i, i, i%m, i%m, i, i%m, (i+1)%n)
		fmt.Fprintf(&b, "events: [{to: party, rsvp_status: Canaryrsvp}], likes: [shop], family: [{to: plain%03d, relationship: Canarybrother}], ", i%m)
		fmt.Fprintf(&b, "apps: {demo: [public_profile, email]}, friends: [plain%03d, plain%03d], contacts: {shop: {via: message, text: Canarytext%03d, mid: canarymid%03d}, cafe: message, shop_ig: message}}\n", i%m, (i+1)%m, i, i)
	}
	for i := range m {
		fmt.Fprintf(&b, "  plain%03d: {first_name: Plain, about: %q, significant_other: canary%03d, contacts: {shop: message}, ", i, strings.Repeat("plain words ", 1+i%50), i%n)
		fmt.Fprintf(&b, "feed: [{message: plain words, from: canary%03d, likes: [canary%03d]}], family: [{to: canary%03d, relationship: uncle}]}\n", i%n, i%n, i%n)
	}
	b.WriteString("things: {party: {type: Event, name: plain words, owner: page shop}}\n")
	return b.String()
}

// The promise about erasure: nothing in any table, in the file, in its log or
// in what is left beside it.
func TestErasureLeavesNoBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	db, drv := openFar(t, path)
	b := testBuilder(t, db)
	picture := noise(t)
	b.opt.Files = func(string) ([]byte, error) { return picture, nil }
	b.opt.JobRows = 7
	const n, m = 60, 30
	mustLoad(t, b, crowdYAML(n, m))
	ids := personIDs(t, b)
	for i := range n { // rows that grow and shrink leave more traces than others
		name := fmt.Sprintf("canary%03d", i)
		act(t, b, Action{Person: name, Page: "shop", Event: "message", Text: strings.Repeat("Canaryagain", 1+i*7%50)})
		act(t, b, Action{Person: name, Page: "shop", Event: "message", Mid: "m_" + name, Attach: []string{"image=https://canary.example/" + name}})
		act(t, b, Action{Person: name, Page: "shop", Event: "react", Mid: "m_" + name, Reaction: "wow"})
		act(t, b, Action{Person: name, Page: "shop", Event: "edit", Mid: "m_" + name, Text: strings.Repeat("Canaryedit", 1+i*3%20)})
		if i%3 == 0 {
			act(t, b, Action{Person: name, Page: "shop", Event: "unsend", Mid: "m_" + name})
		}
		act(t, b, Action{Person: fmt.Sprintf("plain%03d", i%m), Page: "cafe", Event: "message", Text: strings.Repeat("plain ", i%60)})
		act(t, b, Action{Person: name, Page: "shop", Event: "page_comment", Comment: "Canarycomment" + name, Text: "Canarysaid"})
		act(t, b, Action{Person: name, Page: "shop", Event: "checkbox_plugin", UserRef: "Canarybox" + name})
		act(t, b, Action{Person: name, App: "demo", Event: "install", Permissions: []string{"user_birthday"}})
		if _, err := b.MintToken(context.Background(), TokenSpec{Page: "cafe", Person: name}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		act(t, b, Action{Person: fmt.Sprintf("canary%03d", i*37%n), Event: "erase"})
	}
	if err := b.Work(context.Background(), drv.Scrub); err != nil {
		t.Fatal(err)
	}
	if list, err := b.Jobs(context.Background()); err != nil || len(list) != 0 {
		t.Errorf("jobs left: %v, %v", list, err)
	}
	var needles []needle
	for _, word := range []string{"canary", "Canary"} {
		needles = append(needles, needle{word, []byte(word)})
	}
	needles = append(needles, needle{"picture", picture[len(picture)/2 : len(picture)/2+40]})
	for name, id := range ids {
		if strings.HasPrefix(name, "canary") {
			for how, bytes := range spellings(id) {
				needles = append(needles, needle{"id of " + name + " as " + how, bytes})
			}
		}
	}
	searchTables(t, db, needles)
	searchFiles(t, path, needles)
	// A backup made afterwards has nothing of them either.
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := drv.Backup(context.Background(), copied); err != nil {
		t.Fatal(err)
	}
	searchFiles(t, copied, needles)
	// The search finds what is there.
	alive := spellings(ids["plain000"])
	for what, bytes := range map[string][]byte{"words": []byte("plain words"), "id": alive["eight bytes"]} {
		if found := foundIn(t, path, []needle{{what, bytes}}); len(found) == 0 {
			t.Errorf("the search does not find the %s that are there", what)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	searchFiles(t, path, needles)
}

// noise is a picture like no other.
func noise(t *testing.T) []byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	img := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = byte(rng.Uint32())
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type needle struct {
	what  string
	bytes []byte
}

func personIDs(t *testing.T, b *Builder) map[string]store.ID {
	t.Helper()
	ids := map[string]store.ID{}
	err := b.opt.DB.View(context.Background(), func(r *store.Reader) error {
		list, err := handles(context.Background(), r, 1<<30, personKind)
		for _, h := range list {
			ids[h.handle] = h.id
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// searchTables looks through every row of every table.
func searchTables(t *testing.T, db *store.DB, needles []needle) {
	t.Helper()
	err := db.View(context.Background(), func(r *store.Reader) error {
		var err error
		for _, table := range []store.Table{store.Objects, store.Assocs, store.Keys, store.Counts} {
			err = errors.Join(err, r.Scan(context.Background(), table, func(row *store.Row) bool {
				text := fmt.Appendf(nil, "%d %d %d %d %d %s %s %s", row.Object.ID, row.Assoc.From, row.Assoc.To, row.Key.ID, row.Count.From,
					row.Object.Data, row.Assoc.Data, row.Key.Key.Key)
				for _, n := range needles {
					if bytes.Contains(text, n.bytes) {
						t.Errorf("table %d has %s in %q", table, n.what, text)
					}
				}
				return true
			}))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func searchFiles(t *testing.T, path string, needles []needle) {
	t.Helper()
	for _, what := range foundIn(t, path, needles) {
		t.Errorf("on disk: %s", what)
	}
}

// foundIn lists which needles the files of a database have.
func foundIn(t *testing.T, path string, needles []needle) (found []string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("files of %s: %v, %v", path, files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range needles {
			if i := bytes.Index(data, n.bytes); i >= 0 {
				found = append(found, fmt.Sprintf("%s has %s at %d", filepath.Base(f), n.what, i))
			}
		}
	}
	return found
}

// flaky fails one Update of a store, as a crash would that comes between two
// commits.
type flaky struct {
	driver.Store
	left int
}

var errCrash = errors.New("crash")

func (f *flaky) Update(ctx context.Context, do func(driver.Writer) error) error {
	if f.left--; f.left == 0 {
		return errCrash
	}
	return f.Store.Update(ctx, do)
}

const bigFamily = `
apps: {demo: {}, other: {}}
pages: {shop: {apps: [demo, other], owner: eve, instagram: shop_ig}, cafe: {owner: eve}, bar: {}}
instagram: {shop_ig: {}}
people:
  eve: {first_name: Eve, instagram: true, significant_other: ann, apps: {demo: [email], other: [email]}, friends: [ann, bob], contacts: {shop: message, cafe: message, bar: message, shop_ig: message}}
  ann: {first_name: Ann, significant_other: eve, contacts: {shop: message}}
  bob: {first_name: Bob, significant_other: eve}
`

// erasedWith erases eve from a family, with a crash before the n-th commit of
// the job, and returns what is left in the end.
func erasedWith(t *testing.T, n int) (rows string, crashed bool) {
	t.Helper()
	drv := &flaky{Store: memory.Open(store.Registry())}
	db := store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))})
	defer func() { _ = db.Close() }()
	b := testBuilder(t, db)
	mustLoad(t, b, bigFamily)
	for i := range 10 {
		act(t, b, Action{Person: "eve", Page: "shop", Event: "message", Text: fmt.Sprint("text ", i)})
	}
	b.opt.JobRows = 2
	act(t, b, Action{Person: "eve", Event: "erase"})
	for _, name := range []string{"eve"} {
		if _, err := b.Person(context.Background(), name); err == nil {
			t.Error("the erased person shows")
		}
	}
	drv.left = n
	err := b.Work(context.Background(), nil)
	if crashed = errors.Is(err, errCrash); !crashed && err != nil {
		t.Fatal(err)
	}
	// Another process goes on.
	b = testBuilder(t, store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))}))
	if list, err := b.Jobs(context.Background()); err != nil || crashed && len(list) != 1 {
		t.Errorf("after a crash before commit %d: jobs %v, %v", n, list, err)
	}
	if err := b.Work(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return rowsOf(t, b.opt.DB), crashed
}

// rowsOf is every row but the claimed ids, without versions.
func rowsOf(t *testing.T, db *store.DB) string {
	t.Helper()
	var out strings.Builder
	err := db.View(context.Background(), func(r *store.Reader) error {
		var err error
		for _, table := range []store.Table{store.Objects, store.Assocs, store.Keys, store.Counts} {
			err = errors.Join(err, r.Scan(context.Background(), table, func(row *store.Row) bool {
				c := *row
				c.Object.Version, c.Assoc.Version = 0, 0
				if c.Object.ID != 1 || table != store.Objects {
					fmt.Fprintf(&out, "%d %v\n", table, c)
				}
				return true
			}))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestErasureGoesOnAfterACrashAnywhere(t *testing.T) {
	want, crashed := erasedWith(t, 1<<30)
	if crashed {
		t.Fatal("crashed without being told to")
	}
	n := 1
	for ; ; n++ {
		got, crashed := erasedWith(t, n)
		if !crashed {
			break
		}
		if got != want {
			t.Fatalf("a crash before commit %d leaves\n%s\nwant\n%s", n, got, want)
		}
	}
	if n < 15 {
		t.Errorf("the erasure has only %d commits: the test crashes nowhere", n-1)
	}
}

// A store that is exchanged under a job loses nothing of its own.
func TestJobsOfAnExchangedStoreHarmNobody(t *testing.T) {
	drv := memory.Open(store.Registry())
	db := store.Open(drv, store.Options{Decode: Decoders(demoKeys(t))})
	b := testBuilder(t, db)
	mustLoad(t, b, bigFamily)
	saved := drv.Fork()
	act(t, b, Action{Person: "eve", Event: "erase"})
	if err := b.Work(context.Background(), func(context.Context) error {
		return db.Replace(func() error { drv.Restore(saved); return nil })
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"eve", "ann", "bob"} {
		p, err := b.Person(context.Background(), name)
		if err != nil || p.Partner == "" {
			t.Errorf("%s after the store was exchanged: %+v, %v", name, p, err)
		}
	}
}
