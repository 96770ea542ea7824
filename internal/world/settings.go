package world

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// Review sets how far App Review opened permissions and features, by name:
// none, standard or advanced. Either all are set or none.
func (b *Builder) Review(ctx context.Context, app string, levels map[string]string) error {
	return b.changeApp(ctx, app, func(_ *store.Reader, a *people.App) error {
		for _, name := range sortedKeys(levels) {
			l, err := graph.ParseLevel(levels[name])
			if err != nil {
				return bad(didYouMean(levels[name], names(graph.Level.String, int(graph.LevelAdvanced)+1)), "%v", err)
			}
			if !setLevel(a, name, l) {
				return bad(didYouMean(name, reviewNames()), "unknown permission or feature %q", name)
			}
		}
		return nil
	})
}

// Mode puts an app into development or live mode.
func (b *Builder) Mode(ctx context.Context, app, mode string) error {
	m, err := graph.ParseAppMode(mode)
	if err != nil {
		return bad("", "%v", err)
	}
	return b.changeApp(ctx, app, func(_ *store.Reader, a *people.App) error {
		a.Mode = m
		return nil
	})
}

// AppSettings are settings of an app; nil leaves one as it is.
type AppSettings struct {
	RequireProof   *bool   `json:"require_proof,omitempty"`
	ProfileEdition *string `json:"profile_edition,omitempty"`
	DefaultVersion *string `json:"default_version,omitempty"`
	MinimumVersion *string `json:"minimum_version,omitempty"`
	// Created is when the app was made; empty for an old one.
	Created *string `json:"created,omitempty"`
	// ActiveUsers are for rate limits; 0 counts who uses the app.
	ActiveUsers *json.Number `json:"active_users,omitempty"`
	Type        *string      `json:"type,omitempty"`
	Business    *string      `json:"business,omitempty"`
	// RedirectURIs are where a login may lead back to, byte for byte.
	RedirectURIs *[]string `json:"redirect_uris,omitempty"`
	// DeauthURL and DeletionURL are told of people who leave; empty for nobody.
	DeauthURL   *string `json:"deauth_callback_url,omitempty"`
	DeletionURL *string `json:"data_deletion_url,omitempty"`
	// Webhooks are all that the app is told of besides. No address is asked.
	Webhooks *[]Webhook `json:"webhooks,omitempty"`
}

// Configure changes settings of an app. An empty default_version returns to
// the server's, an empty minimum_version to none, an empty created makes an old app of it, an empty business leaves the app without an
// owner.
func (b *Builder) Configure(ctx context.Context, app string, s AppSettings) error {
	return b.changeApp(ctx, app, func(r *store.Reader, a *people.App) (err error) {
		if s.Business != nil {
			if a.Business, err = owner(ctx, r, *s.Business); err != nil {
				return err
			}
		}
		if s.RedirectURIs != nil {
			if err := checkRedirects(*s.RedirectURIs); err != nil {
				return bad("", "%v", err)
			}
			a.Redirects = *s.RedirectURIs
		}
		if err := cmp.Or(b.setCallback(&a.DeauthURL, s.DeauthURL), b.setCallback(&a.DeletionURL, s.DeletionURL)); err != nil {
			return err
		}
		if s.Webhooks != nil {
			if err := b.setWebhooks(a, *s.Webhooks); err != nil {
				return err
			}
		}
		if s.RequireProof != nil {
			a.RequireProof = *s.RequireProof
		}
		if s.ProfileEdition != nil {
			if a.Edition, err = parseEdition(*s.ProfileEdition); err != nil {
				return bad("", "%v", err)
			}
		}
		if s.Type != nil {
			if a.Type, err = graph.ParseAppType(*s.Type); err != nil {
				return bad("", "%v", err)
			}
		}
		if err := setPeople(&a.ActiveUsers, "active_users", s.ActiveUsers); err != nil {
			return err
		}
		return cmp.Or(setVersion(&a.DefaultVersion, s.DefaultVersion), setVersion(&a.MinimumVersion, s.MinimumVersion), setCreated(&a.Created, s.Created))
	})
}

// setCreated sets a day, or none for an empty text; nil leaves it as it is.
func setCreated(dst *int64, text *string) error {
	switch {
	case text == nil:
		return nil
	case *text == "":
		*dst = 0
		return nil
	}
	m, err := parseMoment(*text)
	if err != nil || m.instant.IsZero() {
		return bad("2018-05-01T00:00:00Z", "created %q is no time", *text)
	}
	*dst = m.instant.Unix()
	return nil
}

// setVersion sets a version, or none for an empty text; nil leaves it as it is.
func setVersion(dst *graph.Version, text *string) error {
	if text == nil {
		return nil
	}
	v, known := graph.ParseVersion(*text)
	if !known && *text != "" {
		return bad(graph.Oldest.String()+" to "+graph.Newest.String(), "unknown version %q", *text)
	}
	*dst = v
	return nil
}

// PageSettings are settings of a Page; nil leaves one as it is.
type PageSettings struct {
	// EngagedUsers are for rate limits; 0 counts the Page's contacts.
	EngagedUsers *json.Number `json:"engaged_users,omitempty"`
	// Profile is the whole Messenger profile.
	Profile *map[string]json.RawMessage `json:"messenger_profile,omitempty"`
	// Primary and DefaultApp are apps of the Page, by handle; empty for none.
	Primary    *string `json:"primary_receiver,omitempty"`
	DefaultApp *string `json:"default_app,omitempty"`
}

// ConfigurePage changes settings of a Page, and tells its apps of another primary
// receiver.
func (b *Builder) ConfigurePage(ctx context.Context, page string, s PageSettings) error {
	var after func()
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := findPage(ctx, &tx.Reader, page)
		if err != nil {
			return err
		}
		c := *p
		if err := cmp.Or(setRouting(ctx, &tx.Reader, &c.Routing.Primary, s.Primary, c.Apps), setRouting(ctx, &tx.Reader, &c.Routing.Default, s.DefaultApp, c.Apps)); err != nil {
			return err
		}
		if after = nil; c.Routing.Primary != p.Routing.Primary {
			if after, err = b.tellRoles(ctx, tx, pageOf(&c)); err != nil {
				return err
			}
		}
		if err := setPeople(&c.EngagedUsers, "engaged_users", s.EngagedUsers); err != nil {
			return err
		}
		if s.Profile != nil {
			if c.Profile, err = profileOf(*s.Profile, false); err != nil {
				return err
			}
		}
		return tx.Want(ctx, pageObject(&c))
	})
	if err == nil && after != nil {
		after()
	}
	return err
}

// setPeople sets how many people there are; nil leaves it as it is.
func setPeople(dst *int64, name string, n *json.Number) error {
	if n == nil {
		return nil
	}
	people, err := n.Int64()
	if err != nil || people < 0 {
		return bad("", "%s is %s: it takes a whole number, zero or more", name, *n)
	}
	*dst = people
	return nil
}

// owner is the business of a handle or ID, zero for an empty one.
func owner(ctx context.Context, r *store.Reader, name string) (store.ID, error) {
	if name == "" {
		return 0, nil
	}
	b, err := findNode[*people.Business](ctx, r, businessKind, name)
	if err != nil {
		return 0, err
	}
	return b.ID, nil
}

func (b *Builder) changeApp(ctx context.Context, app string, f func(*store.Reader, *people.App) error) error {
	return b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		a, err := findApp(ctx, &tx.Reader, app)
		if err != nil {
			return err
		}
		c := *a
		if err := f(&tx.Reader, &c); err != nil {
			return err
		}
		return tx.Want(ctx, b.appObject(&c))
	})
}

// Info sets states of a Page's "Info About People": locale, timezone and gender
// to none, requested, approved or rejected.
func (b *Builder) Info(ctx context.Context, page string, states map[string]string) error {
	return b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := findPage(ctx, &tx.Reader, page)
		if err != nil {
			return err
		}
		c := *p
		for _, name := range sortedKeys(states) {
			f, ok := people.ParseInfoField(name)
			if !ok {
				return bad(didYouMeanOr(name, names(people.InfoField.String, people.InfoCount)), "unknown field %q", name)
			}
			if c.Info[f], err = graph.ParseInfoState(states[name]); err != nil {
				return bad("", "%v", err)
			}
		}
		return tx.Want(ctx, pageObject(&c))
	})
}

// Roles gives people roles in an app; none takes one away.
func (b *Builder) Roles(ctx context.Context, app string, roles map[string]string) error {
	return b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		a, err := findApp(ctx, &tx.Reader, app)
		if err != nil {
			return err
		}
		for _, name := range sortedKeys(roles) {
			role, err := graph.ParseRole(roles[name])
			if err != nil {
				return bad(didYouMean(roles[name], names(graph.Role.String, int(graph.RoleAdministrator)+1)), "%v", err)
			}
			p, err := findPerson(ctx, &tx.Reader, name, nil, a)
			if err != nil {
				return err
			}
			if err := b.setRole(ctx, tx, a, p, role); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *Builder) setRole(ctx context.Context, tx *store.Tx, a *people.App, p *people.Person, role graph.Role) error {
	if role == graph.RoleNone {
		return tx.Unlink(ctx, store.Pair{From: a.ID, Kind: store.AssocRole, To: p.ID})
	}
	if _, err := scopedid.Mint(ctx, tx, b.opt.Keys, store.SpaceASID, a.ID, a.PublicID, p.ID, p.Seed, ""); err != nil {
		return err
	}
	return relink(ctx, tx, roleLink(a.ID, p.ID, role, max(b.opt.Now().UnixMicro(), 1)), int64(role))
}

// Tasks says what people may do on a Page. Who is left with none loses the
// Page tokens they asked for.
func (b *Builder) Tasks(ctx context.Context, page string, tasks map[string][]string) error {
	return b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := findPage(ctx, &tx.Reader, page)
		if err != nil {
			return err
		}
		for _, name := range sortedKeys(tasks) {
			var set graph.Tasks
			for _, t := range tasks[name] {
				task, err := graph.ParseTask(t)
				if err != nil {
					return bad(didYouMean(t, graph.AllTasks.Names()), "%v", err)
				}
				set = set.With(task)
			}
			who, err := findPerson(ctx, &tx.Reader, name, pageOf(p), nil)
			if err != nil {
				return err
			}
			if err := b.setTasks(ctx, tx, p, who, set); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *Builder) setTasks(ctx context.Context, tx *store.Tx, page *people.Page, who *people.Person, set graph.Tasks) error {
	if set != 0 {
		return relink(ctx, tx, taskLink(page.ID, who.ID, set, max(b.opt.Now().UnixMicro(), 1)), int64(set))
	}
	if err := losePage(ctx, tx, page.ID, who.ID); err != nil {
		return err
	}
	return tx.Unlink(ctx, store.Pair{From: page.ID, Kind: store.AssocTask, To: who.ID})
}

// relink writes a role or tasks, and keeps what a newer kith has put beside them.
func relink(ctx context.Context, tx *store.Tx, a store.Assoc, n int64) error {
	old, err := tx.Bytes(ctx, store.Pair{From: a.From, Kind: a.Kind, To: a.To})
	if err != nil {
		return err
	}
	a.Data = people.EncodeSmallOver(old, n)
	return tx.Link(ctx, a)
}

// losePage ends the tokens of a Page that a person asked for.
func losePage(ctx context.Context, tx *store.Tx, page, person store.ID) error {
	return eachLink(ctx, &tx.Reader, page, store.AssocToken, func(link *store.Record) error {
		rec, err := tx.Get(ctx, link.ID)
		if err != nil {
			return err
		}
		t, ok := record[*access.Token](rec)
		if !ok || t.Person != person || t.Reason != access.Valid {
			return nil
		}
		c := *t
		c.Reason = access.LostPageRole
		return tx.Put(ctx, tokenObject(&c))
	})
}
