package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// fixtures are databases that earlier versions of kith left, each with the
// export that the same version made of it.
//
//	schema1   version 0.1.0: the world of matrix.yaml, with messages, a block, a
//	          further token, an uninstalled app, a person erased and one erased at a Page
func fixtures() []string { return []string{"schema1"} }

// Ids, tokens, consent and histories of an older database are the same in this
// version, also after what this version does to it at the start.
func TestOlderDatabasesAreUnderstood(t *testing.T) {
	for _, name := range fixtures() {
		data, err := os.ReadFile(filepath.Join("testdata", name+".db"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "kith.db")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, start := range []string{"first", "second"} {
			g, err := Open(context.Background(), Settings{Path: path})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var got bytes.Buffer
			if err := g.World.Export(context.Background(), &got); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s exports something else at the %s start", name, start)
			}
			report, err := g.Verify(context.Background(), nil)
			if err != nil || !report.OK() {
				t.Errorf("%s does not verify: %+v, %v", name, report, err)
			}
			if err := g.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
