package people

import (
	"fmt"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// An InfoField is one field of the Page setting "Info About People". [doc user-profile 2026]
type InfoField uint8

// Fields of "Info About People".
const (
	InfoLocale InfoField = iota
	InfoTimezone
	InfoGender
	infoCount
)

var infoNames = [infoCount]string{"locale", "timezone", "gender"}

// String returns the name of the field.
func (f InfoField) String() string { return infoNames[min(f, infoCount-1)] }

// ParseInfoField reads a field of "Info About People".
func ParseInfoField(s string) (InfoField, bool) {
	for i, n := range infoNames {
		if n == s {
			return InfoField(i), true
		}
	}
	return 0, false
}

// InfoCount is the number of those fields.
const InfoCount = int(infoCount)

// A Page is what people talk to.
type Page struct {
	ID       store.ID
	PublicID string
	Handle   string
	Name     string
	Username string
	Category string
	About    string
	Website  string
	Phone    string
	Link     string
	Fans     int64
	Verified bool
	// Apps are connected to the Page, the first one is the one it was made with.
	Apps     []store.ID
	Business store.ID
	// Instagram is the professional account linked to the Page, zero for none.
	Instagram store.ID
	// Instant marks a Page of an Instant Game, whose PSIDs are not accessible. [doc user-profile 2026]
	Instant bool
	// Europe is subject_to_new_eu_privacy_rules.
	Europe bool
	Info   [InfoCount]graph.InfoState

	// EngagedUsers are how many people have to do with the Page in a day, as rate
	// limits count them; zero: its contacts are counted.
	EngagedUsers int64

	// Profile is the Messenger profile of the Page: properties as JSON.
	Profile Parts
	Routing Routing

	// Parts are fields that nothing in kith decides by.
	Parts Parts
	rest  []store.Field
}

// Encode returns the Page's record.
func (p *Page) Encode() []byte {
	var e Encoder
	e.Text(tagPublicID, p.PublicID)
	e.Text(tagHandle, p.Handle)
	e.Text(tagName, p.Name)
	e.Text(tagUsername, p.Username)
	e.Text(tagCategory, p.Category)
	e.Text(tagAbout, p.About)
	e.Text(tagWebsite, p.Website)
	e.Text(tagPhone, p.Phone)
	e.Text(tagLink, p.Link)
	e.Int(tagFans, p.Fans)
	e.Flag(tagVerified, p.Verified)
	for _, a := range p.Apps {
		e.Int(tagApp, int64(a))
	}
	e.Int(tagBusiness, int64(p.Business))
	e.Int(tagInstagram, int64(p.Instagram))
	e.Flag(tagInstant, p.Instant)
	e.Flag(tagEurope, p.Europe)
	for i, s := range p.Info {
		if s != graph.NotRequested {
			e.Int(tagInfo, int64(i)<<8|int64(s))
		}
	}
	e.Int(tagEngagedUsers, p.EngagedUsers)
	e.profile(p.Profile)
	e.routing(p.Routing)
	e.Parts(p.Parts)
	e.Keep(p.rest)
	return e.Bytes()
}

// DecodePage reads a Page's record.
func DecodePage(id store.ID, data []byte) (*Page, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("page record: %w", err)
	}
	p := &Page{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagPublicID:
			p.PublicID = FieldText(f)
		case tagHandle:
			p.Handle = FieldText(f)
		case tagName:
			p.Name = FieldText(f)
		case tagUsername:
			p.Username = FieldText(f)
		case tagCategory:
			p.Category = FieldText(f)
		case tagAbout:
			p.About = FieldText(f)
		case tagWebsite:
			p.Website = FieldText(f)
		case tagPhone:
			p.Phone = FieldText(f)
		case tagLink:
			p.Link = FieldText(f)
		case tagFans:
			p.Fans = FieldInt(f)
		case tagVerified:
			p.Verified = true
		case tagApp:
			p.Apps = append(p.Apps, store.ID(FieldInt(f)))
		case tagBusiness:
			p.Business = store.ID(FieldInt(f))
		case tagInstagram:
			p.Instagram = store.ID(FieldInt(f))
		case tagInstant:
			p.Instant = true
		case tagEurope:
			p.Europe = true
		case tagInfo:
			if n := FieldInt(f); n >= 0 && int(n>>8) < InfoCount {
				p.Info[n>>8] = graph.InfoState(n & 0xff)
			}
		case tagEngagedUsers:
			p.EngagedUsers = FieldInt(f)
		case tagProfile:
			p.Profile = decodeProfile(p.Profile, f)
		case tagPrimary, tagDefaultApp:
			p.Routing.decode(f)
		default:
			if part, ok := decodePart(f); ok {
				p.Parts = append(p.Parts, part)
				continue
			}
			p.rest = append(p.rest, keep(f))
		}
	}
	return p, nil
}

// An Instagram is a professional account on Instagram.
type Instagram struct {
	ID       store.ID
	PublicID string // begins with 1784. [seen]
	Handle   string
	Username string
	Name     string
	Page     store.ID
	Apps     []store.ID // apps connected through Instagram Login
	// Profile is the Messenger profile of the account: properties as JSON.
	Profile Parts
	Routing Routing
	// Parts are fields that nothing in kith decides by.
	Parts Parts
	rest  []store.Field
}

// Encode returns the account's record.
func (i *Instagram) Encode() []byte {
	var e Encoder
	e.Text(tagPublicID, i.PublicID)
	e.Text(tagHandle, i.Handle)
	e.Text(tagUsername, i.Username)
	e.Text(tagName, i.Name)
	e.Int(tagPage, int64(i.Page))
	for _, a := range i.Apps {
		e.Int(tagApp, int64(a))
	}
	e.profile(i.Profile)
	e.routing(i.Routing)
	e.Parts(i.Parts)
	e.Keep(i.rest)
	return e.Bytes()
}

// DecodeInstagram reads an Instagram account's record.
func DecodeInstagram(id store.ID, data []byte) (*Instagram, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("instagram record: %w", err)
	}
	i := &Instagram{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagPublicID:
			i.PublicID = FieldText(f)
		case tagHandle:
			i.Handle = FieldText(f)
		case tagUsername:
			i.Username = FieldText(f)
		case tagName:
			i.Name = FieldText(f)
		case tagPage:
			i.Page = store.ID(FieldInt(f))
		case tagApp:
			i.Apps = append(i.Apps, store.ID(FieldInt(f)))
		case tagProfile:
			i.Profile = decodeProfile(i.Profile, f)
		case tagPrimary, tagDefaultApp:
			i.Routing.decode(f)
		default:
			if part, ok := decodePart(f); ok {
				i.Parts = append(i.Parts, part)
				continue
			}
			i.rest = append(i.rest, keep(f))
		}
	}
	return i, nil
}

// A Business owns apps and Pages; token_for_business is one in all its apps.
type Business struct {
	ID       store.ID
	PublicID string
	Handle   string
	Name     string
	// Parts are fields that nothing in kith decides by.
	Parts Parts
	rest  []store.Field
}

// Encode returns the business's record.
func (b *Business) Encode() []byte {
	var e Encoder
	e.Text(tagPublicID, b.PublicID)
	e.Text(tagHandle, b.Handle)
	e.Text(tagName, b.Name)
	e.Parts(b.Parts)
	e.Keep(b.rest)
	return e.Bytes()
}

// DecodeBusiness reads a business's record.
func DecodeBusiness(id store.ID, data []byte) (*Business, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("business record: %w", err)
	}
	b := &Business{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagPublicID:
			b.PublicID = FieldText(f)
		case tagHandle:
			b.Handle = FieldText(f)
		case tagName:
			b.Name = FieldText(f)
		default:
			if part, ok := decodePart(f); ok {
				b.Parts = append(b.Parts, part)
				continue
			}
			b.rest = append(b.rest, keep(f))
		}
	}
	return b, nil
}
