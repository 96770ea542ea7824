package port

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// A held server answers only when told to.
type held struct {
	entered, release chan struct{}
}

func (h held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.entered <- struct{}{}
	<-h.release
	io.WriteString(w, "done")
}

func TestShutdownFinishesWhatIsInFlight(t *testing.T) {
	h := held{make(chan struct{}), make(chan struct{})}
	addr, s := start(t, withTLS(Options{Handler: h}))

	urls := []string{"http://" + addr, "https://" + addr}
	got := make(chan string, len(urls))
	for i, url := range urls {
		go func() {
			resp, err := client(t, i == 1).Get(url)
			if err != nil {
				got <- err.Error()
				return
			}
			defer resp.Body.Close()
			b, _ := io.ReadAll(resp.Body)
			got <- string(b)
		}()
		<-h.entered
	}
	silent := dial(t, addr)

	down := make(chan error, 1)
	go func() { down <- s.Shutdown(context.Background()) }()
	// A connection that has said nothing ends, and the listener with it, in
	// either order.
	if _, err := silent.Read(make([]byte, 1)); err == nil {
		t.Error("a silent connection got an answer")
	}
	untilRefused(t, addr)
	select {
	case err := <-down:
		t.Fatalf("Shutdown returned before the calls had ended: %v", err)
	default:
	}
	close(h.release)
	for range urls {
		if b := <-got; b != "done" {
			t.Errorf("call in flight: %q, want done", b)
		}
	}
	if err := <-down; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// untilRefused dials until nobody listens.
func untilRefused(t *testing.T, addr string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		c.Close()
		if time.Now().After(end) {
			t.Fatal("still listening during the drain")
		}
	}
}

func TestShutdownCutsWhenTimeIsUp(t *testing.T) {
	h := held{make(chan struct{}), make(chan struct{})}
	addr, s := start(t, Options{Handler: h})
	c := dial(t, addr)
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	<-h.entered

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v, want %v", err, context.DeadlineExceeded)
	}
	if b, _ := io.ReadAll(c); len(b) != 0 {
		t.Errorf("the call was answered: %q", b)
	}
	close(h.release)
}
