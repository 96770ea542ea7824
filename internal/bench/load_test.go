package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

// populated is a crowd in memory.
func populated(t *testing.T, size Size) (*store.DB, *Crowd) {
	t.Helper()
	keys, err := access.NewKeys([]byte(master))
	if err != nil {
		t.Fatal(err)
	}
	db := store.Open(memory.Open(store.Registry()), store.Options{})
	t.Cleanup(func() { _ = db.Close() })
	c, err := Populate(t.Context(), db, keys, size, nil)
	if err != nil {
		t.Fatal(err)
	}
	return db, c
}

func TestPopulate(t *testing.T) {
	const people = slice + 10 // more than one transaction
	db, c := populated(t, Size{People: people, Pages: 3})
	_, same := populated(t, Size{People: people, Pages: 3})
	if len(c.PSIDs) != people || len(c.Tokens) != 3 || len(c.PageIDs) != 3 {
		t.Fatalf("%d people, %d tokens, %d pages", len(c.PSIDs), len(c.Tokens), len(c.PageIDs))
	}
	distinct := map[string]bool{}
	for i := range people {
		if c.PSID(i) != same.PSID(i) || c.Token(i) != same.Token(i) {
			t.Fatalf("person %d is not the same twice", i)
		}
		distinct[c.PSID(i)] = true
	}
	if len(distinct) != people {
		t.Errorf("%d people have %d IDs", people, len(distinct))
	}
	err := db.View(t.Context(), func(r *store.Reader) error {
		for key, want := range map[string]bool{"person/" + c.Handle(people-1): true, "page/" + c.PageHandle(people-1): true, "person/" + handle("g", people): false} {
			id, err := r.Resolve(t.Context(), store.SpaceHandle, key)
			if err != nil {
				return err
			}
			if (id != 0) != want {
				t.Errorf("handle %s is known: %t", key, id != 0)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLoadAsksEverybodyAndChecksAnswers(t *testing.T) {
	_, c := populated(t, Size{People: 200, Pages: 7})
	var asked [200]atomic.Int32
	byID := map[string]int{}
	for i := range c.PSIDs {
		byID[c.PSID(i)] = i
	}
	var wrong atomic.Int64 // of whom the server gives the wrong profile
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/v25.0/")
		i, known := byID[id]
		if !known || r.FormValue("access_token") != c.Token(i) {
			http.Error(w, "{}", http.StatusBadRequest)
			return
		}
		asked[i].Add(1)
		if int64(i) == wrong.Load() {
			id = "1"
		}
		_, _ = w.Write([]byte(`{"first_name":"Ana","id":"` + id + `"}`))
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	plain := httptest.NewServer(srv.Config.Handler)
	defer plain.Close()

	script := (&place{crowd: c}).script("localhost")
	for name, connect := range map[string]func(context.Context) ([]ask, func(), error){
		"HTTP/1.1": func(ctx context.Context) ([]ask, func(), error) {
			return dial(ctx, plain.Listener.Addr().String(), script)
		},
		"HTTP/2": func(ctx context.Context) ([]ask, func(), error) {
			asks, hangUp := dialH2(ctx, srv.Listener.Addr().String(), script)
			return asks, hangUp, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			wrong.Store(-1)
			asks, hangUp, err := connect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer hangUp()
			for i := range asked {
				asked[i].Store(0)
			}
			s, err := drive(t.Context(), asks, 0, 400)
			if err != nil {
				t.Fatal(err)
			}
			if s.throughput <= 0 || s.p50 <= 0 || s.p99 < s.p50 {
				t.Errorf("sample is %+v", s)
			}
			for i := range asked {
				if n := asked[i].Load(); n != 2 {
					t.Errorf("person %d was asked about %d times in two rounds", i, n)
				}
			}
			wrong.Store(77)
			if _, err := drive(t.Context(), asks, 400, 200); err == nil || !strings.Contains(err.Error(), c.PSID(77)) {
				t.Errorf("a wrong profile is no error: %v", err)
			}
		})
	}
}

// A forged token differs from every real one and keeps their alphabet.
func TestForgedToken(t *testing.T) {
	_, c := populated(t, Size{People: 1, Pages: 20})
	keys, err := access.NewKeys([]byte(master))
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Tokens {
		one := &Crowd{Tokens: c.Tokens[i : i+1], PSIDs: c.PSIDs}
		if s := (&script{crowd: one}).forged(); keys.Genuine(s.token) || !keys.Genuine(c.Tokens[i]) {
			t.Errorf("forged %s from %s", s.token, c.Tokens[i])
		}
	}
}

func TestBare(t *testing.T) {
	addr, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	secure, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	body := []byte(`{"first_name":"Ana","id":"1"}`)
	go func() { ended <- Bare(ctx, addr, secure, body) }()
	_, c := populated(t, Size{People: 10, Pages: 2})
	s := (&place{crowd: c}).script(addr).answered(body)
	for {
		if status, err := probe(addr, s.request(nil, 0)); err == nil {
			if status != 200 {
				t.Errorf("status %d", status)
			}
			break
		}
		select {
		case err := <-ended:
			t.Fatal(err)
		default:
		}
	}
	asks, hangUp := dialH2(t.Context(), secure, s)
	if _, err := drive(t.Context(), asks, 0, 100); err != nil {
		t.Error(err)
	}
	hangUp()
	stop()
	if err := <-ended; err != nil && ctx.Err() == nil {
		t.Error(err)
	}
}

// What a client has is asked for with its tag, and only 304 is a right answer.
func TestHitsCarryTheTagOfTheirPerson(t *testing.T) {
	c := &Crowd{PSIDs: []uint64{11, 12, 13}, Tokens: []string{"t"}}
	s := &script{crowd: c, host: "localhost", status: 304, fields: "first_name", tags: []string{`"a"`, `"b"`, `"c"`}}
	for n := range uint64(3) {
		i := s.person(n)
		want := fmt.Sprintf("GET /v25.0/%d?fields=first_name&access_token=%s HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: %s\r\n", c.PSIDs[i], c.Token(i), s.tags[i])
		if got := string(s.request(nil, n)); !strings.HasPrefix(got, want) {
			t.Errorf("request %d\n got %q\nwant %q", n, got, want)
		}
		if s.check(n, 304, nil) != nil || s.check(n, 200, []byte(`{"first_name":"Ana"}`)) == nil {
			t.Errorf("request %d: 304 has to be right and 200 wrong", n)
		}
	}
	if tag, ok := header([]byte("HTTP/1.1 200 OK\r\nA: b\r\nETag: \"x\"\r\n\r\n"), "ETag: "); !ok || tag != `"x"` {
		t.Errorf("tag %q, %v", tag, ok)
	}
	if _, ok := header([]byte("HTTP/1.1 200 OK\r\nA: b\r\n\r\n"), "ETag: "); ok {
		t.Error("a tag was found where there is none")
	}
}
