package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// SignRequest makes a signed_request of a payload, a JSON object that names the
// algorithm: the MAC of the encoded text, a dot and that text, both base64url
// without padding. [code PHPSDK, HUANDU]
func SignRequest(secret string, payload []byte) string {
	text := base64.RawURLEncoding.EncodeToString(payload)
	return base64.RawURLEncoding.EncodeToString(requestMAC(secret, text)) + "." + text
}

func requestMAC(secret, text string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return h.Sum(nil)
}

var errSigned = errors.New("this is no signed_request of the app")

// maxSigned bounds a signed_request. [own]
const maxSigned = 16 << 10

// ParseSignedRequest returns the payload of a signed_request that was made with
// the secret. No other algorithm than HMAC-SHA256 is taken. [code PHPSDK, HUANDU]
func ParseSignedRequest(secret, text string) ([]byte, error) {
	mac, body, ok := strings.Cut(text, ".")
	if !ok || secret == "" || len(text) > maxSigned {
		return nil, errSigned
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(mac)
	if err != nil || !hmac.Equal(given, requestMAC(secret, body)) {
		return nil, errSigned
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil {
		return nil, errSigned
	}
	var said struct {
		Algorithm string `json:"algorithm"`
	}
	if json.Unmarshal(payload, &said) != nil || !strings.EqualFold(said.Algorithm, "HMAC-SHA256") {
		return nil, errSigned
	}
	return payload, nil
}
