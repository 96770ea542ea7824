package app

import (
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/access"
)

// T-TOK-05 on one server: once an invalidation is acknowledged, none of a
// thousand calls that begin later gets through, however warm the token was.
func TestNoCallAfterAnInvalidation(t *testing.T) {
	for name, set := range map[string]Settings{"memory": {}, "sqlite": {Path: t.TempDir() + "/kith.db"}} {
		t.Run(name, func(t *testing.T) {
			l := openLab(t, set, "pages: {shop: {}}\npeople: {ana: {first_name: Ana, contacts: {shop: message}}}\n")
			shop := l.ids.Pages["shop"]
			target := "/v25.0/" + shop.PSIDs["ana"] + "?fields=first_name&access_token=" + shop.Token
			var wg sync.WaitGroup
			stop := make(chan struct{})
			for range 4 { // keep it warm while it dies
				wg.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
							serveOnce(l.Graph, target)
						}
					}
				})
			}
			if out := serveOnce(l.Graph, target); out.Status != 200 {
				t.Fatalf("before: %d %s", out.Status, out.Body)
			}
			if err := l.World.InvalidateToken(t.Context(), shop.Token, access.RevokedByAPI.String()); err != nil {
				t.Fatal(err)
			}
			var calls sync.WaitGroup
			for range 8 {
				calls.Go(func() {
					for range 125 {
						if out := serveOnce(l.Graph, target); out.Status != 400 {
							t.Errorf("after: %d %s", out.Status, out.Body)
						}
					}
				})
			}
			calls.Wait()
			close(stop)
			wg.Wait()
		})
	}
}
