package world

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// userSettings is the association from a Page to people of whom it keeps something of
// its own.
func userSettings() store.Kind { return store.Edge("page.custom_user_settings") }

// openLinking lets the person tap the Log In button: the app's address opens, with where
// to come back to and a token. [doc account linking]
func (x *acting) openLinking(ctx context.Context) error {
	if x.at == nil || x.at.instagram {
		return bad("name the page", "event %q happens on a page", x.a.Event)
	}
	address, err := x.loginAddress(ctx)
	if err != nil {
		return err
	}
	to, err := url.Parse(address)
	if err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" {
		return bad("name it, let the page send a Log In button, or set account_linking_url in its messenger_profile", "there is no address to log in at")
	}
	if x.out.ScopedID, err = x.mint(ctx, x.at.space(), x.at.id, x.at.public); err != nil {
		return err
	}
	l := messaging.Linking{Person: x.person.ID, Digits: x.out.ScopedID, Began: x.now.Unix()}
	token := l.Token(x.b.opt.Keys, x.at.public)
	base := ""
	if x.b.opt.Base != nil {
		base = x.b.opt.Base()
	}
	back := base + messaging.LinkingPath + "?" + url.Values{"account_linking_token": {token}}.Encode()
	q := to.Query()
	q.Set("redirect_uri", back)
	q.Set("account_linking_token", token)
	to.RawQuery = q.Encode()
	x.out.URL = to.String()
	return nil
}

// loginAddress is what the action names, or the latest Log In button that the Page sent, or
// its account_linking_url. [doc log in button, account_linking_url]
func (x *acting) loginAddress(ctx context.Context) (address string, err error) {
	if x.a.URL != "" {
		return x.a.URL, nil
	}
	digits, err := scopedid.Of(ctx, &x.tx.Reader, x.at.space(), x.at.id, x.person.ID)
	if err != nil {
		return "", err
	}
	if digits != "" {
		t, err := messaging.Find(ctx, x.tx, x.b.opt.Keys, x.at.messaging(), messaging.Party{ID: x.person.ID, Handle: x.person.Handle, Digits: digits})
		if err != nil {
			return "", err
		}
		b, err := offeredButton(ctx, t, messaging.ButtonLogIn, "")
		switch {
		case err != nil:
			return "", err
		case b != nil && b.URL != "":
			return b.URL, nil
		}
	}
	rec, err := x.tx.Get(ctx, x.at.id)
	if err != nil {
		return "", err
	}
	if page, ok := record[*people.Page](rec); ok {
		if p := page.Profile.Find(messaging.AccountLinkingURL); p != nil {
			_ = json.Unmarshal([]byte(p.Text), &address) // what was set is a text
		}
	}
	return address, nil
}

// closeLinking lets the person tap the Log Out button: the account is not linked any
// more, and the apps are told. [doc log out button]
func (x *acting) closeLinking(ctx context.Context) (err error) {
	if x.at == nil || x.at.instagram {
		return bad("name the page", "event %q happens on a page", x.a.Event)
	}
	if x.out.ScopedID, err = scopedid.Of(ctx, &x.tx.Reader, x.at.space(), x.at.id, x.person.ID); err != nil {
		return err
	}
	changed, err := x.linked(ctx, false)
	if err == nil && !changed {
		err = bad("log_in first", "no account of %s is linked on %s", x.person.Handle, x.at.handle)
	}
	if err != nil {
		return err
	}
	at, with := x.at.messaging(), messaging.Party{ID: x.person.ID, Handle: x.person.Handle, Digits: x.out.ScopedID}
	return x.notify(ctx, with, []messaging.Notice{messaging.Unlinked(&at, x.out.ScopedID, x.micros())})
}

// LinkAccount is somebody coming back with a token: with a code their account is linked,
// without one it is not. ok is false where the token is not good. What is linked twice
// with one token is told once.
func (b *Builder) LinkAccount(ctx context.Context, token, code string) (ok bool, err error) {
	l, page, ok := messaging.OpenLinking(b.opt.Keys, token, b.opt.Now())
	if !ok || len(code) > mostCode {
		return false, nil
	}
	var after func()
	err = b.opt.DB.Update(ctx, func(tx *store.Tx) error {
		after, ok = nil, false
		p, err := findPage(ctx, &tx.Reader, page)
		if err == nil {
			_, err = findPerson(ctx, &tx.Reader, l.Digits, pageOf(p), nil)
		}
		if _, gone := errors.AsType[*NotFound](err); gone {
			return nil
		}
		if ok = err == nil; err != nil || code == "" {
			return err
		}
		_, after, err = b.Within(ctx, tx, Action{Person: l.Digits, Page: page, Event: consent.AccountLinking.String(), Code: code, Mid: l.Mark(b.opt.Keys, page)})
		return err
	})
	if err == nil && after != nil {
		after()
	}
	return ok, err
}

// mostCode bounds an authorization_code. [own]
const mostCode = 1000

// linked notes that the account of the person is linked, or is not, and reports whether
// that is new.
func (x *acting) linked(ctx context.Context, on bool) (changed bool, err error) {
	pair := store.Pair{From: x.at.id, Kind: userSettings(), To: x.person.ID}
	rec, err := x.tx.Pair(ctx, pair.From, pair.Kind, pair.To)
	if err != nil {
		return false, err
	}
	item := people.Item{}
	if had, ok := record[*people.Item](rec); ok {
		item = *had
	}
	if was := item.Parts.Find(messaging.AccountLinked) != nil; was == on {
		return false, nil
	}
	text := ""
	if on {
		text = strconv.FormatBool(true)
	}
	item.Parts = item.Parts.Set(people.Part{Name: messaging.AccountLinked, Text: text})
	if len(item.Parts) == 0 {
		return true, x.tx.Unlink(ctx, pair)
	}
	return true, x.tx.Link(ctx, store.Assoc{From: pair.From, Kind: pair.Kind, To: pair.To, Time: x.micros(), Data: item.Encode()})
}

// UnlinkAccount ends that the account of a person is linked, and tells the apps; whose is not
// is not. after is to be called once the transaction is through, unless it is nil.
func (b *Builder) UnlinkAccount(ctx context.Context, tx *store.Tx, s *Sending) (after func(), err error) {
	x := &acting{b: b, tx: tx, a: &Action{}, now: s.At, at: pageOf(s.Page), person: s.Person, app: s.App, out: &Changed{ScopedID: s.Digits}}
	changed, err := x.linked(ctx, false)
	if err != nil || !changed {
		return nil, err
	}
	at, with := x.at.messaging(), messaging.Party{ID: s.Person.ID, Handle: s.Person.Handle, Digits: s.Digits}
	err = x.notify(ctx, with, []messaging.Notice{messaging.Unlinked(&at, s.Digits, x.micros())})
	return x.after(), err
}

// IsLinkingPath reports whether a request is for where people come back to.
func IsLinkingPath(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	return strings.TrimSuffix(path, "/") == messaging.LinkingPath
}
