package port

import (
	"net/http"
	"strings"
)

// Route sends paths that begin with prefix to reserved and all others to rest.
// Paths are compared as received: an escaped or doubled slash does not reach
// the reserved handler. A nil reserved handler answers 404.
func Route(prefix string, reserved, rest http.Handler) http.Handler {
	if reserved == nil {
		reserved = http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if target, ok := originForm(r.RequestURI); ok && strings.HasPrefix(target, prefix) {
			reserved.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}
