// Package access turns a token into a Viewer: who asks, through which app and
// for which Page, Instagram account or person. It owns tokens, their secrets
// and their ways to die, and refuses to know what the Viewer asks for.
//
// Stored by this package:
//
//	object  token                            Token: kind, app, subject, permissions, expiry, reason of death
//	object  code                             Code: what a login hands to an app, good for one exchange
//	key     token/<SHA-256 of the text>      -> token or code; the text itself is kept nowhere
//	assoc   subject -token_of_subject-> token  so that a person's tokens and codes are found
package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"strconv"
	"strings"
	"sync"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// Keys are what a master key gives: the MAC of tokens and the PRF of IDs.
type Keys struct {
	mac  []byte
	hash sync.Pool // of MACs with that key, for labels
	prf  cipher.Block
	page cipher.Block // of the tokens that sessions give for Pages
	seal cipher.AEAD
}

// DemoKey is the well-known master key of emulator mode, the same on every
// machine, so that the same world has the same IDs and tokens everywhere.
// Server mode refuses it.
const DemoKey = "kith demo key, known to everyone"

// NewKeys derives the keys from a master key of 32 bytes.
func NewKeys(master []byte) (*Keys, error) {
	mac, err := hkdf.Key(sha256.New, master, nil, "kith token mac", 32)
	if err != nil {
		return nil, err
	}
	k := &Keys{mac: mac}
	k.hash.New = func() any { return hmac.New(sha256.New, mac) }
	if k.prf, err = newBlock(master, "kith ids"); err != nil {
		return nil, err
	}
	if k.page, err = newBlock(master, "kith page sessions"); err != nil {
		return nil, err
	}
	if k.seal, err = newSeal(master); err != nil {
		return nil, err
	}
	return k, nil
}

func newBlock(master []byte, label string) (cipher.Block, error) {
	key, err := hkdf.Key(sha256.New, master, nil, label, 16)
	if err != nil {
		return nil, err
	}
	return aes.NewCipher(key)
}

func newSeal(master []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, master, nil, "kith secrets", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal enciphers a secret for the store, so that a stolen file gives none. The
// nonce follows from owner and secret: equal pairs seal equally and no others,
// which keeps worlds reproducible.
func (k *Keys) Seal(owner, secret string) []byte {
	label := k.Label("seal", owner, secret)
	nonce := label[:k.seal.NonceSize()]
	return k.seal.Seal(append([]byte(nil), nonce...), nonce, []byte(secret), []byte(owner))
}

// Open deciphers what Seal made for the same owner.
func (k *Keys) Open(owner string, sealed []byte) (string, error) {
	n := k.seal.NonceSize()
	if len(sealed) < n {
		return "", errSealed
	}
	secret, err := k.seal.Open(nil, sealed[:n], sealed[n:], []byte(owner))
	if err != nil {
		return "", errSealed
	}
	return string(secret), nil
}

var errSealed = errors.New("a secret in the store was sealed with another master key")

// PRF maps a 16-byte input to a pseudo-random block.
func (k *Keys) PRF(in [16]byte) (out [16]byte) {
	k.prf.Encrypt(out[:], in[:])
	return out
}

// Label maps a label to a pseudo-random block; equal labels give equal blocks.
func (k *Keys) Label(parts ...string) (out [16]byte) {
	var room [256]byte
	text := room[:0]
	for _, p := range parts {
		text = binary.BigEndian.AppendUint64(text, uint64(len(p)))
		text = append(text, p...)
	}
	h := k.hash.Get().(hash.Hash)
	defer k.hash.Put(h)
	h.Reset()
	h.Write(text)
	copy(out[:], h.Sum(text[:0]))
	return out
}

const (
	bodyLen = 1 + 8 + 16 // marker, app id << 2, random
	macLen  = 16
)

// Mint makes the text of a token: "EAA..." (or "IGAA..." for Instagram) with
// the app's ID readable inside, ending "ZD". [own, 49 of 49 tokens of a KOALA recording]
func (k *Keys) Mint(instagram bool, appID string, random [16]byte) string {
	raw := make([]byte, bodyLen, bodyLen+macLen)
	if !instagram {
		raw[0] = 0x10
	}
	id, _ := strconv.ParseUint(appID, 10, 62)
	binary.BigEndian.PutUint64(raw[1:], id<<2)
	copy(raw[9:], random[:])
	raw = append(raw, k.sign(raw)...)
	text := zEscaper.Replace(base64.StdEncoding.EncodeToString(raw))
	if instagram {
		return "IG" + text
	}
	return text
}

// MintPage makes the token of a Page that the session of a person gives. It holds
// both, enciphered, so that nothing has to be stored of it, and every server says
// the same one.
func (k *Keys) MintPage(appID string, session, page store.ID) string {
	var block [16]byte
	binary.BigEndian.PutUint64(block[:8], uint64(session))
	binary.BigEndian.PutUint64(block[8:], uint64(page))
	k.page.Encrypt(block[:], block[:])
	return k.Mint(false, appID, block)
}

// OpenPage finds what MintPage put into a genuine token. Of another token it makes
// numbers that lead nowhere.
func (k *Keys) OpenPage(text string) (session, page store.ID) {
	raw, err := base64.StdEncoding.DecodeString(zUnescaper.Replace(text))
	if err != nil || len(raw) != bodyLen+macLen || raw[0] != 0x10 {
		return 0, 0
	}
	var block [16]byte
	k.page.Decrypt(block[:], raw[9:bodyLen])
	return store.ID(binary.BigEndian.Uint64(block[:8])), store.ID(binary.BigEndian.Uint64(block[8:]))
}

func (k *Keys) sign(body []byte) []byte {
	h := hmac.New(sha256.New, k.mac)
	h.Write(body)
	return h.Sum(nil)[:macLen]
}

// AppToken is the app token that client_credentials answers: the ID and 27
// characters that follow from the secret and die with it. [seen KOALA; how they
// are made is own]
func (k *Keys) AppToken(app *people.App) string { return app.PublicID + "|" + k.appMark(app) }

func (k *Keys) appMark(app *people.App) string {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte("app token\x00" + app.PublicID + "\x00" + app.Secret))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:20])
}

// ClientToken is the token of an app's programs that keep no secret: the ID and 32
// characters that never change. [doc access-tokens; code ANDROID; how they are made is own]
func (k *Keys) ClientToken(app *people.App) string { return app.PublicID + "|" + k.clientMark(app) }

func (k *Keys) clientMark(app *people.App) string {
	mark := k.Label("client token", app.PublicID)
	return hex.EncodeToString(mark[:])
}

// OpensClient reports whether text is what a client token has behind the bar.
func (k *Keys) OpensClient(app *people.App, text string) bool {
	return subtle.ConstantTimeCompare([]byte(k.clientMark(app)), []byte(text)) == 1
}

// OpensApp reports whether text is what an app token has behind the bar.
func (k *Keys) OpensApp(app *people.App, text string) bool {
	secret := subtle.ConstantTimeCompare([]byte(app.Secret), []byte(text))
	mark := subtle.ConstantTimeCompare([]byte(k.appMark(app)), []byte(text))
	return app.Secret != "" && secret|mark == 1
}

// AppOf is the ID of the app that a genuine token names.
func AppOf(text string) string {
	raw, err := base64.StdEncoding.DecodeString(zUnescaper.Replace(strings.TrimPrefix(text, "IG")))
	if err != nil || len(raw) < 9 {
		return ""
	}
	return strconv.FormatUint(binary.BigEndian.Uint64(raw[1:])>>2, 10)
}

// Genuine reports whether text is a token this server could have minted, which
// costs no read.
func (k *Keys) Genuine(text string) bool {
	body, instagram := strings.CutPrefix(text, "IG")
	raw, err := base64.StdEncoding.Strict().DecodeString(zUnescaper.Replace(body))
	if err != nil || len(raw) != bodyLen+macLen || (raw[0] == 0x10) == instagram {
		return false
	}
	if subtle.ConstantTimeCompare(k.sign(raw[:bodyLen]), raw[bodyLen:]) != 1 {
		return false
	}
	// One text a token: the escaping is not unique by itself.
	return zEscaper.Replace(base64.StdEncoding.EncodeToString(raw)) == body
}

// leastNamed and mostNamed are how long a text is that is taken for a token, and that an
// error names. [own]
const leastNamed, mostNamed = 20, 300

// noToken says what is wrong with a text that is no token, by its form alone: whether it
// looks like one, and is whole. [own, for the years that told them apart]
func noToken(text string) *graph.Error {
	if !strings.HasPrefix(text, "EAA") || len(text) < leastNamed || len(text) > mostNamed || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return graph.ErrBadToken
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(zUnescaper.Replace(text))
	if err != nil || len(raw) < bodyLen+macLen {
		return graph.ErrMalformedToken.Args(text)
	}
	return graph.ErrUndecrypted
}

// The token alphabet: every Z is written ZA, and ZB, ZC, ZD stand for the three
// characters that are no letters or digits. [own; ZB and ZC guess]
var (
	zEscaper   = strings.NewReplacer("Z", "ZA", "+", "ZB", "/", "ZC", "=", "ZD")
	zUnescaper = strings.NewReplacer("ZA", "Z", "ZB", "+", "ZC", "/", "ZD", "=")
)

// Hash is what the store knows a token by.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return string(sum[:])
}

// Proof is the appsecret_proof of a token: lower-case hex of HMAC-SHA256 with
// the app secret as key and the token as message. [doc secure-requests]
func Proof(secret, token string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(token))
	return hex.EncodeToString(h.Sum(nil))
}
