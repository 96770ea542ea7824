package world

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/people"
)

// Kinds in handles: "person/alice".
const (
	businessKind  = "business"
	appKind       = "app"
	pageKind      = "page"
	instagramKind = "instagram"
	personKind    = "person"
	thingKind     = "thing"
)

// publicID derives attempt n of an ID for what a world file gave none. App IDs
// stay below 2^52 so that tokens can carry them; Instagram accounts begin with
// 1784. [seen]
func (b *Builder) publicID(kind, handle string, n int) string {
	block := b.opt.Keys.Label("node", kind, handle, strconv.Itoa(n))
	x := binary.BigEndian.Uint64(block[:])
	const low = 1_000_000_000_000_000
	switch kind {
	case instagramKind:
		return "1784" + strconv.FormatUint(low/100+x%(low/100*9), 10)[:13]
	case appKind:
		return strconv.FormatUint(low+x%(3_400_000_000_000_000), 10)
	}
	return strconv.FormatUint(low+x%(8*low), 10)
}

// secret derives an app's secret: 32 lower-case hex digits. [seen]
func (b *Builder) secret(handle string) string {
	block := b.opt.Keys.Label("secret", handle)
	return hex.EncodeToString(block[:])
}

// seed feeds the PRF of scoped IDs.
func (b *Builder) seed(handle string) uint64 {
	block := b.opt.Keys.Label("person", handle)
	return binary.BigEndian.Uint64(block[:])
}

// sessionText is the text of a token that follows from the world: session n of
// a subject with an app. The first is made at Load or at an install; a later
// login begins the next one.
func (b *Builder) sessionText(kind access.Kind, appPublic, subject string, n int) string {
	random := b.opt.Keys.Label("token", kind.String(), appPublic, subject, strconv.Itoa(n))
	return b.opt.Keys.Mint(kind == access.InstagramToken, appPublic, random)
}

// furtherText is the text of a token minted on request.
func (b *Builder) furtherText(kind access.Kind, appPublic, subject string, n int) string {
	if b.opt.Random != nil {
		return b.opt.Keys.Mint(kind == access.InstagramToken, appPublic, b.opt.Random())
	}
	random := b.opt.Keys.Label("further token", kind.String(), appPublic, subject, strconv.Itoa(n))
	return b.opt.Keys.Mint(kind == access.InstagramToken, appPublic, random)
}

// AppToken is the app token of an app. [doc access-tokens]
func (b *Builder) AppToken(a *people.App) string { return a.PublicID + "|" + a.Secret }

// PageToken is the token a Page has from Load on.
func (b *Builder) PageToken(p *people.Page, a *people.App) string {
	return b.sessionText(access.PageToken, a.PublicID, p.PublicID, 0)
}

// InstagramToken is the Instagram Login token an account has from Load on.
func (b *Builder) InstagramToken(i *people.Instagram, a *people.App) string {
	return b.sessionText(access.InstagramToken, a.PublicID, i.PublicID, 0)
}

// UserToken is the token of a person's first login to an app.
func (b *Builder) UserToken(p *people.Person, a *people.App) string {
	return b.sessionText(access.UserToken, a.PublicID, userSubject(p), 0)
}

// userSubject names the person of a user token: one who was erased and comes
// back is another.
func userSubject(p *people.Person) string { return "person/" + strconv.FormatUint(p.Seed, 16) }
