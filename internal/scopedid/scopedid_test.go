package scopedid

import (
	"context"
	"strconv"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

func open(t *testing.T) (*store.DB, *access.Keys) {
	t.Helper()
	keys, err := access.NewKeys([]byte(access.DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	db := store.Open(memory.Open(store.Registry()), store.Options{})
	t.Cleanup(func() { _ = db.Close() })
	return db, keys
}

// IDs of one person on many Pages are all distinct, have 16 digits and do not
// follow the order of creation. [T-ISO-03]
func TestCandidates(t *testing.T) {
	_, keys := open(t)
	seen := map[string]bool{}
	ascending := 0
	last := ""
	for page := range 100 {
		for person := range 100 {
			id := Candidate(keys, store.SpacePSID, strconv.Itoa(page), uint64(person), 0)
			if len(id) != 16 || id[0] == '0' || seen[id] {
				t.Fatalf("page %d, person %d: %s", page, person, id)
			}
			seen[id] = true
			if id > last {
				ascending++
			}
			last = id
		}
	}
	if ascending < 4500 || ascending > 5500 {
		t.Errorf("%d of 10000 IDs are above the one before: they follow an order", ascending)
	}
	if Candidate(keys, store.SpacePSID, "1", 1, 0) == Candidate(keys, store.SpaceASID, "1", 1, 0) {
		t.Error("a PSID and an ASID are the same")
	}
}

func TestMint(t *testing.T) {
	db, keys := open(t)
	ctx := t.Context()
	mint := func(owner, person store.ID, seed uint64, given string) (id string, err error) {
		err = db.Update(ctx, func(tx *store.Tx) error {
			id, err = Mint(ctx, tx, keys, store.SpacePSID, owner, "77", person, seed, given)
			return err
		})
		return id, err
	}
	first, err := mint(1, 10, 5, "")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := mint(1, 10, 5, ""); err != nil || again != first {
		t.Errorf("minted again: %s, %v, want %s", again, err, first)
	}
	// The same seed again, as after an erasure: the old ID stays dead.
	if second, err := mint(1, 11, 5, ""); err != nil || second == first {
		t.Errorf("the ID of another person was issued again: %s, %v", second, err)
	}
	if _, err := mint(1, 12, 9, first); err == nil {
		t.Error("a recorded ID went to a second person")
	}
	if id, err := mint(1, 13, 9, "1375102873412097"); err != nil || id != "1375102873412097" {
		t.Errorf("recorded ID: %s, %v", id, err)
	}
	err = db.View(ctx, func(r *store.Reader) error {
		if id, err := Of(ctx, r, store.SpacePSID, 2, 10); id != "" || err != nil {
			t.Errorf("an ID on a Page never met: %s, %v", id, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Two who mint at once get one ID. [T-RAC-03]
func TestMintTogether(t *testing.T) {
	db, keys := open(t)
	ids := make(chan string, 16)
	for range cap(ids) {
		go func() {
			var id string
			_ = db.Update(context.Background(), func(tx *store.Tx) (err error) {
				id, err = Mint(context.Background(), tx, keys, store.SpacePSID, 1, "77", 10, 5, "")
				return err
			})
			ids <- id
		}()
	}
	first := <-ids
	for range cap(ids) - 1 {
		if id := <-ids; id != first || id == "" {
			t.Errorf("got %q and %q", first, id)
		}
	}
}
