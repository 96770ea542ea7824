package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A world of one message with attachments.
func withAttachments(list string) string {
	return `apps: {demo: {}}
people: {ana: {first_name: Ana}}
pages:
  bakery:
    app: demo
    conversations:
      - participants: [ana, page bakery]
        messages: [{handle: it, at: 2026-02-01T09:00:00Z, fields: {message: "", from: person ana, to: [page bakery], attachments: {data: ` + list + `}}}]
`
}

// What is no file, or too large, is said where it stands, and nothing is loaded.
func TestFilesOfAWorldAreRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "large.txt"), make([]byte, 101), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	for list, want := range map[string]string{
		`[{type: file, path: none.txt}]`:            "attachment 1 of it: ",
		`[{type: file, path: ../x.txt}]`:            "attachment 1 of it: ",
		`[{type: file, path: large.txt}]`:           "attachment 1 of it: 101 bytes are too many: attachments.max_size is 100",
		`[{type: page, base64: cnll}]`:              `attachment 1 of it: type "page" is none of`,
		`[{type: image, base64: cnll}]`:             "attachment 1 of it: it is empty, or of another kind than image",
		`[{type: file, base64: "?"}]`:               "attachments of it: write {type: image, path: cake.jpg}",
		`[{type: file, path: a, base64: cnll}]`:     "attachment 1 of it: path and base64 exclude each other",
		`[{type: image, file: {number: "1"}}]`:      "attachments of it: a file is said by its path or in base64",
		`[{id: "1"}, {type: file, path: none.txt}]`: "attachment 2 of it: ",
	} {
		b := testBuilder(t, openMemory(t))
		b.opt.Files, b.opt.MostFile = root.ReadFile, 100
		w, err := Parse("w.yaml", []byte(withAttachments(list)), testCatalogue())
		if err != nil {
			t.Fatal(err)
		}
		before := export(t, b)
		if err := b.Load(context.Background(), w); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "w.yaml:8:") {
			t.Errorf("%s\n got %v\nwant w.yaml:8: ... %s", list, err, want)
		}
		if export(t, b) != before {
			t.Errorf("%s: something was loaded", list)
		}
	}
}

// A file that is named by its path is kept with the person of the message, is exported and
// comes back as it was.
func TestFilesOfAWorldComeBack(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	b.opt.Files = func(path string) ([]byte, error) { return []byte(fmt.Sprintf("what %s has", path)), nil }
	mustLoad(t, b, withAttachments(`[{type: file, path: shelf/rye.txt}]`))
	out := export(t, b)
	if !strings.Contains(out, `"name":"rye.txt"`) || strings.Contains(out, "shelf") {
		t.Error("it is not exported by its name alone")
	}
	act(t, b, Action{Person: "ana", Event: "erase"})
	if err := b.Work(context.Background(), func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if out := export(t, b); strings.Contains(out, "rye.txt") {
		t.Errorf("it is there after an erasure: %s", out[strings.LastIndex(out[:strings.Index(out, "rye.txt")], "\n"):][:300])
	}
}
