package app

import (
	"context"
	"net/url"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// linking answers somebody who comes back from logging in at an app: with an
// authorization_code their account is linked, without one it is not. [doc account
// linking; what the page says guess]
func (g *Graph) linking(ctx context.Context, in *graph.In, out *graph.Out) {
	_, query, _ := strings.Cut(in.Target, "?")
	q, err := url.ParseQuery(query)
	status, says := 400, "This link is not valid any more. Go back to Messenger and log in again."
	code := q.Get("authorization_code")
	switch {
	case in.Method != "GET":
		status, says = 405, "This page is opened with GET."
	case err == nil:
		ok, err := g.World.LinkAccount(ctx, q.Get("account_linking_token"), code)
		switch {
		case err != nil:
			g.set.Log.Error("account linking failed", "err", err)
			status, says = 503, "The service is temporarily unavailable."
		case ok && code == "":
			status, says = 200, "Your account was not linked. You can close this window."
		case ok:
			status, says = 200, "Your account is linked. You can close this window."
		}
	}
	out.Status = status
	out.Header = append(out.Header, graph.HeaderPair{Name: "Content-Type", Value: "text/html; charset=utf-8"}, graph.HeaderPair{Name: "Cache-Control", Value: "no-store"},
		graph.HeaderPair{Name: "Referrer-Policy", Value: "no-referrer"}, graph.HeaderPair{Name: "X-Content-Type-Options", Value: "nosniff"},
		graph.HeaderPair{Name: "Content-Security-Policy", Value: "default-src 'none'; frame-ancestors 'none'"})
	out.Body = append(out.Body, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Account linking</title><p>`...)
	out.Body = append(append(out.Body, says...), "</p></html>\n"...)
}
