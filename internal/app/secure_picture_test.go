package app

import (
	"net/url"
	"strings"
	"testing"
)

// return_ssl_resources has the addresses of pictures begin with https, wherever a call has
// one: 0 and none are as the server is. The rest of the address is the same, and a server
// whose addresses are https anyway changes nothing. [guess]
func TestPicturesOverHTTPS(t *testing.T) {
	for _, base := range []string{"http://localhost:8080", "https://graph.example"} {
		l := openLab(t, Settings{PublicURL: base},
			"apps: {demo: {}}\npages: {shop: {app: demo}}\npeople: {ana: {first_name: Ana, apps: [demo], contacts: {shop: message}}}\n")
		shop, ana := l.ids.Pages["shop"], l.ids.People["ana"]
		batch := "/v2.10/?access_token=" + ana.Tokens["demo"] + "&include_headers=false&batch="
		for _, target := range []string{
			"/v2.10/me?fields=picture{url}&access_token=" + ana.Tokens["demo"],
			"/v2.10/me/picture?redirect=0&access_token=" + ana.Tokens["demo"],
			"/v2.10/me/picture?access_token=" + ana.Tokens["demo"],
			"/v2.10/" + ana.ASIDs["demo"] + "/picture?type=large",
			"/v2.10/?ids=" + ana.ASIDs["demo"] + "&fields=picture&access_token=" + ana.Tokens["demo"],
			"/v25.0/" + shop.PSIDs["ana"] + "?fields=profile_pic&access_token=" + shop.Token,
			batch,
		} {
			read := func(secure string) string {
				q := question{target: target + secure}
				if target == batch {
					q.method, q.target = "POST", target+url.QueryEscape(`[{"relative_url":"me?fields=picture{url}`+secure+`"}]`)
				}
				got := l.put(q)
				body := strings.ReplaceAll(got.body, `\`, "")
				for _, h := range got.header {
					if h.Name == "Location" {
						body += h.Value
					}
				}
				return body
			}
			plain, asked := read("&return_ssl_resources=0"), read("&return_ssl_resources=1")
			if !strings.Contains(plain, base) {
				t.Errorf("%s has no address: %s", target, plain)
			}
			if want := strings.ReplaceAll(plain, base, "https://"+base[strings.Index(base, "://")+3:]); asked != want {
				t.Errorf("%s\n got %s\nwant %s", target, asked, want)
			}
		}
	}
}
