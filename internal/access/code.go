package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// A Code is what a login hands to an app by way of the browser: good for one
// exchange, for a short while.
type Code struct {
	ID, App, Subject store.ID // the subject is a person or an Instagram account
	Instagram        bool     // of Instagram Login
	Granted          graph.Permissions
	Issued, Expires  int64    // seconds
	Redirect         string   // hash of the redirect_uri, which must be the same again
	Challenge        string   // of PKCE, as it was sent; empty for none
	Used             store.ID // the token it was exchanged for, zero while it waits
	// Device is how far a login on a device got, and Polled when it last asked, in
	// seconds. Until somebody agreed the subject is the app, and Granted what it asks for.
	Device Device
	Polled int64

	rest []store.Field
}

// Device is how far a login on a device got.
type Device uint8

// States of a login on a device. NoDevice is a code of a browser.
const (
	NoDevice Device = iota
	Waiting
	Agreed
	DeclinedDevice
)

// Encode returns the code's record.
func (c *Code) Encode() []byte {
	var e people.Encoder
	e.Int(tagApp, int64(c.App))
	e.Int(tagSubject, int64(c.Subject))
	e.Flag(tagInstagram, c.Instagram)
	e.Permissions(tagGranted, c.Granted)
	e.Int(tagIssued, c.Issued)
	e.Int(tagExpires, c.Expires)
	e.Text(tagRedirect, c.Redirect)
	e.Text(tagChallenge, c.Challenge)
	e.Int(tagUsed, int64(c.Used))
	e.Int(tagDevice, int64(c.Device))
	e.Int(tagPolled, c.Polled)
	e.Keep(c.rest)
	return e.Bytes()
}

// DecodeCode reads a code's record.
func DecodeCode(id store.ID, _ int64, data []byte) (any, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("code record: %w", err)
	}
	c := &Code{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagApp:
			c.App = store.ID(people.FieldInt(f))
		case tagSubject:
			c.Subject = store.ID(people.FieldInt(f))
		case tagInstagram:
			c.Instagram = true
		case tagGranted:
			c.Granted = people.FieldPermissions(f)
		case tagIssued:
			c.Issued = people.FieldInt(f)
		case tagExpires:
			c.Expires = people.FieldInt(f)
		case tagRedirect:
			c.Redirect = people.FieldText(f)
		case tagChallenge:
			c.Challenge = people.FieldText(f)
		case tagUsed:
			c.Used = store.ID(people.FieldInt(f))
		case tagDevice:
			c.Device = Device(people.FieldInt(f))
		case tagPolled:
			c.Polled = people.FieldInt(f)
		default:
			c.rest = append(c.rest, kept(f))
		}
	}
	return c, nil
}

// codeHead begins every code. [seen; what follows is opaque]
const codeHead = "AQ"

// MintCode makes the text of a code. It carries a MAC, so that a made-up one
// costs no read.
func (k *Keys) MintCode(random [16]byte) string {
	return codeHead + base64.RawURLEncoding.EncodeToString(append(random[:], k.codeMAC(random[:])...))
}

func (k *Keys) codeMAC(random []byte) []byte {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte("code\x00"))
	h.Write(random)
	return h.Sum(nil)[:16]
}

// GenuineCode reports whether text is a code that this server could have made.
func (k *Keys) GenuineCode(text string) bool {
	body, ok := strings.CutPrefix(text, codeHead)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	return ok && err == nil && len(raw) == 32 && subtle.ConstantTimeCompare(k.codeMAC(raw[:16]), raw[16:]) == 1
}

// Keep stores a code under the hash of its text, and removes what the subject
// needs no more: codes that are over and tokens that expired long ago, unless those
// of Pages may rest on them.
func Keep(ctx context.Context, tx *store.Tx, text string, c *Code) error {
	return KeepAll(ctx, tx, []string{text}, c)
}

// KeepAll stores a code that is known by several texts.
func KeepAll(ctx context.Context, tx *store.Tx, texts []string, c *Code) error {
	if err := tidy(ctx, tx, c.Subject, c.Issued); err != nil {
		return err
	}
	id := tx.NewID()
	keys := make([]driver.Binding, len(texts))
	for i, text := range texts {
		keys[i] = driver.Binding{Key: driver.Key{Space: store.SpaceToken, Key: Hash(text)}, ID: id}
	}
	got, err := tx.Bind(ctx, keys...)
	if err != nil {
		return fmt.Errorf("bind code: %w", err)
	}
	for _, had := range got {
		if had != id {
			return fmt.Errorf("bind code: the text is taken")
		}
	}
	c.ID = id
	if err := Mark(ctx, tx, c); err != nil {
		return err
	}
	return tx.Link(ctx, driver.Assoc{From: c.Subject, Kind: store.AssocToken, To: id, Time: max(c.Issued, 1)})
}

// Waits reports whether as many codes of a subject wait as may.
func Waits(ctx context.Context, tx *store.Tx, subject store.ID, now int64, most int) (bool, error) {
	links, err := tx.Range(ctx, driver.Range{From: subject, Kind: store.AssocToken, Limit: most})
	if err != nil || len(links) < most {
		return false, err
	}
	var rs store.ReadSet
	for i := range links {
		rs.Object(links[i].ID)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return false, err
	}
	waiting := 0
	for i := range links {
		if c, ok := value[*Code](rs.GotObject(i)); ok && c.Expires > now {
			waiting++
		}
	}
	return waiting >= most, nil
}

// HandOver gives a code to another subject, with whom it goes from then on.
func HandOver(ctx context.Context, tx *store.Tx, c *Code, to store.ID) error {
	if err := tx.Unlink(ctx, driver.Pair{From: c.Subject, Kind: store.AssocToken, To: c.ID}); err != nil {
		return fmt.Errorf("hand over code: %w", err)
	}
	c.Subject = to
	if err := Mark(ctx, tx, c); err != nil {
		return err
	}
	return tx.Link(ctx, driver.Assoc{From: to, Kind: store.AssocToken, To: c.ID, Time: max(c.Issued, 1)})
}

// Mark writes the record of a code again.
func Mark(ctx context.Context, tx *store.Tx, c *Code) error {
	if err := tx.Put(ctx, driver.Object{ID: c.ID, Kind: store.KindCode, Data: c.Encode()}); err != nil {
		return fmt.Errorf("put code: %w", err)
	}
	return nil
}

// FindCode returns the record of a genuine code, nil if it is over.
func FindCode(ctx context.Context, r *store.Reader, text string) (*Code, error) {
	id, err := r.Resolve(ctx, store.SpaceToken, Hash(text))
	if err != nil || id == 0 {
		return nil, err
	}
	rec, err := r.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	c, _ := value[*Code](rec)
	return c, nil
}

// Bounds of tidy: how many tokens it looks at, the newest first, and for how
// long one that expired is known to have been there.
const (
	tidied     = 200
	remembered = 90 * 24 * 3600
)

func tidy(ctx context.Context, tx *store.Tx, subject store.ID, now int64) error {
	links, err := tx.Range(ctx, driver.Range{From: subject, Kind: store.AssocToken, Limit: tidied})
	if err != nil || len(links) == 0 {
		return err
	}
	var rs store.ReadSet
	for i := range links {
		rs.Object(links[i].ID)
	}
	if err := tx.Load(ctx, &rs); err != nil {
		return err
	}
	var over []store.ID
	for i := range links {
		rec := rs.GotObject(i)
		c, isCode := value[*Code](rec)
		t, isToken := value[*Token](rec)
		if isCode && c.Expires <= now || isToken && !t.Explicit && !t.Long && t.Expires != 0 && t.Expires+remembered <= now {
			over = append(over, links[i].ID)
		}
	}
	if over == nil {
		return nil
	}
	return tx.Purge(ctx, over...)
}

// Challenged reports whether a verifier of PKCE fits the challenge. Methods but
// S256 are not taken. [doc login oidc]
func Challenged(challenge, verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}
