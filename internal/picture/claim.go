package picture

import "strconv"

// The families of scoped ID that a picture URL can name.
const (
	PSID   uint8 = 1 + iota // Page-scoped, owner is the Page
	IGSID                   // Instagram-scoped, owner is the Instagram account
	ASID                    // app-scoped, owner is the app
	Friend                  // that of the person whose friend is meant; owner is the friend, who may have no ID
	Page                    // public, of the Page that is the owner
)

// MaxWidth is the widest picture that is ever served.
const MaxWidth = 1024

// A Claim is what a picture URL says and its signature vouches for.
//
// Owner is the internal number of the Page, Instagram account or app under
// which Scoped is looked up, or of a friend of that person. It is positive, and a URL carries it only
// enciphered; an app-scoped ID that was named without a token has neither owner nor app. Scoped is a canonical decimal: 1 to 19 digits, no leading zero,
// below 2^63. Width is 1 to MaxWidth. Expires is in Unix seconds and positive;
// whether it has passed is for the caller to judge.
type Claim struct {
	Space   uint8
	Owner   int64
	App     int64 // the app it was written for, enciphered like Owner; zero for none
	Scoped  string
	Width   int
	Expires int64
}

// number checks the claim and returns its scoped ID as a number.
func (c *Claim) number() (uint64, bool) {
	if c.Space < PSID || c.Space > Page || c.Owner < 0 || c.App < 0 || c.Expires <= 0 {
		return 0, false
	}
	if c.Owner == 0 && (c.Space != ASID || c.App != 0) {
		return 0, false
	}
	if c.Width < 1 || c.Width > MaxWidth {
		return 0, false
	}
	return positive(c.Scoped)
}

// positive reads a canonical positive decimal below 2^63.
func positive(s string) (uint64, bool) {
	if s == "" || len(s) > 19 || s[0] < '1' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 63)
	return n, err == nil
}

// param is the query name that carries the scoped ID of a space.
func param(space uint8) string {
	switch space {
	case PSID:
		return "psid" // [seen]
	case ASID:
		return "asid" // Login pictures. [seen]
	case Friend:
		return "friend_of" // [own]
	case Page:
		return "page_id" // [own]
	default:
		return "igsid" // [guess]
	}
}
