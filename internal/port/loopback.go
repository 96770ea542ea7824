package port

import (
	"net"
	"net/http"
)

// Loopback lets only clients on this machine reach h; others get 403. It looks
// at the address of the connection, which no header can change.
func Loopback(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			refuse(w, http.StatusForbidden, "The control plane is for this machine only.")
			return
		}
		h.ServeHTTP(w, r)
	})
}
