package cli

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Who asks an address where no kith, or none that can be believed, is told so.
func TestClientsAreToldWhatIsWrong(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }))
	defer other.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	tests := []struct {
		name, url, want string
		code            int
	}{
		{"another server", other.URL, "is it kith, and its control plane?", exitFailed},
		{"a certificate of its own", secure.URL, "ask it over http", exitFailed},
		{"a path", other.URL + "/v25.0", "without a path", exitUsage},
		{"no URL", "localhost", "is not a URL", exitInvalid},
	}
	for _, tt := range tests {
		var errs strings.Builder
		r := &Run{Args: []string{"act", "ana", "on", "shop", "message", "--url", tt.url}, Out: io.Discard, Err: &errs, Environ: []string{"HOME=" + t.TempDir()}}
		if code := r.Exec(t.Context()); code != tt.code || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%s: code %d, %s", tt.name, code, errs.String())
		}
	}
}
