package world

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

func (x *exporter) app(ctx context.Context, a *people.App) (*appLine, error) {
	if err := x.learn(ctx, refsIn(a.Parts)); err != nil {
		return nil, err
	}
	out := &appLine{
		Handle: a.Handle, ID: a.PublicID, Name: a.Name, Secret: a.Secret, Type: a.Type.String(), Mode: a.Mode.String(),
		RequireProof: a.RequireProof, ProfileEdition: a.Edition, ActiveUsers: a.ActiveUsers, Created: a.Created, Business: x.names[a.Business].handle, Deleted: a.Deleted,
		Category: a.Category, Link: a.Link, Namespace: a.Namespace, Redirects: a.Redirects, DeauthURL: a.DeauthURL, DeletionURL: a.DeletionURL, Subscriptions: subscriptionLines(a), Review: map[string]string{},
		Parts: x.parts(a.Parts), Rest: rest(*a, func(a *people.App) []byte { return a.Encode(nil) }),
	}
	if a.DefaultVersion != 0 {
		out.DefaultVersion = a.DefaultVersion.String()
	}
	if a.MinimumVersion != 0 {
		out.MinimumVersion = a.MinimumVersion.String()
	}
	for i, name := range graph.PermissionNames() {
		if l := a.Level(graph.Permission(i)); l != graph.LevelNone {
			out.Review[name] = l.String()
		}
	}
	for f, l := range a.Features {
		if l != graph.LevelNone {
			out.Review[graph.Feature(f).String()] = l.String()
		}
	}
	err := eachLink(ctx, x.r, a.ID, store.AssocRole, func(rec *store.Record) error {
		who, err := x.person(ctx, rec.ID)
		if role, ok := rec.Value.(graph.Role); ok && who != "" {
			out.Roles = append(out.Roles, roleLine{Person: who, Role: role.String(), At: rec.Time})
		}
		return err
	})
	slices.SortFunc(out.Roles, func(a, b roleLine) int { return cmp.Compare(a.Person, b.Person) })
	return out, err
}

func (x *exporter) page(ctx context.Context, p *people.Page) (*pageLine, error) {
	if err := x.learn(ctx, refsIn(p.Parts)); err != nil {
		return nil, err
	}
	out := &pageLine{
		Handle: p.Handle, ID: p.PublicID, Name: p.Name, Username: p.Username, Category: p.Category, About: p.About,
		Website: p.Website, Phone: p.Phone, Link: p.Link, FanCount: p.Fans, EngagedUsers: p.EngagedUsers, Verified: p.Verified, Apps: x.handles(p.Apps),
		Business: x.names[p.Business].handle, Instagram: x.names[p.Instagram].handle, InstantGames: p.Instant,
		Primary: x.names[p.Routing.Primary].handle, DefaultApp: x.names[p.Routing.Default].handle,
		Europe: p.Europe, Info: map[string]string{}, Profile: profileValues(p.Profile), Parts: x.parts(p.Parts), Rest: rest(*p, (*people.Page).Encode),
	}
	for f, s := range p.Info {
		out.Info[people.InfoField(f).String()] = s.String()
	}
	err := eachLink(ctx, x.r, p.ID, store.AssocTask, func(rec *store.Record) error {
		who, err := x.person(ctx, rec.ID)
		if set, ok := rec.Value.(graph.Tasks); ok && who != "" {
			out.Tasks = append(out.Tasks, tasksLine{Person: who, Tasks: set.Names(), At: rec.Time})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out.Tasks, func(a, b tasksLine) int { return cmp.Compare(a.Person, b.Person) })
	out.Tokens, err = x.tokens(ctx, p.ID)
	return out, err
}

// tokens are the tokens of a Page or Instagram account.
func (x *exporter) tokens(ctx context.Context, subject store.ID) ([]tokenLine, error) {
	var ids []store.ID
	if err := eachLink(ctx, x.r, subject, store.AssocToken, func(rec *store.Record) error {
		ids = append(ids, rec.ID)
		return nil
	}); err != nil {
		return nil, err
	}
	var rs store.ReadSet
	for _, id := range ids {
		rs.Object(id)
		rs.Owned(store.Owned{ID: id, Space: store.SpaceToken})
	}
	if err := x.r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var out []tokenLine
	for i := range ids {
		t, ok := record[*access.Token](rs.GotObject(i))
		if !ok || len(rs.GotOwned(i)) == 0 {
			continue
		}
		l := x.token(t, rs.GotOwned(i)[0])
		var err error
		if t.Person != t.Subject {
			l.Person, err = x.person(ctx, t.Person)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	sortTokens(out)
	return out, nil
}

func sortTokens(list []tokenLine) {
	slices.SortFunc(list, func(a, b tokenLine) int { return strings.Compare(a.Hash, b.Hash) })
}

func (x *exporter) token(t *access.Token, hash string) tokenLine {
	l := tokenLine{Hash: hex.EncodeToString([]byte(hash)), App: x.names[t.App].handle, Granted: t.Granted.Names(),
		Issued: t.Issued, Expires: t.Expires, Explicit: t.Explicit, Long: t.Long, Data: t.DataAccess, Rest: rest(*t, (*access.Token).Encode)}
	if t.Reason != access.Valid {
		l.Reason = t.Reason.String()
	}
	return l
}
