package plugin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// life is how long a page, a session or a webview is good for, in seconds of the
// world's clock. [own]
const life = int64(3600)

// seal makes a text that nobody else can make or read, good for a purpose and a while.
func (d *Desk) seal(purpose string, parts ...string) string {
	text, _ := json.Marshal(append([]string{strconv.FormatInt(d.opt.Now().Unix()+life, 10)}, parts...)) // texts always have a form
	return base64.RawURLEncoding.EncodeToString(d.opt.Keys.Seal("plugin "+purpose, string(text)))
}

// unseal gives back as many parts as were sealed, nil for a text that was not made
// here for this, or too long ago.
func (d *Desk) unseal(purpose, text string, parts int) []string {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil
	}
	plain, err := d.opt.Keys.Open("plugin "+purpose, raw)
	if err != nil {
		return nil
	}
	var list []string
	if json.Unmarshal([]byte(plain), &list) != nil || len(list) != parts+1 {
		return nil
	}
	until, err := strconv.ParseInt(list[0], 10, 64)
	if err != nil || d.opt.Now().Unix() >= until {
		return nil
	}
	return list[1:]
}

// ticket is what the forms of a page carry: only who was shown the page has it.
func (c *call) ticket() string { return c.d.seal("page", digest(c.in.Target)) }

func (c *call) genuine() bool {
	got := c.d.unseal("page", c.form.Get("ticket"), 1)
	return got != nil && got[0] == digest(c.in.Target)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
