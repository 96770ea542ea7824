// Package people holds the records of people, apps, Pages, Instagram accounts
// and businesses: what they are made of and how they are written. It refuses to
// know who may see them.
//
// Stored by this package:
//
//	object  person, app, page, instagram, business
//	object  picture                      JPEG bytes of a person's picture
//	key     handle/"person/alice"...     -> the object a world file names so
//	key     node/<public id>             -> app, page, instagram, business
//	assoc   app -role-> person           Role
//	assoc   page -task-> person          Tasks
//	assoc   app -install-> person        Install: permissions granted in login
//	assoc   instagram -business_follows-> person, person -user_follows-> instagram
//	assoc   person -friend-> person      both ways
package people

import (
	"math/bits"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// An Account is what kind of account a person has. [doc seeds, seen jgorset/facebook-messenger#202]
type Account uint8

// Kinds of account. A phone-only account was made in Messenger with a phone
// number, a guest came through the chat plugin without logging in, and the
// review bot is the platform's own, whose lookups find nobody.
const (
	Facebook Account = iota
	PhoneOnly
	Guest
	ReviewBot
	Deactivated
)

var accountNames = [...]string{"facebook", "phone_only", "guest", "review_bot", "deactivated"}

// String returns the name used in world files.
func (a Account) String() string { return accountNames[min(int(a), len(accountNames)-1)] }

// ParseAccount reads a kind of account.
func ParseAccount(s string) (Account, bool) {
	for i, n := range accountNames {
		if n == s {
			return Account(i), true
		}
	}
	return 0, false
}

// Shape is what a field-less profile call answers for a person.
type Shape uint8

// ShapeFull is the edition's default; ShapeNameID is the short answer of 2026. [seen chatwoot#15840]
const (
	ShapeFull Shape = iota
	ShapeNameID
)

// PictureKind says where a person's picture comes from.
type PictureKind uint8

// A picture is drawn from the handle, kept as a JPEG, or absent.
const (
	PictureGenerated PictureKind = iota
	PictureStored
	PictureNone
)

// A Value is one attribute: the canonical text, its audience, and the ready
// JSON text where that does not depend on clock or version.
type Value struct {
	Text     string
	JSON     string
	Audience graph.Audience
}

// A Person is the human, internal record. Decoded records are immutable.
type Person struct {
	ID      store.ID
	Version int64
	// Seed feeds the PRF of scoped IDs; it follows from the handle.
	Seed    uint64
	Handle  string
	Account Account
	Shape   Shape
	Europe  bool // lives where the privacy rules of December 2020 applied
	Picture PictureKind
	// PictureID is the stored picture, InstagramPicture the one on Instagram.
	PictureID        store.ID
	InstagramPicture PictureKind
	Instagram        bool // has an Instagram account
	// Updated is when the profile last changed, in seconds.
	Updated int64

	has    [1]uint64
	values []Value
	rest   []store.Field
}

// Attr returns the value of a, with false if there is none.
func (p *Person) Attr(a Attr) (*Value, bool) {
	if p.has[0]&(1<<a) == 0 {
		return nil, false
	}
	return &p.values[bits.OnesCount64(p.has[0]&(1<<a-1))], true
}

// JSON returns the ready JSON text of a, empty if there is none.
func (p *Person) JSON(a Attr) string {
	if v, ok := p.Attr(a); ok {
		return v.JSON
	}
	return ""
}

// Text returns the canonical text of a, empty if there is none.
func (p *Person) Text(a Attr) string {
	if v, ok := p.Attr(a); ok {
		return v.Text
	}
	return ""
}

// Audience returns who may see a; public if nothing was said.
func (p *Person) Audience(a Attr) graph.Audience {
	if v, ok := p.Attr(a); ok {
		return v.Audience
	}
	return graph.Public
}

// Shown returns the ready JSON text of a if its audience is within reach, for
// fields that are made of several attributes.
func (p *Person) Shown(a Attr, reach graph.Audience) string {
	if v, ok := p.Attr(a); ok && v.Audience <= reach {
		return v.JSON
	}
	return ""
}

// Set gives the person an attribute. It is for building records, before they
// are stored; the text must have passed Check.
func (p *Person) Set(a Attr, text string, audience graph.Audience) {
	v := Value{Text: text, JSON: string(a.appendJSON(nil, text)), Audience: audience}
	i := bits.OnesCount64(p.has[0] & (1<<a - 1))
	if p.has[0]&(1<<a) != 0 {
		p.values[i] = v
		return
	}
	p.values = append(p.values, Value{})
	copy(p.values[i+1:], p.values[i:])
	p.values[i] = v
	p.has[0] |= 1 << a
}

// Clear takes an attribute away.
func (p *Person) Clear(a Attr) {
	if p.has[0]&(1<<a) == 0 {
		return
	}
	i := bits.OnesCount64(p.has[0] & (1<<a - 1))
	p.values = append(p.values[:i], p.values[i+1:]...)
	p.has[0] &^= 1 << a
}

// Initials are what a picture of somebody shows who has none.
func (p *Person) Initials() (s string) {
	for _, a := range [...]Attr{FirstName, LastName} {
		if r, _ := utf8.DecodeRuneInString(p.Text(a)); unicode.IsLetter(r) {
			s += string(unicode.ToUpper(r))
		}
	}
	return s
}

// Clone returns a copy that may be changed.
func (p *Person) Clone() *Person {
	c := *p
	c.values = append([]Value(nil), p.values...)
	c.rest = append([]store.Field(nil), p.rest...)
	return &c
}

// AppendTimezone appends the hours from GMT at now as a JSON number. [doc user v2.10]
func (p *Person) AppendTimezone(b []byte, now time.Time) []byte {
	v, ok := p.Attr(Timezone)
	if !ok {
		return b
	}
	h, err := zoneOffset(v.Text, now)
	if err != nil {
		return b
	}
	return strconv.AppendFloat(b, h, 'f', -1, 64)
}

// AppendBirthday appends the parts of the birthday that the allowed audience
// reaches: MM/DD/YYYY, MM/DD or YYYY. [doc user v2.10]
func (p *Person) AppendBirthday(b []byte, allowed graph.Audience) []byte {
	v, ok := p.Attr(Birthday)
	if !ok {
		return b
	}
	d, err := parseBirthday(v.Text)
	if err != nil {
		return b
	}
	year := v.Audience
	if y, ok := p.Attr(BirthdayYear); ok {
		year = y.Audience
	}
	showDay := d.month != 0 && v.Audience <= allowed
	showYear := d.year != 0 && year <= allowed
	if !showDay && !showYear {
		return b
	}
	b = append(b, '"')
	if showDay {
		b = append(b, byte('0'+d.month/10), byte('0'+d.month%10), '\\', '/', byte('0'+d.day/10), byte('0'+d.day%10))
	}
	if showDay && showYear {
		b = append(b, '\\', '/')
	}
	if showYear {
		b = strconv.AppendInt(b, int64(d.year), 10)
	}
	return append(b, '"')
}

// Age returns the full years of the person at now, with false if the birthday
// does not tell.
func (p *Person) Age(now time.Time) (int, bool) {
	d, err := parseBirthday(p.Text(Birthday))
	if err != nil || d.year == 0 || d.month == 0 {
		return 0, false
	}
	now = now.UTC()
	age := now.Year() - d.year
	if int(now.Month()) < d.month || int(now.Month()) == d.month && now.Day() < d.day {
		age--
	}
	return age, true
}

// Partner is the internal id of the significant other, zero for none. It is
// kept as the text of the attribute and never leaves the process.
func (p *Person) Partner() store.ID { return partner(p.Text(SignificantOther)) }

func partner(text string) store.ID {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return store.ID(n)
}
