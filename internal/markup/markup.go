// Package markup writes pages for browsers: texts stay texts, and every answer
// carries headers that let nothing happen which the page does not name. It refuses
// to know what a page is about.
package markup

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/url"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Style is the style of pages that are read by people.
const Style = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1c1e21;background:#fff}
h1{font-size:1.4rem}button,input{font:inherit;padding:.4rem .8rem;margin:.2rem 0}
li{list-style:none}ul{padding:0}small{color:#606770}label{display:block}
@media(prefers-color-scheme:dark){body{color:#e4e6eb;background:#18191a}small{color:#b0b3b8}}`

// Raw is markup. Any other text of a page is escaped.
type Raw string

// End ends a page.
const End = Raw("</body></html>\n")

// A Page is an answer as it is written. The templates of the library would keep
// every exported method in the program, used or not: six megabytes for four pages.
type Page struct{ Bytes []byte }

// Put writes markup as it is, and texts so that they stay texts, also between
// double quotes.
func (p *Page) Put(parts ...any) {
	for _, part := range parts {
		switch s := part.(type) {
		case Raw:
			p.Bytes = append(p.Bytes, s...)
		case string:
			p.Bytes = append(p.Bytes, html.EscapeString(s)...)
		}
	}
}

// Top begins a page with a title, in a style.
func (p *Page) Top(title string, style Raw) {
	p.Put(Raw(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>`), title, Raw("</title><style>")+style+Raw("</style></head><body>"))
}

// Source is how a policy names a style or script inside the page.
func Source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Headers are those of every answer to a browser. Nothing lets another origin read
// it.
func Headers(policy string) []graph.HeaderPair {
	return []graph.HeaderPair{
		{Name: "Cache-Control", Value: "no-store"},
		{Name: "Content-Security-Policy", Value: policy},
		{Name: "Referrer-Policy", Value: "no-referrer"},
		{Name: "X-Content-Type-Options", Value: "nosniff"},
	}
}

// SameOrigin refuses what another page makes a browser send. Clients that are no
// browsers say nothing of where they come from.
func SameOrigin(in *graph.In) bool {
	if site := in.Header("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	origin := in.Header("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, in.Host)
}
