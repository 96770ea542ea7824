package world

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// exportChunk is how many people are read at a time.
const exportChunk = 200

// Export writes the world as JSON Lines, from one snapshot and in an order that
// depends on the content only: kinds, then handles, things and edges, audiences,
// tombstones. Two exports differ only where the worlds do.
func (b *Builder) Export(ctx context.Context, w io.Writer) error {
	return b.opt.DB.View(ctx, func(r *store.Reader) error {
		buf := bufio.NewWriterSize(w, 1<<16)
		x := &exporter{b: b, r: r, enc: json.NewEncoder(buf), names: map[store.ID]handled{}, persons: map[store.ID]string{}}
		x.enc.SetEscapeHTML(false)
		if err := x.run(ctx); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		return buf.Flush()
	})
}

// exporter is one Export.
type exporter struct {
	b     *Builder
	r     *store.Reader
	enc   *json.Encoder
	names map[store.ID]handled // all but people
	// persons are some people by their handles.
	persons map[store.ID]string
	// lists are the things that lists of people are uploaded to, or that know some.
	lists []store.ID
	// files are what was sent along.
	files []store.ID
}

func (x *exporter) run(ctx context.Context) error {
	const all = 1 << 62
	list, err := handles(ctx, x.r, all)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(h handled) bool { return h.kind == thingKind })
	people := slices.IndexFunc(list, func(h handled) bool { return h.kind == personKind })
	if people < 0 {
		people = len(list)
	}
	for _, h := range list[:people] {
		x.names[h.id] = h
	}
	things, err := x.nameThings(ctx)
	if err != nil {
		return err
	}
	for _, h := range list[:people] {
		if err := x.place(ctx, h.id); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(list[people:], exportChunk) {
		if err := x.people(ctx, chunk); err != nil {
			return err
		}
	}
	if err := x.life(ctx, list, things); err != nil {
		return err
	}
	if err := x.audiences(ctx); err != nil {
		return err
	}
	if err := x.tombstones(ctx); err != nil {
		return err
	}
	return x.filesHeld(ctx)
}

// life writes things, then edges: of all else in the order of the list, and of
// things.
func (x *exporter) life(ctx context.Context, list []handled, things []store.ID) error {
	for chunk := range slices.Chunk(things, exportChunk) {
		if err := x.thingChunk(ctx, chunk); err != nil {
			return err
		}
	}
	kinds, err := x.kindsInUse(ctx)
	if err != nil || len(kinds) == 0 {
		return err
	}
	ids := make([]store.ID, len(list))
	for i, h := range list {
		ids[i] = h.id
	}
	if err := x.edges(ctx, kinds, ids); err != nil {
		return err
	}
	return x.edges(ctx, kinds, things)
}

// place writes a business, app, Page or Instagram account.
func (x *exporter) place(ctx context.Context, id store.ID) error {
	rec, err := x.r.Get(ctx, id)
	if err != nil || rec == nil {
		return err
	}
	var out line
	switch v := rec.Value.(type) {
	case *people.Business:
		if err := x.learn(ctx, refsIn(v.Parts)); err != nil {
			return err
		}
		out.Business = &businessLine{Handle: v.Handle, ID: v.PublicID, Name: v.Name, Parts: x.parts(v.Parts), Rest: rest(*v, (*people.Business).Encode)}
	case *people.App:
		out.App, err = x.app(ctx, v)
	case *people.Page:
		out.Page, err = x.page(ctx, v)
	case *people.Instagram:
		if err := x.learn(ctx, refsIn(v.Parts)); err != nil {
			return err
		}
		out.Instagram = &instagramLine{Handle: v.Handle, ID: v.PublicID, Username: v.Username, Name: v.Name, Profile: profileValues(v.Profile),
			Apps: x.handles(v.Apps), Primary: x.names[v.Routing.Primary].handle, Default: x.names[v.Routing.Default].handle, Parts: x.parts(v.Parts), Rest: rest(*v, (*people.Instagram).Encode)}
		out.Instagram.Tokens, err = x.tokens(ctx, v.ID)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return x.enc.Encode(out)
}

// handles names objects; those that are gone are left out.
func (x *exporter) handles(ids []store.ID) []string {
	var list []string
	for _, id := range ids {
		if h, ok := x.names[id]; ok {
			list = append(list, h.handle)
		}
	}
	return list
}

// person names a person, empty if gone.
func (x *exporter) person(ctx context.Context, id store.ID) (string, error) {
	if id == 0 {
		return "", nil
	}
	rec, err := x.r.Get(ctx, id)
	if p, ok := record[*people.Person](rec); ok {
		return p.Handle, err
	}
	return "", err
}

// tombstones writes the IDs of erased people, each stone with its own.
func (x *exporter) tombstones(ctx context.Context) error {
	var stones []store.ID
	if err := x.r.Scan(ctx, store.Objects, func(row *store.Row) bool {
		if row.Object.Kind == store.KindTombstone {
			stones = append(stones, row.Object.ID)
		}
		return true
	}); err != nil {
		return err
	}
	var out []tombstoneLine
	for _, id := range stones {
		ids, err := x.ids(ctx, []store.ID{id})
		if err != nil {
			return err
		}
		grave, err := x.grave(ctx, id)
		if err != nil {
			return err
		}
		if len(ids[0]) > 0 || grave != "" {
			out = append(out, tombstoneLine{IDs: ids[0], Grave: grave})
		}
	}
	slices.SortFunc(out, compareStones)
	for i := range out {
		if err := x.enc.Encode(line{Tombstone: &out[i]}); err != nil {
			return err
		}
	}
	return nil
}

// grave is the hash of a whole person's tombstone, empty for an erasure at one
// place.
func (x *exporter) grave(ctx context.Context, stone store.ID) (string, error) {
	var rs store.ReadSet
	i := rs.Owned(store.Owned{ID: stone, Space: store.SpaceHandle})
	if err := x.r.Load(ctx, &rs); err != nil {
		return "", err
	}
	for _, k := range rs.GotOwned(i) {
		if hash, ok := strings.CutPrefix(k, "grave/"); ok {
			return hash, nil
		}
	}
	return "", nil
}

func compareStones(a, b tombstoneLine) int {
	return cmp.Or(slices.CompareFunc(a.IDs, b.IDs, compareIDs), strings.Compare(a.Grave, b.Grave))
}

func compareIDs(a, b idLine) int {
	return strings.Compare(a.key(), b.key())
}

// key orders IDs by kind of place, handle and digits.
func (i idLine) key() string {
	switch {
	case i.App != "":
		return appKind + "/" + i.App + "/" + i.ID
	case i.Instagram != "":
		return instagramKind + "/" + i.Instagram + "/" + i.ID
	}
	return pageKind + "/" + i.Page + "/" + i.ID
}
