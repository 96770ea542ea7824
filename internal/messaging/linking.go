package messaging

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store"
)

// AccountLinked says in what a Page keeps of a person that their account is linked.
const AccountLinked = "account_linked"

// linkingLasts is how long a token of account linking is good. [doc account linking]
const linkingLasts = 5 * time.Minute

// A Linking is what a token of account linking is for: one person at one Page. The
// token is sealed and kept nowhere.
type Linking struct {
	Person store.ID
	Digits string // how the Page knows them
	Began  int64  // unix seconds
}

// Token is the text of it, for the Page of that ID.
func (l *Linking) Token(keys *access.Keys, page string) string {
	text := binary.AppendVarint(binary.AppendVarint(nil, int64(l.Person)), l.Began)
	return base64.RawURLEncoding.EncodeToString(keys.Seal(linkingOwner, page+" "+l.Digits+" "+string(text)))
}

const linkingOwner = "account linking"

// OpenLinking reads a token, and for which Page it is; ok is false for what is none, or
// is too old.
func OpenLinking(keys *access.Keys, token string, now time.Time) (l Linking, page string, ok bool) {
	const longest = 400
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) > longest {
		return l, "", false
	}
	text, err := keys.Open(linkingOwner, raw)
	page, rest, _ := strings.Cut(text, " ")
	digits, numbers, found := strings.Cut(rest, " ")
	if err != nil || !found {
		return l, "", false
	}
	person, n := binary.Varint([]byte(numbers))
	if n <= 0 {
		return l, "", false
	}
	began, m := binary.Varint([]byte(numbers[n:]))
	l = Linking{Person: store.ID(person), Digits: digits, Began: began}
	age := now.Unix() - began
	return l, page, m > 0 && age >= 0 && age <= int64(linkingLasts/time.Second)
}

// Mark tells one use of a token from another, as a message ID does.
func (l *Linking) Mark(keys *access.Keys, page string) string {
	block := keys.Label("account linking mark", page, l.Digits, strconv.FormatInt(l.Began, 10))
	return "account_linking." + base64.RawURLEncoding.EncodeToString(block[:])
}

// LinkingPath is where somebody comes back who linked an account, or did not. [doc
// account linking]
const LinkingPath = "/messenger_platform/account_linking"

// Unlinked is what the apps are told when accounts are not linked any more. [doc
// messaging_account_linking]
func Unlinked(p *Place, digits string, at int64) Notice {
	return p.notice("messaging_account_linking", at, item{sender: digits, recipient: p.PublicID, at: at, what: []byte(`"account_linking":{"status":"unlinked"}`)})
}
