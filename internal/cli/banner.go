package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/app"
	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/proxy"
	"github.com/kithgraph/kith/internal/world"
)

// A banner is what serve prints once it answers, to a terminal or not.
type banner struct {
	Version    string `json:"version"`
	Mode       string `json:"mode"`
	World      string `json:"world,omitempty"` // loaded at this start
	People     int    `json:"people"`          // at most 10,000 are counted
	Pages      int    `json:"pages"`
	Apps       int    `json:"apps"`
	Store      string `json:"store"`
	StartMS    int64  `json:"start_ms"`
	URL        string `json:"url"`
	HTTPS      string `json:"https_url"`         // with a certificate that nobody vouches for
	TLSURL     string `json:"tls_url,omitempty"` // with one of the local CA
	CA         string `json:"ca,omitempty"`
	ControlURL string `json:"control_url"`
	AdminFile  string `json:"admin_file,omitempty"`
	Note       string `json:"note,omitempty"`
	Page       string `json:"page,omitempty"`
	PageToken  string `json:"page_token,omitempty"`
	Curl       string `json:"curl,omitempty"`       // succeeds as it is
	CurlEmpty  string `json:"curl_empty,omitempty"` // succeeds, and answers {}
	Next       string `json:"next,omitempty"`       // what makes the second one answer
}

// newBanner gathers what to print. A server prints no tokens: its output ends
// up in logs.
func newBanner(ctx context.Context, cfg *config.Config, s *app.Server) (*banner, error) {
	b := &banner{
		Version: app.Version, Mode: cfg.Mode, World: s.Loaded, Store: s.Store, StartMS: s.Took.Milliseconds(),
		URL: s.URL, HTTPS: "https://" + strings.TrimPrefix(s.URL, "http://"), ControlURL: s.ControlURL, AdminFile: s.AdminFile,
	}
	if s.TLSURL != "" {
		b.TLSURL, b.CA = s.TLSURL, proxy.CertFile(cfg.CAFolder())
	}
	ids, err := s.Graph.World.IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the world: %w", err)
	}
	b.People, b.Pages, b.Apps = len(ids.People), len(ids.Pages), len(ids.Apps)
	if s.Loaded == "" && cfg.World != "" {
		b.Note = fmt.Sprintf("The store has a world already, so %s was not loaded. Add it with: kith world import %s", cfg.World, cfg.World)
	}
	if !cfg.IsServer() {
		b.example(ids, func(node, fields string) string {
			c := engine.Call{Method: "GET", ID: node, Fields: fields, Version: cfg.DefaultVersion, Now: s.Graph.Clock.Now()}
			c.Cred.Token = b.PageToken
			body, err := s.Graph.Engine.Read(ctx, &c, nil)
			if err != nil {
				return ""
			}
			return string(body)
		}, cfg.DefaultVersion.String())
	}
	return b, nil
}

// example picks calls that succeed, by trying them: those of the demo world's
// people where they stand as they did in the beginning, else of a Page about
// itself.
func (b *banner) example(ids *world.IDs, read func(node, fields string) string, version string) {
	page, known := ids.Pages["shop"]
	b.Page = "shop"
	if !known && len(ids.Pages) > 0 {
		b.Page = slices.Min(slices.Collect(maps.Keys(ids.Pages)))
		page = ids.Pages[b.Page]
	}
	if b.PageToken = page.Token; b.PageToken == "" {
		b.Page = ""
		return
	}
	curl := func(node, fields string) string {
		return fmt.Sprintf("curl '%s/%s/%s?fields=%s&access_token=%s'", b.URL, version, node, fields, url.QueryEscape(b.PageToken))
	}
	const fields, empty = "first_name,last_name,profile_pic", "{}"
	alice, carl := page.PSIDs["alice"], page.PSIDs["carl"]
	if alice != "" && len(read(alice, fields)) > len(empty) {
		b.Curl = curl(alice, fields)
	} else if read("me", "id,name") != "" {
		b.Curl = curl("me", "id,name")
	}
	if carl != "" && read(carl, fields) == empty {
		b.CurlEmpty = curl(carl, fields)
		b.Next = "kith act carl on " + b.Page + " message"
	}
}

// write prints the banner for people.
func (b *banner) write(w io.Writer) {
	line := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	what := "the world of the store"
	if b.World != "" {
		what = fmt.Sprintf("world %q", b.World)
	}
	line("kith %s  %s, %s (%s, %s, %s), %s, %d ms", b.Version, b.Mode, what, b.people(), many(b.Pages, "Page"), many(b.Apps, "app"), b.where(), b.StartMS)
	line("")
	line("  Graph      %s", b.URL)
	line("             %s (self-signed certificate)", b.HTTPS)
	if b.TLSURL != "" {
		line("             %s (certificates of %s)", b.TLSURL, b.CA)
	}
	line("  Control    %s/_/", b.ControlURL)
	if b.AdminFile != "" {
		line("  Admin      credential in %s", b.AdminFile)
	}
	if b.PageToken != "" {
		line("  Page token %s (%s)", b.PageToken, b.Page)
	}
	if b.Note != "" {
		line("")
		line("%s", b.Note)
	}
	if b.Curl != "" {
		line("")
		line("Try it:")
		line("  %s", b.Curl)
	}
	if b.CurlEmpty != "" {
		line("")
		line("Carl has not opted in, so this answers {}:")
		line("  %s", b.CurlEmpty)
		line("Let him write to the shop, and ask again:")
		line("  %s", b.Next)
	}
	line("")
	line("Ctrl-C stops.")
}

// counted is as many people as a start counts.
const counted = 10_000

func (b *banner) people() string {
	if b.People >= counted {
		return fmt.Sprintf("%d or more people", counted)
	}
	return many(b.People, "person")
}

func (b *banner) where() string {
	if b.Store == "memory" {
		return "in memory"
	}
	if strings.HasPrefix(b.Store, "postgres://") {
		return "store " + b.Store
	}
	return "embedded store " + b.Store
}
