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

// wants are the records about a person that take a Read of their own, with the places
// of what leads to them: the token list, and the IDs that apps and Pages have.
type wants struct {
	row                  *schema.Row
	tokens, asids, psids int
}

const wanted = schema.LoadSessions | schema.LoadApps | schema.LoadPages

// askWants asks for what leads to the records that l names; it returns how many that
// may be.
func (s *state) askWants(l schema.Load, person store.ID) (w wants, asked int) {
	w.tokens, w.asids, w.psids = -1, -1, -1
	if l&schema.LoadSessions != 0 {
		w.tokens = s.rs.Range(store.Range{From: person, Kind: store.AssocToken, Limit: mostSessions})
		asked += mostSessions
	}
	if l&schema.LoadApps != 0 && s.business() != 0 {
		w.asids = s.rs.Owned(driver.Owned{ID: person, Space: store.SpaceASID})
		asked++
	}
	if l&schema.LoadPages != 0 && s.business() != 0 {
		w.psids = s.rs.Owned(driver.Owned{ID: person, Space: store.SpacePSID})
		asked++
	}
	return w, asked
}

// loadWants loads what several people want, in one Read: the tokens by which the app
// knows them, and the apps and Pages of the business that have an ID of them.
func (s *state) loadWants(ctx context.Context, r *store.Reader, all []wants) error {
	var rs store.ReadSet
	var take []func()
	for i := range all {
		w := &all[i]
		if w.tokens >= 0 {
			take = append(take, s.wantSessions(&rs, w))
		}
		if w.asids >= 0 {
			take = append(take, s.wantApps(&rs, w))
		}
		if w.psids >= 0 {
			take = append(take, s.wantPages(&rs, w))
		}
	}
	if len(take) == 0 {
		return nil
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for _, f := range take {
		f()
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

// wantSessions asks for the tokens of a person; what it returns keeps those that are
// the app's and still good.
func (s *state) wantSessions(rs *store.ReadSet, w *wants) func() {
	tokens := s.rs.GotRange(w.tokens)
	at := make([]int, len(tokens))
	for i := range tokens {
		at[i] = rs.Object(tokens[i].ID)
	}
	return func() {
		for i := range tokens {
			t, ok := value[*access.Token](rs.GotObject(at[i]))
			if ok && t.App == s.viewer.App.ID && t.Kind == access.UserToken && t.Reason == 0 && (t.Expires == 0 || t.Expires > s.row.Now.Unix()) {
				w.row.Sessions = append(w.row.Sessions, tokens[i].ID)
			}
		}
	}
}

// A scoped is the ID of a person for an app or a Page, which stands at one place, and
// their link to it at another.
type scoped struct {
	key       string
	node, tie int
}

func wantOwners(rs *store.ReadSet, keys []string, link store.Kind, person store.ID) []scoped {
	list := make([]scoped, len(keys))
	for i, k := range keys {
		list[i] = scoped{k, rs.Object(ownerOf(k)), rs.Pair(ownerOf(k), link, person)}
	}
	return list
}

// wantApps asks for the apps that have an ID of a person; what it returns keeps those
// of the business which they use.
func (s *state) wantApps(rs *store.ReadSet, w *wants) func() {
	list := wantOwners(rs, s.rs.GotOwned(w.asids), store.AssocInstall, w.row.Person.ID)
	return func() {
		for _, k := range list {
			app, ok := value[*people.App](rs.GotObject(k.node))
			if !ok || app.Business != s.business() || app.Deleted || rs.GotPair(k.tie) == nil {
				continue
			}
			if digits, ok := scopedid.Digits(k.key, app.ID); ok {
				w.row.Apps = append(w.row.Apps, schema.AppID{App: app, ID: digits})
			}
		}
	}
}

// wantPages asks for the Pages that have an ID of a person; what it returns keeps those
// of the business that know them still.
func (s *state) wantPages(rs *store.ReadSet, w *wants) func() {
	list := wantOwners(rs, s.rs.GotOwned(w.psids), store.AssocContact, w.row.Person.ID)
	return func() {
		for _, k := range list {
			page, ok := value[*people.Page](rs.GotObject(k.node))
			contact, _ := value[*consent.Contact](rs.GotPair(k.tie))
			if !ok || page.Business != s.business() || contact == nil || contact.Erased {
				continue
			}
			if digits, ok := scopedid.Digits(k.key, page.ID); ok {
				w.row.Pages = append(w.row.Pages, schema.PageID{Page: page, ID: digits})
			}
		}
	}
}

// ownerOf is in whose scope the key of a scoped ID is.
func ownerOf(key string) store.ID {
	if len(key) < 8 {
		return 0
	}
	return store.ID(binary.BigEndian.Uint64([]byte(key[:8])))
}
