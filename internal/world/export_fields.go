package world

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

func pictureName(k people.PictureKind) string {
	return [...]string{people.PictureGenerated: "", people.PictureStored: "stored", people.PictureNone: "none"}[min(k, people.PictureNone)]
}

// fieldsOf are the attributes as JSON and who may see them. The significant
// other is a person and stands apart.
func fieldsOf(p *people.Person) (map[string]json.RawMessage, map[string]string) {
	values, audiences := map[string]json.RawMessage{}, map[string]string{}
	for _, a := range people.Attrs() {
		v, has := p.Attr(a)
		if !has {
			continue
		}
		if v.Audience != graph.Public || a.Type() == people.Presence {
			audiences[a.String()] = v.Audience.String()
		}
		switch {
		case a.Type() == people.Presence, a == people.SignificantOther:
		case plainJSON(a):
			values[a.String()] = json.RawMessage(v.Text)
		default:
			values[a.String()] = appendText(nil, v.Text)
		}
	}
	return values, audiences
}

// plainJSON reports whether the canonical text of an attribute is JSON itself.
func plainJSON(a people.Attr) bool {
	switch a.Type() {
	case people.Bool, people.Integer, people.Strings, people.Struct, people.Structs:
		return true
	}
	return false
}

// ids are the scoped IDs of objects, each list in order.
func (x *exporter) ids(ctx context.Context, objects []store.ID) ([][]idLine, error) {
	spaces := [...]store.Space{store.SpacePSID, store.SpaceIGSID, store.SpaceASID}
	var rs store.ReadSet
	for _, id := range objects {
		for _, s := range spaces {
			rs.Owned(store.Owned{ID: id, Space: s})
		}
	}
	if err := x.r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	out := make([][]idLine, len(objects))
	for i := range objects {
		for j, s := range spaces {
			for _, key := range rs.GotOwned(i*len(spaces) + j) {
				owner := ownerOf(key)
				digits, ok := scopedid.Digits(key, owner)
				if h := x.names[owner].handle; ok && h != "" {
					out[i] = append(out[i], scopedLine(s, h, digits))
				}
			}
		}
		slices.SortFunc(out[i], compareIDs)
	}
	return out, nil
}

func scopedLine(space store.Space, owner, digits string) idLine {
	switch space {
	case store.SpacePSID:
		return idLine{Page: owner, ID: digits}
	case store.SpaceIGSID:
		return idLine{Instagram: owner, ID: digits}
	}
	return idLine{App: owner, ID: digits}
}
