package login_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
	"github.com/kithgraph/kith/internal/world"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A counter is a Desk with one app and one person.
type counter struct {
	*login.Desk
	db     *store.DB
	app    *people.App
	person *people.Person
}

func open(t *testing.T) *counter {
	t.Helper()
	keys, err := access.NewKeys([]byte(access.DemoKey))
	if err != nil {
		t.Fatal(err)
	}
	db := store.Open(memory.Open(store.Registry()), store.Options{Decode: world.Decoders(keys)})
	t.Cleanup(func() { _ = db.Close() })
	c := &counter{db: db, app: &people.App{PublicID: "1234567890123456", Secret: "s3cret", Name: "Demo"}, person: &people.Person{Handle: "ana", Seed: 7}}
	c.Desk = login.New(login.Options{DB: db, Keys: keys, Auth: access.NewAuth(access.Options{Keys: keys})})
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		c.app.ID, c.person.ID = tx.NewID(), tx.NewID()
		if _, err := tx.Bind(t.Context(), store.Binding{Key: store.Key{Space: store.SpaceNode, Key: c.app.PublicID}, ID: c.app.ID}); err != nil {
			return err
		}
		return tx.Put(t.Context(), store.Object{ID: c.app.ID, Kind: store.KindApp, Data: c.app.Encode(keys.Seal)},
			store.Object{ID: c.person.ID, Kind: store.KindPerson, Data: c.person.Encode()})
	}); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *counter) code(t *testing.T) string {
	t.Helper()
	var text string
	if err := c.db.Update(t.Context(), func(tx *store.Tx) (err error) {
		text, err = c.Code(t.Context(), tx, &login.Ask{App: c.app, Person: c.person, Redirect: "http://localhost/"}, start)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return text
}

// exchange asks for a token as an app does.
func (c *counter) exchange(ctx context.Context, code string, now time.Time) (string, error) {
	params := map[string]string{"client_id": c.app.PublicID, "client_secret": c.app.Secret, "redirect_uri": "http://localhost/", "code": code}
	body, err := c.Token(ctx, &login.Call{Served: graph.V(25, 0), Now: now, Param: func(name string) string { return params[name] }}, nil)
	if err != nil {
		return "", err
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	return answer.Token, json.NewDecoder(bytes.NewReader(body)).Decode(&answer)
}

// Whoever asks at once, one gets the token, and it dies of the second attempt.
// [T-TOK-14]
func TestACodeIsForOne(t *testing.T) {
	c := open(t)
	code := c.code(t)
	const clients = 16
	var wg sync.WaitGroup
	tokens, errs := make([]string, clients), make([]error, clients)
	for i := range clients {
		wg.Go(func() { tokens[i], errs[i] = c.exchange(t.Context(), code, start) })
	}
	wg.Wait()
	won := ""
	for i := range clients {
		switch {
		case errs[i] == nil && won == "":
			won = tokens[i]
		case errs[i] == nil:
			t.Errorf("a second token for one code")
		case !errors.Is(errs[i], graph.ErrCodeUsed):
			t.Errorf("refused with %v", errs[i])
		}
	}
	if won == "" {
		t.Fatal("nobody got the token")
	}
	if err := c.db.View(t.Context(), func(r *store.Reader) error {
		tok, err := access.Find(t.Context(), r, won)
		if err == nil && (tok == nil || tok.Reason != access.RevokedByAPI) {
			t.Errorf("the token lives on: %+v", tok)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Codes and tokens of long ago are not kept.
func TestOldCodesAreForgotten(t *testing.T) {
	c := open(t)
	for range 5 {
		if _, err := c.exchange(t.Context(), c.code(t), start); err != nil {
			t.Fatal(err)
		}
	}
	late := start.Add(100 * 24 * time.Hour)
	if err := c.db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := c.Code(t.Context(), tx, &login.Ask{App: c.app, Person: c.person, Redirect: "http://localhost/"}, late)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := c.db.View(t.Context(), func(r *store.Reader) error {
		links, err := r.Range(t.Context(), store.Range{From: c.person.ID, Kind: store.AssocToken, Limit: 100})
		if len(links) != 1 {
			t.Errorf("%d codes and tokens are kept", len(links))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
