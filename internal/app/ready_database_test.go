package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// ownCluster starts a PostgreSQL that the test may stop.
func ownCluster(t *testing.T) (*pgtest.Cluster, string) {
	t.Helper()
	c, err := pgtest.Open(t.Context(), pgtest.Options{})
	if errors.Is(err, pgtest.ErrUnavailable) {
		t.Skipf("SKIPPED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	dsn, err := c.CreateDB(t.Context(), "kith")
	if err != nil {
		t.Fatal(err)
	}
	return c, dsn
}

// ask makes a call on a connection of its own.
func (s *Server) ask(t *testing.T, path string) (status int, body string) {
	t.Helper()
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(s.URL + path)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(data)
}

// awaitStatus asks until there is an answer of this status.
func (s *Server) awaitStatus(t *testing.T, path string, want int) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		status, body := s.ask(t, path)
		if status == want {
			return
		}
		if time.Since(begin) > 2*time.Minute {
			t.Fatalf("%s answers %d %s, want %d", path, status, body, want)
		}
	}
}

// T-AVL-08: while its database is down a server lives and is not ready, and calls
// have the answer that says to come again; when the database is back it is ready
// by itself.
func TestReadyWhileTheDatabaseIsDown(t *testing.T) {
	c, dsn := ownCluster(t)
	s, err := sharing(t, dsn)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := s.Graph.World.IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shop := ids.Pages["shop"]
	read := "/v25.0/" + shop.PSIDs["alice"] + "?fields=first_name&access_token=" + url.QueryEscape(shop.Token)
	s.awaitStatus(t, "/_/readyz", http.StatusOK)
	s.awaitStatus(t, read, http.StatusOK)
	if err := c.Stop(pgtest.Immediate); err != nil {
		t.Fatal(err)
	}
	var together sync.WaitGroup
	for range 2 {
		together.Go(func() {
			if status, body := s.ask(t, "/_/readyz"); status != http.StatusServiceUnavailable {
				t.Errorf("the database is down, and it is ready: %d %s", status, body)
			}
		})
	}
	together.Go(func() {
		if status, body := s.ask(t, read); status == http.StatusOK || !strings.Contains(body, `"code":2,`) || !strings.Contains(body, `"is_transient":true`) {
			t.Errorf("a read gives %d %s", status, body)
		}
	})
	if status, body := s.ask(t, "/_/healthz"); status != http.StatusOK {
		t.Errorf("it is not alive: %d %s", status, body)
	}
	together.Wait()
	if err := c.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.awaitStatus(t, "/_/readyz", http.StatusOK)
	s.awaitStatus(t, read, http.StatusOK)
	if _, body := s.ask(t, read); !strings.Contains(body, `"first_name"`) {
		t.Errorf("in the end a read gives %s", body)
	}
}
