package world

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// A TokenSpec asks for a further token of a Page, a person or an Instagram
// account.
type TokenSpec struct {
	Page      string `json:"page,omitempty"`
	User      string `json:"user,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	// App is whose token it is; empty means the first app of the Page or
	// account, or the one the person logged in to.
	App string `json:"app,omitempty"`
	// Permissions it carries; null means all a Page or account has, or what
	// the person granted the app.
	Permissions []string `json:"permissions,omitempty"`
	// Person is who asked for a Page token.
	Person string `json:"person,omitempty"`
	// ExpiresIn counts seconds from now; ExpiresAt wins if both are there.
	ExpiresIn int64     `json:"expires_in,omitempty"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// MintToken makes a further token and returns its text, which is kept nowhere.
func (b *Builder) MintToken(ctx context.Context, spec TokenSpec) (string, error) {
	var text string
	err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		m := &minting{b: b, tx: tx, spec: &spec, t: &access.Token{Issued: b.opt.Now().Unix()}}
		if err := m.find(ctx); err != nil {
			return err
		}
		if err := m.settle(ctx); err != nil {
			return err
		}
		var err error
		if text, err = m.text(ctx); err != nil {
			return err
		}
		return access.Issue(ctx, tx, text, m.t)
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// minting is one MintToken inside its transaction.
type minting struct {
	b       *Builder
	tx      *store.Tx
	spec    *TokenSpec
	t       *access.Token
	app     *people.App
	subject string // its part of the label
}

// find looks up the subject and the app.
func (m *minting) find(ctx context.Context) error {
	s, r := m.spec, &m.tx.Reader
	n := 0
	for _, name := range []string{s.Page, s.User, s.Instagram} {
		if name != "" {
			n++
		}
	}
	if n != 1 {
		return bad("", "a token is for one of page, user and instagram")
	}
	if s.App != "" {
		app, err := findApp(ctx, r, s.App)
		if err != nil {
			return err
		}
		m.app = app
	}
	switch {
	case s.Page != "":
		p, err := findPage(ctx, r, s.Page)
		if err != nil {
			return err
		}
		m.t.Kind, m.t.Subject, m.t.Granted, m.subject = access.PageToken, p.ID, m.b.pagePermissions, p.PublicID
		return m.firstApp(ctx, p.Apps)
	case s.Instagram != "":
		i, err := findInstagram(ctx, r, s.Instagram)
		if err != nil {
			return err
		}
		m.t.Kind, m.t.Subject, m.t.Granted, m.subject = access.InstagramToken, i.ID, m.b.instagramPermissions, i.PublicID
		return m.firstApp(ctx, i.Apps)
	}
	return m.user(ctx)
}

func (m *minting) firstApp(ctx context.Context, apps []store.ID) error {
	if m.app != nil {
		return nil
	}
	if len(apps) == 0 {
		return bad("name the app", "there is no app to make a token for")
	}
	var err error
	m.app, err = get[*people.App](ctx, &m.tx.Reader, apps[0], "the app")
	return err
}

// user prepares a user token. Its person gets an ID in the app, so that /me is
// somebody.
func (m *minting) user(ctx context.Context) error {
	p, err := findPerson(ctx, &m.tx.Reader, m.spec.User, nil, m.app)
	if err != nil {
		return err
	}
	m.t.Kind, m.t.Subject, m.t.Person, m.subject = access.UserToken, p.ID, p.ID, userSubject(p)
	m.t.Granted = graph.PermissionSet(graph.PublicProfile)
	var apps []store.ID
	if m.app == nil {
		if err := eachLink(ctx, &m.tx.Reader, p.ID, store.AssocInstallOf, func(rec *store.Record) error {
			apps = append(apps, rec.ID)
			return nil
		}); err != nil {
			return err
		}
	}
	if err := m.firstApp(ctx, apps); err != nil {
		return err
	}
	rec, err := m.tx.Pair(ctx, m.app.ID, store.AssocInstall, p.ID)
	if err != nil {
		return err
	}
	if in, ok := record[*people.Install](rec); ok {
		m.t.Granted = in.Granted
	}
	_, err = scopedid.Mint(ctx, m.tx, m.b.opt.Keys, store.SpaceASID, m.app.ID, m.app.PublicID, p.ID, p.Seed, "")
	return err
}

// settle applies what the caller chose: permissions, person and expiry.
func (m *minting) settle(ctx context.Context) error {
	s := m.spec
	m.t.App = m.app.ID
	if s.Permissions != nil {
		m.t.Granted = graph.Permissions{}
		for _, name := range s.Permissions {
			p, ok := graph.ParsePermission(name)
			if !ok {
				return bad(didYouMean(name, graph.PermissionNames()), "unknown permission %q", name)
			}
			m.t.Granted = m.t.Granted.With(p)
		}
	}
	if s.Person != "" && m.t.Kind != access.UserToken {
		p, err := findPerson(ctx, &m.tx.Reader, s.Person, nil, m.app)
		if err != nil {
			return err
		}
		m.t.Person = p.ID
	}
	switch {
	case !s.ExpiresAt.IsZero():
		m.t.Expires = max(s.ExpiresAt.Unix(), 1)
	case s.ExpiresIn < 0 || s.ExpiresIn > int64(maxOffset/time.Second):
		return bad("", "expires_in must be from 0 to %d seconds", int64(maxOffset/time.Second))
	case s.ExpiresIn > 0:
		m.t.Expires = m.t.Issued + s.ExpiresIn
	}
	return nil
}

// text is the first of the derived texts that is not taken, beginning at the
// number of tokens the subject has.
func (m *minting) text(ctx context.Context) (string, error) {
	n := 0
	if err := eachLink(ctx, &m.tx.Reader, m.t.Subject, store.AssocToken, func(*store.Record) error { n++; return nil }); err != nil {
		return "", err
	}
	const attempts = 1000
	for range attempts {
		text := m.b.furtherText(m.t.Kind, m.app.PublicID, m.subject, n)
		id, err := m.tx.Resolve(ctx, store.SpaceToken, access.Hash(text))
		if err != nil || id == 0 {
			return text, err
		}
		n++
	}
	return "", fmt.Errorf("mint token: no free one in %d attempts", attempts)
}

// ExpireToken lets a token end at a time, also one that has passed.
func (b *Builder) ExpireToken(ctx context.Context, text string, at time.Time) error {
	return b.changeToken(ctx, text, func(t *access.Token) { t.Expires = max(at.Unix(), 1) })
}

// InvalidateToken ends a token for one of the recorded reasons.
func (b *Builder) InvalidateToken(ctx context.Context, text, reason string) error {
	why, err := access.ParseReason(reason)
	if err != nil {
		return bad(didYouMean(reason, reasonNames()), "%v", err)
	}
	return b.changeToken(ctx, text, func(t *access.Token) { t.Reason = why })
}

func (b *Builder) changeToken(ctx context.Context, text string, f func(*access.Token)) error {
	return b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		t, err := access.Find(ctx, &tx.Reader, text)
		if err != nil {
			return err
		}
		if t == nil && b.opt.Keys.Genuine(text) {
			session, _ := b.opt.Keys.OpenPage(text)
			if rec, err := tx.Get(ctx, session); err != nil || isSession(rec) {
				return cmp.Or(err, error(bad("", "this token of a Page rests on the session of a person: end that one, or take their tasks on the Page away")))
			}
		}
		if t == nil {
			return &NotFound{Kind: "token", Name: shorten(text)}
		}
		c := *t
		f(&c)
		return tx.Put(ctx, tokenObject(&c))
	})
}

func isSession(rec *store.Record) bool {
	t, ok := record[*access.Token](rec)
	return ok && t.Kind == access.UserToken
}

// shorten keeps enough of a token to recognise it, not enough to use it.
func shorten(text string) string {
	const shown = 8
	if len(text) <= shown {
		return text
	}
	return text[:shown] + "..."
}
