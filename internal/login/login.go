// Package login makes, trades and explains tokens: the token endpoints, the page
// on which a person lets an app in, and what the app is told about a token. It
// refuses to know what a token opens, and HTTP.
//
// Stored by this package: access.Token and access.Code, people.Install.
package login

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"strconv"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/webhook"
)

// Options of a Desk.
type Options struct {
	DB   *store.DB
	Auth *access.Auth
	Keys *access.Keys
	// Outbox is where apps are told what people grant them; nil tells nobody.
	Outbox *webhook.Outbox
	// Random makes the texts of codes and tokens; nil: they follow from who gets
	// them and when.
	Random func() [16]byte
	// Base is where the pages of kith itself begin; nil: they are nowhere.
	Base func() string
}

// A Desk is where tokens are handed out. It is safe for concurrent use.
type Desk struct{ opt Options }

// New makes a Desk.
func New(opt Options) *Desk { return &Desk{opt} }

// A Place is which host a token endpoint was asked at.
type Place uint8

// Places. Anywhere is a host that is nobody's, such as localhost.
const (
	Anywhere Place = iota
	Facebook
	Instagram
)

// A Call is one call to a token endpoint.
type Call struct {
	Cred access.Credentials
	// Method is GET, POST or another one.
	Method string
	// Param finds a parameter, empty where it is missing.
	Param func(name string) string
	// Served is the version that answers; Serve settles it once the app is known.
	Served graph.Version
	Serve  func(*people.App) graph.Version
	Now    time.Time
	// Place is the host that was asked.
	Place Place

	// App is the ID of the app, for the journal. Form says that the answer is a
	// query string.
	App  string
	Form bool
}

// Lifetimes. A short token ends with the hour after the next: recorded ones had
// 4172 and 4315 seconds left. [seen idx:5577965350, KOALA; rule guess]
const (
	longLife    = 60 * 24 * time.Hour // [doc long-lived tokens]
	dataAccess  = 90 * 24 * time.Hour // [doc data access]
	codeLife    = 10 * time.Minute    // [guess]
	refreshable = 24 * time.Hour      // [doc instagram refresh_access_token]
)

func shortEnd(now time.Time) int64 { return now.Truncate(time.Hour).Add(2 * time.Hour).Unix() }

// formAnswers is when tokens came as a query string. [doc changelog v2.3]
var formAnswers = schema.Span{Until: graph.V(2, 3)}

// serve settles the version once the app is known.
func (d *Desk) serve(c *Call, app *people.App) {
	c.App = app.PublicID
	if c.Serve != nil {
		c.Served = c.Serve(app)
	}
}

// client finds the app of client_id. secret says whether it must prove itself.
func (d *Desk) client(ctx context.Context, r *store.Reader, c *Call, secret bool) (*people.App, error) {
	id := c.Param("client_id")
	if id == "" {
		return nil, graph.ErrNoClient
	}
	app, err := appByID(ctx, r, id)
	if err != nil {
		return nil, err
	}
	switch {
	case app == nil && c.Place == Instagram:
		return nil, graph.ErrPlatformApp
	case app == nil && !graph.ValidID(id):
		return nil, graph.ErrAppInfo
	case app == nil:
		return nil, graph.ErrUnknownApp
	}
	d.serve(c, app)
	switch {
	case secret && !sameSecret(app, c.Param("client_secret")):
		return nil, graph.ErrClientSecret
	case app.Deleted:
		return nil, graph.ErrAppDeleted
	}
	return app, nil
}

func sameSecret(app *people.App, text string) bool {
	return app.Secret != "" && subtle.ConstantTimeCompare([]byte(app.Secret), []byte(text)) == 1
}

// appByID finds an app by its public ID, nil if there is none.
func appByID(ctx context.Context, r *store.Reader, id string) (*people.App, error) {
	if !graph.ValidID(id) {
		return nil, nil
	}
	owner, err := r.Resolve(ctx, store.SpaceNode, id)
	if err != nil || owner == 0 {
		return nil, err
	}
	return get[*people.App](ctx, r, owner)
}

// get reads a record of a type, nil if there is none.
func get[T any](ctx context.Context, r *store.Reader, id store.ID) (v T, err error) {
	if id == 0 {
		return v, nil
	}
	rec, err := r.Get(ctx, id)
	if err != nil || rec == nil {
		return v, err
	}
	v, _ = rec.Value.(T)
	return v, nil
}

func pair[T any](ctx context.Context, r *store.Reader, from store.ID, kind store.Kind, to store.ID) (v T, ok bool, err error) {
	rec, err := r.Pair(ctx, from, kind, to)
	if err != nil || rec == nil {
		return v, false, err
	}
	v, ok = rec.Value.(T)
	return v, ok, nil
}

// draw makes what a text is made of.
func (d *Desk) draw(tx *store.Tx, parts ...string) [16]byte {
	if d.opt.Random != nil {
		return d.opt.Random()
	}
	return d.opt.Keys.Label(append(parts, strconv.FormatInt(int64(tx.NewID()), 10))...)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return string(sum[:])
}

// A grant is what a token endpoint answers.
type grant struct {
	token string
	left  int64 // seconds, zero for never
	// Of a login of an Instagram account: its ID and what it granted.
	account string
	scopes  []string
}

// append writes the grant as its version does. [doc long-lived tokens; seen idx:33300440166, KOALA]
func (g grant) append(b []byte, c *Call) []byte {
	if g.account != "" {
		return g.appendAccount(b)
	}
	if formAnswers.Has(c.Served) {
		c.Form = true
		b = append(append(b, "access_token="...), g.token...)
		if g.left > 0 {
			b = strconv.AppendInt(append(b, "&expires="...), g.left, 10)
		}
		return b
	}
	b = append(b, `{"access_token":`...)
	b = graph.AppendString(b, g.token)
	b = append(b, `,"token_type":"bearer"`...)
	if g.left > 0 {
		b = strconv.AppendInt(append(b, `,"expires_in":`...), g.left, 10)
	}
	return append(b, '}')
}
