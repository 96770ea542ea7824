package port

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestLoopback(t *testing.T) {
	h := Loopback(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for addr, want := range map[string]int{
		"127.0.0.1:1": 204, "[::1]:1": 204, "[::ffff:127.0.0.1]:1": 204,
		"10.0.0.1:1": 403, "[2001:db8::1]:1": 403, "": 403, "localhost": 403,
	} {
		r := httptest.NewRequest("GET", "/_/api/ids", nil)
		r.RemoteAddr = addr
		r.Header.Set("X-Forwarded-For", "127.0.0.1")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%q: %d, want %d", addr, w.Code, want)
		}
	}
}
