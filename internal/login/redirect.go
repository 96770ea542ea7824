package login

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// desktopPage is where apps without a server are sent; all may use it. [doc manual login flow]
const desktopPage = "https://www.facebook.com/connect/login_success.html"

// Allowed reports whether an app may be answered at an address: one of those it
// names, byte for byte, and where it names none or is in development any address
// of this machine. [doc login security; the machine's guess]
func Allowed(app *people.App, uri string) bool {
	if !ValidRedirect(uri) {
		return false
	}
	if slices.Contains(app.Redirects, uri) || uri == desktopPage || uri == "fb"+app.PublicID+"://authorize" {
		return true
	}
	return (len(app.Redirects) == 0 || app.Mode == graph.ModeDevelopment) && local(uri)
}

// ValidRedirect reports whether an address can be redirected to at all: absolute,
// without a fragment or a name and password, and in characters that a header
// line may have.
func ValidRedirect(uri string) bool {
	const longest = 2048
	if len(uri) > longest || strings.ContainsFunc(uri, func(c rune) bool { return c <= ' ' || c >= 0x7f }) || strings.ContainsAny(uri, `"<>\^{|}#`+"`") {
		return false
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "javascript", "data", "vbscript", "file", "blob":
		return false
	}
	return true
}

func local(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// An outcome is what a login gives the app.
type outcome struct {
	code, token       string
	left, data        int64 // seconds of the token, and when data access ends
	granted, declined []string
}

// location is where the browser goes with it. A code goes in the query, a token
// in the fragment, and both together there. [doc manual login flow; order guess]
func (req *request) location(o *outcome) string {
	var p []string
	if req.token {
		p = append(p, "access_token="+url.QueryEscape(o.token), "data_access_expiration_time="+strconv.FormatInt(o.data, 10),
			"expires_in="+strconv.FormatInt(o.left, 10))
	}
	if req.lists {
		p = append(p, "granted_scopes="+url.QueryEscape(strings.Join(o.granted, ",")), "denied_scopes="+url.QueryEscape(strings.Join(o.declined, ",")))
	}
	if req.code {
		p = append(p, "code="+url.QueryEscape(o.code))
	}
	return req.leave(p, req.token)
}

// refused is where the browser goes when the person does not want to. [doc manual
// login flow; order seen omniauth-facebook#124]
func (req *request) refused() string {
	if req.instagram {
		return req.leave([]string{"error=access_denied", "error_reason=user_denied", "error_description=The+user+denied+your+request"}, false)
	}
	return req.leave([]string{"error=access_denied", "error_code=200", "error_description=Permissions+error", "error_reason=user_denied"}, false)
}

// leave puts parameters behind the address of the app. A bare redirect ends with
// a fragment, so that the browser keeps none of its own. [guess]
func (req *request) leave(p []string, fragment bool) string {
	if req.stated {
		p = append(p, "state="+url.QueryEscape(req.state))
	}
	text := strings.Join(p, "&")
	if fragment {
		return req.redirect + "#" + text
	}
	sep := "?"
	switch {
	case strings.HasSuffix(req.redirect, "?"), strings.HasSuffix(req.redirect, "&"):
		sep = ""
	case strings.Contains(req.redirect, "?"):
		sep = "&"
	}
	tail := "#_=_"
	if req.instagram {
		tail = "#_" // [doc business login for instagram]
	}
	return req.redirect + sep + text + tail
}
