package access

import (
	"context"
	"crypto/subtle"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// maxToken bounds the text of a token; real ones stay below 300 characters.
const maxToken = 512

// Credentials are what a request says about who is asking.
type Credentials struct {
	Token string
	// Header is the token of the Authorization header, if that differs.
	Header string
	// Proof is the appsecret_proof; with ProofTime it is one of that second only.
	Proof, ProofTime string
	// Me says that the path needs a person or Page behind the token.
	Me bool
}

// Text is the token as the client sent it.
func (c *Credentials) Text() string {
	if c.Token != "" {
		return c.Token
	}
	return c.Header
}

// Options of an Auth.
type Options struct {
	Keys *Keys
	// Explicit accepts tokens that a world file spelled out. Emulator mode only.
	Explicit bool
	// ConflictRefused refuses a request whose parameter and header tokens
	// differ; otherwise the parameter wins. Knob token_conflict.
	ConflictRefused bool
	// CacheEntries bounds the known tokens kept in memory.
	CacheEntries int
}

// An Auth checks tokens. The texts it has seen lead straight to their records;
// what a record says is read anew for each request.
type Auth struct {
	opt   Options
	known *otter.Cache[[2]uint64, *known]
}

// known is a token text whose record is known. Only what never changes is kept.
type known struct {
	text                string
	token, app, subject store.ID
	kind                Kind
	client              bool // the text is a client token, and the kind AppToken
	// person is whose session the token of a Page follows from, zero for one with a
	// record of its own; token is the session then.
	person store.ID
	proof  atomic.Pointer[provenBy]
	fresh  atomic.Pointer[fresh]
}

// fresh are the records behind a text as they were in one state of the store.
// While that state lasts they need no look-up.
type fresh struct {
	state               uint64
	token, app, subject *store.Record
	task                *store.Record // of a session on its Page
}

type provenBy struct{ secret, proof string }

// NewAuth makes an Auth.
func NewAuth(opt Options) *Auth {
	if opt.CacheEntries == 0 {
		opt.CacheEntries = 1 << 16
	}
	return &Auth{opt: opt, known: otter.Must(&otter.Options[[2]uint64, *known]{MaximumSize: opt.CacheEntries})}
}

// Forget drops what was learned, for a store whose content was replaced.
func (a *Auth) Forget() { a.known.InvalidateAll() }

// A Ticket is a token on its way to be a Viewer: Ask adds its questions to a
// read set, Check reads the answers.
type Ticket struct {
	cred                Credentials
	k                   *known
	key                 [2]uint64
	state               uint64 // of the store when Ask was asked, zero for none
	records             *fresh // nil: the answers are in the read set
	token, app, subject int
	task                int
}

// answers are the records behind the ticket's text.
func (t *Ticket) answers(rs *store.ReadSet) (f fresh) {
	if t.records != nil {
		return *t.records
	}
	f = fresh{state: t.state, app: rs.GotObject(t.app)}
	if t.k.kind != AppToken {
		f.token = rs.GotObject(t.token)
	}
	if t.k.kind == PageToken || t.k.kind == InstagramToken {
		f.subject = rs.GotObject(t.subject)
	}
	if t.k.person != 0 {
		f.task = rs.GotPair(t.task)
	}
	return f
}

// Ask finds out whose token it is and puts what must be fresh into rs. It
// reads only for texts it has not seen; a forgery costs no read.
func (a *Auth) Ask(ctx context.Context, r *store.Reader, rs *store.ReadSet, cred Credentials, t *Ticket) error {
	t.cred, t.k = cred, nil
	text, err := a.pick(cred)
	if err != nil {
		return err
	}
	t.cred.Token = text
	hash := xxh3.HashString128(text)
	key := [2]uint64{hash.Hi, hash.Lo}
	k, ok := a.known.GetIfPresent(key)
	if !ok || subtle.ConstantTimeCompare([]byte(k.text), []byte(text)) != 1 {
		if k, err = a.learn(ctx, r, text); err != nil {
			return err
		}
		if k.kind != AppToken {
			a.known.Set(key, k)
		}
	}
	t.k, t.key, t.state, t.records = k, key, r.State(), nil
	if f := k.fresh.Load(); f != nil && t.state != 0 && f.state == t.state {
		t.records = f
		return nil
	}
	t.app = rs.Object(k.app)
	if k.kind != AppToken {
		t.token = rs.Object(k.token)
		if k.kind != UserToken {
			t.subject = rs.Object(k.subject)
		}
		if k.person != 0 {
			t.task = rs.Pair(k.subject, store.AssocTask, k.person)
		}
	}
	return nil
}

func (a *Auth) pick(cred Credentials) (string, error) {
	text := cred.Token
	if text == "" {
		text = cred.Header
	} else if cred.Header != "" && cred.Header != text && a.opt.ConflictRefused {
		return "", graph.ErrBadToken
	}
	switch {
	case text == "" && cred.Me:
		return "", graph.ErrNoToken
	case text == "":
		return "", graph.ErrNoApp
	case len(text) > maxToken:
		return "", graph.ErrBadToken
	}
	return text, nil
}

// learn finds the record of a text not seen before.
func (a *Auth) learn(ctx context.Context, r *store.Reader, text string) (*known, error) {
	if id, secret, ok := strings.Cut(text, "|"); ok {
		return a.learnApp(ctx, r, id, secret)
	}
	tok, err := a.Find(ctx, r, text)
	if err != nil {
		return nil, err
	}
	if tok == nil {
		return nil, noToken(text)
	}
	k := &known{text: strings.Clone(text), token: tok.ID, app: tok.App, subject: tok.Subject, kind: tok.Kind}
	if tok.OfSession {
		k.person = tok.Person
	}
	return k, nil
}

// Find returns the record of a text, nil if there is none. A forgery costs no
// read.
func (a *Auth) Find(ctx context.Context, r *store.Reader, text string) (*Token, error) {
	if len(text) > maxToken || !a.opt.Keys.Genuine(text) && !a.opt.Explicit {
		return nil, nil
	}
	t, err := Find(ctx, r, text)
	if t != nil || err != nil || !a.opt.Keys.Genuine(text) {
		return t, err
	}
	return a.findPage(ctx, r, text)
}

// findPage finds the token of a Page behind a text that has no record.
func (a *Auth) findPage(ctx context.Context, r *store.Reader, text string) (*Token, error) {
	session, page := a.opt.Keys.OpenPage(text)
	if session <= 0 || page <= 0 {
		return nil, nil
	}
	rec, err := r.Get(ctx, session)
	if err != nil {
		return nil, err
	}
	tok, ok := value[*Token](rec)
	if !ok || tok.Kind != UserToken {
		return nil, nil
	}
	task, err := r.Pair(ctx, page, store.AssocTask, tok.Person)
	if err != nil {
		return nil, err
	}
	return tok.onPage(page, task != nil), nil
}

// learnApp reads "APPID|SECRET", or what client_credentials gave in its place.
// [doc access-tokens, seen KOALA]
func (a *Auth) learnApp(ctx context.Context, r *store.Reader, id, secret string) (*known, error) {
	if !graph.ValidID(id) {
		return nil, graph.ErrTokenData
	}
	owner, err := r.Resolve(ctx, store.SpaceNode, id)
	if err != nil {
		return nil, err
	}
	rec, err := r.Get(ctx, owner)
	if err != nil {
		return nil, err
	}
	app, ok := value[*people.App](rec)
	if !ok {
		return nil, graph.ErrUnknownApp
	}
	client := a.opt.Keys.OpensClient(app, secret)
	if !client && !a.opt.Keys.OpensApp(app, secret) {
		return nil, graph.ErrTokenSignature
	}
	return &known{app: app.ID, kind: AppToken, client: client}, nil
}

func value[T any](rec *store.Record) (v T, ok bool) {
	if rec == nil {
		return v, false
	}
	v, ok = rec.Value.(T)
	return v, ok
}

// Check makes the Viewer from what Ask asked for, or says why not.
func (a *Auth) Check(rs *store.ReadSet, t *Ticket, now time.Time, v *Viewer, l *journal.Ladder) error {
	*v = Viewer{Kind: t.k.kind, Client: t.k.client}
	got := t.answers(rs)
	if t.k.kind != AppToken && got.token == nil {
		// The record went; the text may lead to another one by now.
		a.known.Invalidate(t.key)
		return graph.ErrBadToken
	}
	app, ok := value[*people.App](got.app)
	if !ok {
		return graph.ErrBadToken
	}
	v.App = app
	if t.k.kind == AppToken {
		if app.Deleted {
			return graph.ErrAppDeleted
		}
	} else if err := checkRecord(&got, t, now, v); err != nil {
		return err
	}
	l.Pass(journal.Token, v.Kind.String())
	return a.checkProof(t, v, now, l)
}

func checkRecord(got *fresh, t *Ticket, now time.Time, v *Viewer) error {
	tok, ok := value[*Token](got.token)
	if !ok {
		return graph.ErrBadToken
	}
	if t.k.person != 0 {
		tok = tok.onPage(t.k.subject, got.task != nil)
	}
	if err := tok.Check(v.App, now); err != nil {
		return err
	}
	v.Token, v.Granted = tok, tok.Granted
	switch t.k.kind {
	case PageToken:
		v.Page, ok = value[*people.Page](got.subject)
	case InstagramToken:
		v.Instagram, ok = value[*people.Instagram](got.subject)
	case UserToken:
		v.Person = t.k.subject
	}
	if !ok {
		return graph.ErrBadToken
	}
	return nil
}

// Keep remembers the records behind a ticket for as long as the store stays in
// the state they were read in. rs holds the answers to Ask still. Records may
// come from the cache or from a read of their own: both are of that state, since
// no commit was under way when Ask began and none has ended since.
func (t *Ticket) Keep(r *store.Reader, rs *store.ReadSet) {
	if t.records != nil || t.state == 0 || t.k.kind == AppToken || r.State() != t.state {
		return
	}
	got := t.answers(rs)
	t.k.fresh.Store(&got)
}

// proofAge is how old, or how far ahead, an appsecret_time may be. [seen gist
// panreel for the form; the window is that of the documentation]
const proofAge = 5 * 60

// checkProof verifies a proof when there is one and demands it when the app
// requires it. [doc secure-requests]
func (a *Auth) checkProof(t *Ticket, v *Viewer, now time.Time, l *journal.Ladder) error {
	if t.cred.Proof == "" {
		if v.App.RequireProof && !v.Client { // a client has no secret to prove with
			return graph.ErrNoProof
		}
		return nil
	}
	want := ""
	if t.cred.ProofTime == "" {
		want = t.k.proofBy(v.App.Secret, t.cred.Token)
	} else if at, err := strconv.ParseInt(t.cred.ProofTime, 10, 64); err == nil && at >= now.Unix()-proofAge && at <= now.Unix()+proofAge {
		want = Proof(v.App.Secret, t.cred.Token+"|"+t.cred.ProofTime)
	}
	if v.App.Secret == "" || subtle.ConstantTimeCompare([]byte(want), []byte(t.cred.Proof)) != 1 {
		return graph.ErrBadProof
	}
	v.Proved = true
	l.Pass(journal.Proof, "")
	return nil
}

// proofBy is the proof without a time. It is made once for a secret.
func (k *known) proofBy(secret, token string) string {
	p := k.proof.Load()
	if p == nil || p.secret != secret {
		p = &provenBy{secret: secret, proof: Proof(secret, token)}
		k.proof.Store(p)
	}
	return p.proof
}

// Kind, Owner and App say what a ticket's text is known to be, before the
// records have been read.
func (t *Ticket) Kind() Kind { return t.k.kind }

// Owner is the object whose scoped IDs the token's own people have.
func (t *Ticket) Owner() store.ID {
	if t.k.kind == PageToken || t.k.kind == InstagramToken {
		return t.k.subject
	}
	return t.k.app
}

// App is the app the token was issued to.
func (t *Ticket) App() store.ID { return t.k.app }

// Person is the person behind a user token, zero for other kinds.
func (t *Ticket) Person() store.ID {
	if t.k.kind == UserToken {
		return t.k.subject
	}
	return 0
}
