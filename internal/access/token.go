package access

import (
	"fmt"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Kind is what a token stands for.
type Kind uint8

// Kinds of token. An app token is "APPID|SECRET" and has no record.
const (
	NoToken Kind = iota
	PageToken
	UserToken
	AppToken
	InstagramToken
)

var kindNames = [...]string{"none", "page", "user", "app", "instagram"}

// String returns the name used in world files and the control plane.
func (k Kind) String() string { return kindNames[min(int(k), len(kindNames)-1)] }

// A Reason is why a token no longer works. Each has its own error.
type Reason uint8

// Reasons of invalidation.
const (
	Valid Reason = iota
	PasswordChanged
	LoggedOut
	RevokedByAPI
	AppRemoved
	Checkpoint
	Unconfirmed
	LostPageRole
	Inactive
)

var reasons = [...]struct {
	name string
	err  *graph.Error
}{
	Valid:           {"valid", nil},
	PasswordChanged: {"password_changed", graph.ErrPasswordChanged},
	LoggedOut:       {"logged_out", graph.ErrLoggedOut},
	RevokedByAPI:    {"revoked", graph.ErrTokenRevoked},
	AppRemoved:      {"app_removed", graph.ErrAppRemoved},
	Checkpoint:      {"checkpoint", graph.ErrCheckpoint},
	Unconfirmed:     {"unconfirmed", graph.ErrUnconfirmed},
	LostPageRole:    {"lost_page_role", graph.ErrLostPageRole},
	Inactive:        {"inactive", graph.ErrInactive},
}

// String returns the name used in the control plane.
func (r Reason) String() string { return reasons[min(int(r), len(reasons)-1)].name }

// ParseReason reads a reason of invalidation.
func ParseReason(s string) (Reason, error) {
	names := make([]string, 0, len(reasons))
	for i, r := range reasons {
		if r.name == s {
			return Reason(i), nil
		}
		names = append(names, r.name)
	}
	return 0, fmt.Errorf("unknown reason %q: use one of %s", s, strings.Join(names[1:], ", "))
}

// A Token is the record of a token, without its text.
type Token struct {
	ID      store.ID
	Kind    Kind
	App     store.ID
	Subject store.ID // the Page, person or Instagram account
	// Person is who asked for it; for a user token the subject itself.
	Person   store.ID
	Granted  graph.Permissions
	Issued   int64 // seconds
	Expires  int64 // seconds, zero for never
	Reason   Reason
	Explicit bool // the text came from a world file
	// Long says that it is long-lived. DataAccess is when the app loses sight of the
	// person unless they log in again, in seconds; zero for never.
	Long       bool
	DataAccess int64
	// OfSession says that it is a Page's that follows from a person's session, whose ID
	// it has; it has no record of its own.
	OfSession bool

	rest []store.Field
}

// Tags of a token's record: only appended.
const (
	tagKind = iota + 1
	tagApp
	tagSubject
	tagPerson
	tagGranted
	tagIssued
	tagExpires
	tagReason
	tagExplicit
	tagLong
	tagDataAccess
	// Of a code.
	tagInstagram
	tagRedirect
	tagChallenge
	tagUsed
	tagDevice
	tagPolled
)

// Encode returns the token's record.
func (t *Token) Encode() []byte {
	var e people.Encoder
	e.Int(tagKind, int64(t.Kind))
	e.Int(tagApp, int64(t.App))
	e.Int(tagSubject, int64(t.Subject))
	e.Int(tagPerson, int64(t.Person))
	e.Permissions(tagGranted, t.Granted)
	e.Int(tagIssued, t.Issued)
	e.Int(tagExpires, t.Expires)
	e.Int(tagReason, int64(t.Reason))
	e.Flag(tagExplicit, t.Explicit)
	e.Flag(tagLong, t.Long)
	e.Int(tagDataAccess, t.DataAccess)
	e.Keep(t.rest)
	return e.Bytes()
}

// DecodeToken reads a token's record.
func DecodeToken(id store.ID, _ int64, data []byte) (any, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("token record: %w", err)
	}
	t := &Token{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagKind:
			t.Kind = Kind(people.FieldInt(f))
		case tagApp:
			t.App = store.ID(people.FieldInt(f))
		case tagSubject:
			t.Subject = store.ID(people.FieldInt(f))
		case tagPerson:
			t.Person = store.ID(people.FieldInt(f))
		case tagGranted:
			t.Granted = people.FieldPermissions(f)
		case tagIssued:
			t.Issued = people.FieldInt(f)
		case tagExpires:
			t.Expires = people.FieldInt(f)
		case tagReason:
			t.Reason = Reason(people.FieldInt(f))
		case tagExplicit:
			t.Explicit = true
		case tagLong:
			t.Long = true
		case tagDataAccess:
			t.DataAccess = people.FieldInt(f)
		default:
			t.rest = append(t.rest, kept(f))
		}
	}
	return t, nil
}

func kept(f store.Field) store.Field {
	return store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)}
}

// Check reports why the token does not work at now, nil if it does.
func (t *Token) Check(app *people.App, now time.Time) *graph.Error {
	if app.Deleted {
		return graph.ErrAppDeleted
	}
	if t.Reason != Valid && int(t.Reason) < len(reasons) {
		return reasons[t.Reason].err.Args(app.PublicID)
	}
	if t.Expires != 0 && now.Unix() >= t.Expires {
		return graph.ErrTokenExpired.Args(sessionTime(time.Unix(t.Expires, 0)), sessionTime(now))
	}
	if t.DataAccess != 0 && now.Unix() >= t.DataAccess {
		return graph.ErrInactive
	}
	return nil
}

// onPage is the token that a session gives for a Page: it ends with the role there
// and with the session, but not with the time of a long-lived one. [doc long-lived tokens]
func (t *Token) onPage(page store.ID, tasked bool) *Token {
	p := *t
	p.Kind, p.Subject, p.OfSession, p.DataAccess = PageToken, page, true, 0
	if p.Long {
		p.Expires = 0
	}
	if p.Reason == Valid && !tasked {
		p.Reason = LostPageRole
	}
	return &p
}

// sessionTime is the form of the expiry message: PHP's "l, d-M-y H:i:s T" in
// Pacific time. [seen SPRING]
func sessionTime(t time.Time) string {
	return t.In(pacific).Format("Monday, 02-Jan-06 15:04:05 MST")
}
