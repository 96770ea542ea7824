package world

import (
	"fmt"

	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/people"
)

// redirects reads where a login may lead back to: a list.
func (p *parser) redirects(v *node, to *people.App) {
	for _, item := range p.list(v, "redirect_uris") {
		s, ok := p.text(item, "redirect_uris")
		if !ok {
			continue
		}
		if err := checkRedirects([]string{s}); err != nil {
			p.wrong(item, "", "%v", err)
			continue
		}
		to.Redirects = append(to.Redirects, s)
	}
}

func checkRedirects(list []string) error {
	for _, uri := range list {
		if !login.ValidRedirect(uri) {
			return fmt.Errorf("%q is no address to redirect to: it takes an absolute URL without a fragment, a name or a password", uri)
		}
	}
	return nil
}
