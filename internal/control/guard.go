package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// headers are on every answer, refusals too.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// admit asks for the admin credential in server mode, before anything else is
// looked at, so that a stranger learns not even which paths exist.
func (p *plane) admit(next http.Handler) http.Handler {
	if !p.server() {
		return next
	}
	want := sha256.Sum256([]byte(p.Admin))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == healthz || r.URL.Path == readyz {
			next.ServeHTTP(w, r)
			return
		}
		scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(text)))
		same := subtle.ConstantTimeCompare(want[:], got[:]) == 1
		if p.Admin == "" || !strings.EqualFold(scheme, "Bearer") || !same {
			w.Header().Set("WWW-Authenticate", `Bearer realm="kith control"`)
			refuse(w, http.StatusUnauthorized, "The control plane needs the admin credential.",
				"Send it as Authorization: Bearer ...; it is KITH_ADMIN_TOKEN or in admin.token of the data folder.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a web page of another origin makes a browser send.
func sameOrigin(next http.Handler) http.Handler {
	c := http.NewCrossOriginProtection()
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "Requests from other origins change nothing here.", "")
	}))
	return c.Handler(next)
}

// index lists the paths that there are, with their methods.
func index(routes map[string]route) http.HandlerFunc {
	paths := map[string][]string{}
	for path, r := range routes {
		paths[path] = slices.Sorted(maps.Keys(r.methods))
	}
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, map[string]any{"paths": paths}) }
}

// route finds the handler of the method, and bounds the body.
func (p *plane) route(rt route) http.Handler {
	allowed := slices.Sorted(maps.Keys(rt.methods))
	if rt.methods[http.MethodGet] != nil {
		allowed = slices.Insert(allowed, 1, http.MethodHead)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		h := rt.methods[method]
		if h == nil {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			refuse(w, http.StatusMethodNotAllowed, r.Method+" is not for this path.", "Use "+strings.Join(allowed, " or ")+".")
			return
		}
		limit := int64(maxBody)
		if strings.HasSuffix(r.URL.Path, "/import") || strings.HasSuffix(r.URL.Path, "/reset") ||
			strings.HasSuffix(r.URL.Path, "/api/act") { // files may come with it
			limit = maxImport
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		h(w, r)
	})
}

// NoRoute is said where nothing is.
const NoRoute = "There is nothing at this path."

func noRoute(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusNotFound, NoRoute, "")
}

// Media types of bodies.
const (
	jsonType  = "application/json"
	yamlType  = "application/yaml"
	linesType = "application/x-ndjson"
)

// mediaType is the type of the body, its other spellings made one; "" for a
// type that is not taken.
func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	switch t {
	case jsonType, yamlType, linesType:
		return t
	case "application/x-yaml", "text/yaml", "text/x-yaml":
		return yamlType
	case "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return linesType
	}
	return ""
}
