package world

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

// Scoped IDs are bound apart from their people; whoever was written when an
// import ends early has theirs, and not another.
func TestInterruptedImportLeavesNobodyWithoutIDs(t *testing.T) {
	const people = importChunk + 500
	var in strings.Builder
	in.WriteString(`{"app":{"handle":"a","id":"1500000000000001","name":"A","type":"business","mode":"live"}}` + "\n")
	in.WriteString(`{"page":{"handle":"p","id":"1500000000000002","name":"P","apps":["a"]}}` + "\n")
	id := func(i int) string { return fmt.Sprintf("%016d", 1_000_000_000_000_000+(i*7_368_787)%people) }
	for i := range people {
		fmt.Fprintf(&in, `{"person":{"handle":"g%d","ids":[{"page":"p","id":"%s"}]}}`+"\n", i, id(i))
	}
	b := testBuilder(t, openMemory(t))
	ctx, cancel := context.WithCancel(context.Background())
	err := b.Import(ctx, strings.NewReader(in.String()), func(int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Import: %v", err)
	}
	n := 0
	for i := range people {
		handle := fmt.Sprintf("g%d", i)
		var found store.ID
		err := b.opt.DB.View(context.Background(), func(r *store.Reader) (err error) {
			found, err = r.Resolve(context.Background(), store.SpaceHandle, personKind+"/"+handle)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if found == 0 {
			continue
		}
		n++
		p, err := b.Person(context.Background(), handle)
		if err != nil {
			t.Fatal(err)
		}
		if p.PSIDs["p"] != id(i) {
			t.Fatalf("%s has the PSID %q, want %s", handle, p.PSIDs["p"], id(i))
		}
	}
	if n != importChunk {
		t.Errorf("%d people were written, want %d", n, importChunk)
	}
	rest := `{"person":{"handle":"rest"}}`
	if err := b.Import(context.Background(), strings.NewReader(rest), nil); !errors.Is(err, ErrUnfinished) {
		t.Errorf("an import into what an interrupted one left: %v", err)
	}
	if err := b.Load(context.Background(), &World{}); !errors.Is(err, ErrUnfinished) {
		t.Errorf("a world file for what an interrupted import left: %v", err)
	}
}
