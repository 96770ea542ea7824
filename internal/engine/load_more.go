package engine

import (
	"context"
	"encoding/binary"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// mostSessions bounds the tokens of a person that are looked at.
const mostSessions = 100

// loadSessions finds the tokens by which the app knows the person and that are
// still good.
func (s *state) loadSessions(ctx context.Context, r *store.Reader, tokens []store.Record) error {
	s.rs.Reset()
	for i := range tokens {
		s.rs.Object(tokens[i].ID)
	}
	if err := r.Load(ctx, &s.rs); err != nil {
		return err
	}
	for i := range tokens {
		t, ok := value[*access.Token](s.rs.GotObject(i))
		if ok && t.App == s.viewer.App.ID && t.Kind == access.UserToken && t.Reason == 0 && (t.Expires == 0 || t.Expires > s.row.Now.Unix()) {
			s.row.Sessions = append(s.row.Sessions, tokens[i].ID)
		}
	}
	return nil
}

// business is whose apps and Pages are matched: that of the Page of the token, or
// of its app.
func (s *state) business() store.ID {
	if s.viewer.Page != nil {
		return s.viewer.Page.Business
	}
	return s.viewer.App.Business
}

// loadOwners finds the IDs of the person in a space, and loads who each of them is
// for, with their link to the person.
func (s *state) loadOwners(ctx context.Context, r *store.Reader, space store.Space, link store.Kind) ([]string, error) {
	s.rs.Reset()
	i := s.rs.Owned(driver.Owned{ID: s.row.Person.ID, Space: space})
	if err := r.Load(ctx, &s.rs); err != nil {
		return nil, err
	}
	keys := s.rs.GotOwned(i)
	s.rs.Reset()
	for _, k := range keys {
		s.rs.Object(ownerOf(k))
		s.rs.Pair(ownerOf(k), link, s.row.Person.ID)
	}
	return keys, r.Load(ctx, &s.rs)
}

// loadPages finds the IDs by which Pages of the business know the person.
func (s *state) loadPages(ctx context.Context, r *store.Reader) error {
	business := s.business()
	if business == 0 {
		return nil
	}
	keys, err := s.loadOwners(ctx, r, store.SpacePSID, store.AssocContact)
	if err != nil {
		return err
	}
	for i, k := range keys {
		page, ok := value[*people.Page](s.rs.GotObject(i))
		contact, _ := value[*consent.Contact](s.rs.GotPair(i))
		if !ok || page.Business != business || contact == nil || contact.Erased {
			continue
		}
		if digits, ok := scopedid.Digits(k, page.ID); ok {
			s.row.Pages = append(s.row.Pages, schema.PageID{Page: page, ID: digits})
		}
	}
	return nil
}

// loadApps finds the IDs of the person in all apps of the business.
func (s *state) loadApps(ctx context.Context, r *store.Reader) error {
	business := s.business()
	if business == 0 {
		return nil
	}
	keys, err := s.loadOwners(ctx, r, store.SpaceASID, store.AssocInstall)
	if err != nil {
		return err
	}
	for i, k := range keys {
		app, ok := value[*people.App](s.rs.GotObject(i))
		if !ok || app.Business != business || app.Deleted || s.rs.GotPair(i) == nil {
			continue
		}
		if digits, ok := scopedid.Digits(k, app.ID); ok {
			s.row.Apps = append(s.row.Apps, schema.AppID{App: app, ID: digits})
		}
	}
	return nil
}

// ownerOf is in whose scope the key of a scoped ID is.
func ownerOf(key string) store.ID {
	if len(key) < 8 {
		return 0
	}
	return store.ID(binary.BigEndian.Uint64([]byte(key[:8])))
}
