package port

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A sink takes a response and forgets it.
type sink struct{ h http.Header }

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) WriteHeader(int)             { clear(s.h) }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

const profile = `{"first_name":"Ana","last_name":"Lima","id":"4012345678901234"}`

func core(_ context.Context, in *In, out *Out) {
	out.Status = 200
	out.Header = append(out.Header, HeaderPair{Name: "Content-Type", Value: "application/json; charset=UTF-8"},
		HeaderPair{Name: "ETag", Value: `"5d41402abc4b2a76b9719d911017c592"`}, HeaderPair{Name: "facebook-api-version", Value: "v25.0"},
		HeaderPair{Name: "x-fb-trace-id", Value: in.Header("X-Probe")})
	out.Body = append(out.Body, profile...)
}

// bare writes the same answer the way a handler is usually written.
func bare(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Content-Type"] = []string{"application/json; charset=UTF-8"}
	h["ETag"] = []string{`"5d41402abc4b2a76b9719d911017c592"`}
	h["facebook-api-version"] = []string{"v25.0"}
	h["x-fb-trace-id"] = []string{r.Header.Get("X-Probe")}
	w.WriteHeader(200)
	w.Write([]byte(profile))
}

// One for the values of all headers; what the core appends is kept memory.
func TestAdaptAllocatesOnce(t *testing.T) {
	if raceDetector {
		t.Skip("allocations differ under the race detector")
	}
	h := Adapt(context.Background(), Bodies{}, core)
	w := &sink{http.Header{}}
	r := httptest.NewRequest("GET", "/me", nil)
	if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) }); n > 1 {
		t.Errorf("%v allocations, want 1 at most", n)
	}
}

func BenchmarkAdapt(b *testing.B) {
	for _, bb := range []struct {
		name string
		h    http.Handler
	}{{"bare", http.HandlerFunc(bare)}, {"adapted", Adapt(context.Background(), Bodies{}, core)}} {
		b.Run(bb.name, func(b *testing.B) {
			w := &sink{http.Header{}}
			r := httptest.NewRequest("GET", "/me", nil)
			b.ReportAllocs()
			for b.Loop() {
				bb.h.ServeHTTP(w, r)
			}
		})
	}
}
