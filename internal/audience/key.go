package audience

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Key is one column of an uploaded list. [doc user v2.10, schema]
type Key uint8

// Keys. The numbers are in stored rows: only appended.
const (
	NoKey Key = iota
	UID
	Email
	Phone
	Gender
	BirthYear
	BirthMonth
	BirthDay
	LastName
	FirstName
	FirstInitial
	City
	State
	Zip
	DeviceID
	Country
	ExternID
	Combined // a hash over the values of several keys
	keyCount
)

// keyNames are the names in a multi-key schema.
var keyNames = [keyCount]string{UID: "UID", Email: "EMAIL", Phone: "PHONE", Gender: "GEN", BirthYear: "DOBY", BirthMonth: "DOBM",
	BirthDay: "DOBD", LastName: "LN", FirstName: "FN", FirstInitial: "FI", City: "CT", State: "ST", Zip: "ZIP", DeviceID: "MADID",
	Country: "COUNTRY", ExternID: "EXTERN_ID", Combined: "combined keys"}

// SingleNames are the names of a schema that is not a list. [doc user v2.10]
func SingleNames() []string {
	return []string{"UID", "EMAIL_SHA256", "PHONE_SHA256", "MOBILE_ADVERTISER_ID"}
}

// ListNames are the names in a schema that is a list, in the order of the
// reference. [doc user v2.10]
func ListNames() []string {
	return append([]string{keyNames[ExternID]}, keyNames[Email:ExternID]...)
}

// String returns the name in a schema.
func (k Key) String() string { return keyNames[min(k, keyCount-1)] }

// A column is what one value of a row is: of a key, or of several in one, whose
// numbers are the bytes of of.
type column struct {
	Key
	of string
}

// String returns the name in a schema.
func (c column) String() string {
	if c.Key != Combined {
		return c.Key.String()
	}
	names := make([]string, len(c.of))
	for i := range c.of {
		names[i] = Key(c.of[i]).String()
	}
	return strings.Join(names, "_")
}

// parseKey reads the name of one key.
func parseKey(s string) (Key, bool) {
	for k := Email; k <= ExternID; k++ {
		if keyNames[k] == s {
			return k, true
		}
	}
	return NoKey, false
}

// parseColumn reads a name of a multi-key schema: of a key, or of several with
// "_" between, such as LN_FN_ZIP. Both may say at the end that they are hashes.
// [doc user v2.10; the ending seen in clients]
func parseColumn(s string) (column, bool) {
	s = strings.TrimSuffix(s, "_SHA256")
	if k, ok := parseKey(s); ok {
		return column{Key: k}, true
	}
	c := column{Key: Combined}
	for _, name := range strings.Split(s, "_") {
		k, ok := parseKey(name)
		if !ok || k.plain() || strings.IndexByte(c.of, byte(k)) >= 0 {
			return column{}, false
		}
		c.of += string([]byte{byte(k)})
	}
	return c, len(c.of) > 1
}

// parseSingle reads the name of a schema that is not a list. [doc user v2.10]
func parseSingle(s string) (column, bool) {
	switch s {
	case "UID":
		return column{Key: UID}, true
	case "MOBILE_ADVERTISER_ID":
		return column{Key: DeviceID}, true
	}
	return parseColumn(s)
}

// plain keys are compared as they are, the others by their hash.
func (k Key) plain() bool { return k == UID || k == ExternID || k == DeviceID }

// hashAll is the hash of several normalised values, "_" between them. [seen in
// clients; others put nothing between]
func hashAll(texts ...string) Hash { return sha256.Sum256([]byte(strings.Join(texts, "_"))) }

// A Hash is the SHA-256 of a normalised value.
type Hash [sha256.Size]byte

// HashOf normalises a value and hashes it, with false if it is no value of the
// key. A device may be given by its hash. [doc custom-audience-users; the hash guess]
func (k Key) HashOf(value string) (Hash, bool) {
	text, ok := k.normal(value)
	if !ok {
		return Hash{}, false
	}
	if h, ok := parseHash(text); ok && k == DeviceID {
		return h, true
	}
	return sha256.Sum256([]byte(text)), true
}

// parseHash reads the hexadecimal form, in either case.
func parseHash(s string) (h Hash, ok bool) {
	if len(s) != 2*len(h) {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

// maxValue bounds one value of a row.
const maxValue = 1 << 10

// normal is the form of a value that is hashed.
func (k Key) normal(value string) (string, bool) {
	value = strings.TrimSpace(value)
	if value == "" || len(value) > maxValue || !utf8.ValidString(value) {
		return "", false
	}
	switch k {
	case Email:
		value = strings.ToLower(value)
		user, host, ok := strings.Cut(value, "@")
		return value, ok && user != "" && strings.Contains(host, ".") && !strings.ContainsAny(value, " \t\r\n")
	case Phone:
		digits := strings.TrimLeft(keepOnly(value, isDigit), "0")
		return digits, len(digits) >= 7 && len(digits) <= 15
	case Gender:
		return oneLetter(value)
	case BirthYear:
		return value, len(value) == 4 && allDigits(value) && value >= "1900" && value <= "2100"
	case BirthMonth, BirthDay:
		return twoDigits(value, map[Key]string{BirthMonth: "12", BirthDay: "31"}[k])
	case LastName, FirstName:
		return notEmpty(keepOnly(strings.ToLower(value), isLetterOrSpace))
	case FirstInitial:
		r, _ := utf8.DecodeRuneInString(strings.ToLower(value))
		return string(r), unicode.IsLetter(r)
	case City, State:
		if code, ok := stateCode(value); ok && k == State {
			return code, true
		}
		return notEmpty(keepOnly(plainLetters(strings.ToLower(value)), unicode.IsLetter))
	case Zip:
		return normalZip(value)
	case DeviceID:
		return normalDevice(strings.ToLower(value))
	case Country:
		value = strings.ToLower(value)
		return value, len(value) == 2 && keepOnly(value, unicode.IsLetter) == value
	}
	return strings.ToLower(value), true
}

// normalDevice gives 32 hexadecimal digits the dashes of a UUID, which may be
// there; they are looked for nowhere else. A SHA-256 stays one. [doc
// custom-audience-users; that dashes may be missing guess]
func normalDevice(value string) (string, bool) {
	if _, ok := parseHash(value); ok {
		return value, true
	}
	const at = "00000000-0000-0000-0000-000000000000"
	if len(value) == len(at) {
		for i := range at {
			if (value[i] == '-') != (at[i] == '-') {
				return "", false
			}
		}
		value = strings.ReplaceAll(value, "-", "")
	}
	if _, err := hex.DecodeString(value); err != nil || len(value) != 32 {
		return "", false
	}
	return strings.Join([]string{value[:8], value[8:12], value[12:16], value[16:20], value[20:]}, "-"), true
}

func notEmpty(s string) (string, bool) { return s, s != "" }

func oneLetter(value string) (string, bool) {
	value = strings.ToLower(value)
	return value[:1], value == "m" || value == "f" || value == "male" || value == "female"
}

// twoDigits fills a month or day up.
func twoDigits(value, most string) (string, bool) {
	if len(value) == 1 {
		value = "0" + value
	}
	return value, len(value) == 2 && allDigits(value) && value >= "01" && value <= most
}

// normalZip keeps five digits of a code of the United States, and area, district
// and sector of one of the United Kingdom (SW1A 1AA is sw1a1); others lose their
// blanks. [doc custom-audience-users]
func normalZip(value string) (string, bool) {
	value = strings.ToLower(strings.ReplaceAll(value, " ", ""))
	if head, _, ok := strings.Cut(value, "-"); ok && len(head) == 5 && allDigits(head) {
		value = head
	}
	if n := len(value); n >= 5 && n <= 7 && isLetter(value[0]) && isDigit(rune(value[n-3])) && isLetter(value[n-2]) && isLetter(value[n-1]) {
		value = value[:n-2]
	}
	return value, value != "" && len(value) <= 16
}

func keepOnly(s string, keep func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if keep(r) {
			return r
		}
		return -1
	}, s)
}

func isLetter(b byte) bool        { return b >= 'a' && b <= 'z' }
func isDigit(r rune) bool         { return r >= '0' && r <= '9' }
func isLetterOrSpace(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func allDigits(s string) bool { return keepOnly(s, isDigit) == s && s != "" }
