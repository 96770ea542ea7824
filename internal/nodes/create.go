package nodes

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// making is a thing that a write makes: its node type, who it belongs to, the
// edge it goes on and where that starts. Seed tells apart what several make at
// the same moment.
type making struct {
	node  string
	owner store.ID
	edge  store.Kind
	on    store.ID
	seed  string
	parts people.Parts
}

// create makes a thing and returns its public ID, the first free one of those
// that follow from what it is and when it was made.
func create(ctx context.Context, c *schema.Call, m making) (string, error) {
	const attempts = 1000
	t := people.Thing{ID: c.Tx.NewID(), Type: m.node, Owner: m.owner, Created: c.Now.Unix(), Parts: m.parts}
	for n := 0; t.PublicID == ""; n++ {
		if n == attempts {
			return "", fmt.Errorf("make %s: no free ID in %d attempts", m.node, attempts)
		}
		id := madeID(c, &m, n)
		got, err := c.Tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpaceNode, Key: id}, ID: t.ID})
		if err != nil {
			return "", err
		}
		if got[0] == t.ID {
			t.PublicID = id
		}
	}
	t.Handle = "made/" + strings.ToLower(m.node) + "_" + t.PublicID
	if _, err := c.Tx.Bind(ctx, store.Binding{Key: store.Key{Space: store.SpaceHandle, Key: "thing/" + t.Handle}, ID: t.ID}); err != nil {
		return "", err
	}
	if err := c.Tx.Put(ctx, store.Object{ID: t.ID, Kind: store.KindThing, Data: t.Encode()}); err != nil {
		return "", err
	}
	links := []store.Assoc{{From: m.on, Kind: m.edge, To: t.ID, Time: c.Micros()}}
	if m.owner != 0 {
		links = append(links, store.Assoc{From: m.owner, Kind: store.AssocOwn, To: t.ID, Time: c.Micros()})
	}
	return t.PublicID, c.Tx.Link(ctx, links...)
}

// madeID is attempt n of a public ID: 16 digits, as those of worlds.
func madeID(c *schema.Call, m *making, n int) string {
	const low = 1_000_000_000_000_000
	block := c.Row.Env.Keys.Label("made", m.node, m.seed, strconv.FormatInt(c.Micros(), 10), strconv.Itoa(n))
	return strconv.FormatUint(low+binary.BigEndian.Uint64(block[:])%(8*low), 10)
}
