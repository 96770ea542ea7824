package world

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// NotFound says that a name leads nowhere.
type NotFound struct {
	Kind, Name string
	Suggestion string
}

// Error is for the person who named it.
func (e *NotFound) Error() string {
	text := fmt.Sprintf("no %s %q in this world", e.Kind, e.Name)
	if e.Suggestion != "" {
		text += " (" + e.Suggestion + ")"
	}
	return text
}

// BadAction says that something cannot be done as asked.
type BadAction struct {
	Text       string
	Suggestion string
}

// Error is for the person who asked.
func (e *BadAction) Error() string {
	if e.Suggestion != "" {
		return e.Text + " (" + e.Suggestion + ")"
	}
	return e.Text
}

func bad(suggestion, format string, args ...any) *BadAction {
	return &BadAction{Text: fmt.Sprintf(format, args...), Suggestion: suggestion}
}

// A handled is an object with a handle.
type handled struct {
	kind, handle string
	id           store.ID
}

// handles lists what has a handle, in order of kind and handle, up to limit of
// each kind; no kind means all.
func handles(ctx context.Context, r *store.Reader, limit int, kinds ...string) (list []handled, err error) {
	n := map[string]int{}
	err = r.Scan(ctx, store.Keys, func(row *store.Row) bool {
		if row.Key.Space != store.SpaceHandle {
			return row.Key.Space < store.SpaceHandle
		}
		kind, handle, _ := strings.Cut(row.Key.Key.Key, "/")
		if len(kinds) > 0 && !slices.Contains(kinds, kind) {
			return true
		}
		if n[kind]++; n[kind] > limit {
			return kind != thingKind // the last kind in this order
		}
		list = append(list, handled{strings.Clone(kind), strings.Clone(handle), row.Key.ID})
		return true
	})
	return list, err
}

// notFound adds the nearest handle of that kind.
func notFound(ctx context.Context, r *store.Reader, kind, name string) error {
	const looked = 10_000
	e := &NotFound{Kind: kind, Name: name}
	list, err := handles(ctx, r, looked, kind)
	if err != nil {
		return err
	}
	known := make([]string, len(list))
	for i, h := range list {
		known[i] = h.handle
	}
	e.Suggestion = didYouMeanOr(name, known)
	return e
}

// node finds an app, Page or Instagram account by handle or public ID.
func findNode[T any](ctx context.Context, r *store.Reader, kind, name string) (v T, err error) {
	id, err := r.Resolve(ctx, store.SpaceHandle, kind+"/"+name)
	if err != nil {
		return v, err
	}
	if id == 0 && graph.ValidID(name) {
		if id, err = r.Resolve(ctx, store.SpaceNode, name); err != nil {
			return v, err
		}
	}
	if id != 0 {
		rec, err := r.Get(ctx, id)
		if err != nil {
			return v, err
		}
		if v, ok := record[T](rec); ok {
			return v, nil
		}
	}
	return v, notFound(ctx, r, kind, name)
}

func findApp(ctx context.Context, r *store.Reader, name string) (*people.App, error) {
	return findNode[*people.App](ctx, r, appKind, name)
}

func findPage(ctx context.Context, r *store.Reader, name string) (*people.Page, error) {
	return findNode[*people.Page](ctx, r, pageKind, name)
}

func findInstagram(ctx context.Context, r *store.Reader, name string) (*people.Instagram, error) {
	return findNode[*people.Instagram](ctx, r, instagramKind, name)
}

// findPlace finds the Page or Instagram account an action names; neither gives
// nil.
func findPlace(ctx context.Context, r *store.Reader, page, instagram string) (*place, error) {
	switch {
	case page != "" && instagram != "":
		return nil, bad("", "an event is with a page or an instagram account, not both")
	case page != "":
		p, err := findPage(ctx, r, page)
		if err != nil {
			return nil, err
		}
		return pageOf(p), nil
	case instagram != "":
		i, err := findInstagram(ctx, r, instagram)
		if err != nil {
			return nil, err
		}
		return accountPlace(ctx, r, i)
	}
	return nil, nil
}

func accountPlace(ctx context.Context, r *store.Reader, i *people.Instagram) (*place, error) {
	var page *people.Page
	if i.Page != 0 {
		rec, err := r.Get(ctx, i.Page)
		if err != nil {
			return nil, err
		}
		page, _ = record[*people.Page](rec)
	}
	return accountOf(i, page), nil
}

// placeByID finds a Page or Instagram account by its ID in the store; nil if it
// is neither.
func placeByID(ctx context.Context, r *store.Reader, id store.ID) (*place, error) {
	rec, err := r.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if p, ok := record[*people.Page](rec); ok {
		return pageOf(p), nil
	}
	if i, ok := record[*people.Instagram](rec); ok {
		return accountPlace(ctx, r, i)
	}
	return nil, nil
}

// findPerson finds a person by handle, by the ID the place knows, or by the ID
// the app knows. Erased people are not found.
func findPerson(ctx context.Context, r *store.Reader, name string, at *place, app *people.App) (*people.Person, error) {
	var rs store.ReadSet
	rs.Key(store.SpaceHandle, personKind+"/"+name)
	n := 1
	if graph.ValidID(name) && at != nil {
		k := scopedid.Key(at.space(), at.id, name)
		rs.Key(k.Space, k.Key)
		n++
	}
	if graph.ValidID(name) && app != nil {
		k := scopedid.Key(store.SpaceASID, app.ID, name)
		rs.Key(k.Space, k.Key)
		n++
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i := range n {
		rec, err := r.Get(ctx, rs.GotID(i))
		if err != nil {
			return nil, err
		}
		if p, ok := record[*people.Person](rec); ok {
			return p, nil
		}
	}
	return nil, notFound(ctx, r, personKind, name)
}
