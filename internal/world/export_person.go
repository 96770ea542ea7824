package world

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// A dossier is everything the store has about one person: what an export of
// the world says, what others have on them, and every row that leads to or from
// them, whatever its kind, so that nothing is left out that erasure would remove.
type dossier struct {
	Person   *personLine   `json:"person"`
	Roles    []roleHeld    `json:"roles"`
	Tasks    []tasksHeld   `json:"tasks"`
	Friends  []string      `json:"friends"`
	Asked    []tokenAsked  `json:"asked_tokens"` // of Pages and Instagram accounts
	NamedBy  []string      `json:"named_by"`     // people whose significant other this is
	Things   []ThingView   `json:"things"`       // what belongs to them
	Edges    []edgeHeld    `json:"edges"`        // what is on theirs
	RefersTo []string      `json:"referred"`     // things of anybody that refer to them
	Links    []linkHeld    `json:"links"`
	Keys     []keyHeld     `json:"keys"`
	Tokens   []tokenIssued `json:"tokens"`
}

type roleHeld struct {
	App  string `json:"app"`
	Role string `json:"role"`
	At   int64  `json:"at"`
}

type tasksHeld struct {
	Page  string   `json:"page"`
	Tasks []string `json:"tasks"`
	At    int64    `json:"at"`
}

// A tokenIssued is a token without its text and without the hash of it.
type tokenIssued struct {
	Kind    string   `json:"kind"`
	App     string   `json:"app"`
	Granted []string `json:"granted"`
	Issued  int64    `json:"issued"` // seconds
	Expires int64    `json:"expires,omitempty"`
	Reason  string   `json:"reason,omitempty"`
}

type tokenAsked struct {
	Of string `json:"of"` // page/shop
	tokenIssued
}

// A linkHeld is one association that starts at the person; each has a mirror
// at its other end.
type linkHeld struct {
	Kind string `json:"kind"`
	To   string `json:"to,omitempty"` // page/shop, or the kind of what has no handle
	At   int64  `json:"at,omitempty"`
	Data []byte `json:"data,omitempty"` // as base64
}

// An edgeHeld is one item of an edge of the person.
type edgeHeld struct {
	Edge string `json:"edge"`
	ItemView
}

type keyHeld struct {
	Space string `json:"space"`
	Of    string `json:"of,omitempty"` // whose ID it is
	Key   string `json:"key"`
}

// ExportPerson writes everything about one person as JSON. Tokens are without
// their texts, and without what would stand in for them. It reads the whole store
// once, to find those who name the person.
func (b *Builder) ExportPerson(ctx context.Context, handle string, w io.Writer) error {
	var out *dossier
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		p, err := findPerson(ctx, r, handle, nil, nil)
		if err != nil {
			return err
		}
		v := &viewing{b: b, r: r, p: p, x: &exporter{b: b, r: r, names: map[store.ID]handled{}}}
		out, err = v.dossier(ctx)
		return err
	})
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func (v *viewing) dossier(ctx context.Context) (*dossier, error) {
	const all = 1 << 62
	l, err := v.line(ctx, all, appKind, pageKind, instagramKind, businessKind)
	if err != nil || l == nil {
		return nil, err
	}
	d := &dossier{Person: l, Roles: []roleHeld{}, Tasks: []tasksHeld{}, Friends: []string{},
		Asked: []tokenAsked{}, NamedBy: []string{}, Things: []ThingView{}, Edges: []edgeHeld{}, RefersTo: []string{}, Links: []linkHeld{}, Keys: []keyHeld{}, Tokens: []tokenIssued{}}
	d.Person.Tokens = nil // told without their hashes
	d.Person.Friends = nil
	if d.Person.Partner, err = v.x.person(ctx, v.p.Partner()); err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context, *dossier) error{v.dossierLinks, v.dossierThings, v.dossierKeys, v.dossierNamed} {
		if err := part(ctx, d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// dossierLinks lists every association of every kind, and reads the kinds that
// have a form of their own.
func (v *viewing) dossierLinks(ctx context.Context, d *dossier) error {
	for _, k := range store.Registry().Kinds {
		if !k.Assoc {
			continue
		}
		if err := eachLink(ctx, v.r, v.p.ID, k.Kind, func(link *store.Record) error {
			to, err := v.r.Get(ctx, link.ID)
			if err != nil {
				return err
			}
			held := linkHeld{Kind: k.Name, To: v.nameOf(link.ID, to), At: link.Time}
			if k.Once { // its other end knows when
				there, err := v.r.Pair(ctx, link.ID, k.Inverse, v.p.ID)
				if err != nil {
					return err
				}
				if there != nil {
					held.At = there.Time
				}
			}
			held.Data, _ = link.Value.([]byte)
			d.Links = append(d.Links, held)
			return v.dossierLink(ctx, d, k.Kind, link, to)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (v *viewing) dossierLink(ctx context.Context, d *dossier, kind store.Kind, link, to *store.Record) error {
	switch kind {
	case store.AssocRoleOf:
		rec, err := v.r.Pair(ctx, link.ID, store.AssocRole, v.p.ID)
		if role, ok := record[graph.Role](rec); ok {
			d.Roles = append(d.Roles, roleHeld{v.x.names[link.ID].handle, role.String(), link.Time})
		}
		return err
	case store.AssocTaskOf:
		rec, err := v.r.Pair(ctx, link.ID, store.AssocTask, v.p.ID)
		if tasks, ok := record[graph.Tasks](rec); ok {
			d.Tasks = append(d.Tasks, tasksHeld{v.x.names[link.ID].handle, tasks.Names(), link.Time})
		}
		return err
	case store.AssocFriend:
		if f, ok := record[*people.Person](to); ok {
			d.Friends = append(d.Friends, f.Handle)
		}
	case store.AssocToken:
		if t, ok := record[*access.Token](to); ok {
			d.Tokens = append(d.Tokens, v.issued(t))
		}
	}
	return nil
}

func (v *viewing) issued(t *access.Token) tokenIssued {
	out := tokenIssued{Kind: t.Kind.String(), App: v.x.names[t.App].handle, Granted: t.Granted.Names(), Issued: t.Issued, Expires: t.Expires}
	if t.Reason != access.Valid {
		out.Reason = t.Reason.String()
	}
	return out
}

// nameOf is kind and handle of an object, or its kind only.
func (v *viewing) nameOf(id store.ID, rec *store.Record) string {
	if h, ok := v.x.names[id]; ok {
		return h.kind + "/" + h.handle
	}
	if name := recordName(rec); name != "" || rec == nil {
		return name
	}
	if info := store.Registry().Kind(rec.Kind); info != nil {
		return info.Name
	}
	return ""
}

func (v *viewing) dossierKeys(ctx context.Context, d *dossier) error {
	spaces := store.Registry().Spaces
	var rs store.ReadSet
	for _, s := range spaces {
		rs.Owned(store.Owned{ID: v.p.ID, Space: s.Space})
	}
	if err := v.r.Load(ctx, &rs); err != nil {
		return err
	}
	for i, s := range spaces {
		for _, key := range rs.GotOwned(i) {
			held := keyHeld{Space: s.Name, Key: key}
			if owner := v.x.names[ownerOf(key)]; owner.handle != "" {
				held.Of = owner.kind + "/" + owner.handle
				held.Key, _ = scopedid.Digits(key, ownerOf(key))
			}
			if !utf8.ValidString(held.Key) || bytes.ContainsRune([]byte(held.Key), 0) {
				held.Key = hex.EncodeToString([]byte(held.Key))
			}
			d.Keys = append(d.Keys, held)
		}
	}
	return nil
}

// dossierNamed lists who names the person in a record of theirs.
func (v *viewing) dossierNamed(ctx context.Context, d *dossier) error {
	found, err := mentions(ctx, v.r, map[store.ID]bool{v.p.ID: true})
	if err != nil {
		return err
	}
	for _, id := range found {
		rec, err := v.r.Get(ctx, id)
		if err != nil {
			return err
		}
		if p, ok := record[*people.Person](rec); ok {
			d.NamedBy = append(d.NamedBy, p.Handle)
			continue
		}
		if name := recordName(rec); name != "" {
			d.RefersTo = append(d.RefersTo, name)
		}
		if t, ok := record[*access.Token](rec); ok && t.Subject != v.p.ID {
			of, err := v.r.Get(ctx, t.Subject)
			if err != nil {
				return err
			}
			d.Asked = append(d.Asked, tokenAsked{v.nameOf(t.Subject, of), v.issued(t)})
		}
	}
	slices.Sort(d.NamedBy)
	slices.Sort(d.RefersTo)
	return nil
}
