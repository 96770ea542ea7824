package app

import (
	"net/url"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/bench"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/limits"
)

// benchmarkServe answers the calls in turn, after each was answered once.
func benchmarkServe(b *testing.B, f *fixture, calls []*graph.In, status int) {
	out := &graph.Out{}
	for _, in := range calls {
		f.serve(b, in, out, status)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		f.serve(b, calls[n], out, status)
		if n++; n == len(calls) {
			n = 0
		}
	}
}

func benchmarkFixture(b *testing.B) *fixture { return benchmarkWith(b, Settings{}) }

func benchmarkWith(b *testing.B, set Settings) *fixture {
	return openFixture(b, set, bench.Size{People: 10_000, Pages: 100})
}

// plenty are rate limits that nobody reaches.
func plenty() Settings {
	return Settings{Rates: &limits.Rules{App: 1e6, Page: 1e6, Messenger: 1e6, User: 1e9}}
}

// BenchmarkServeWarm rotates over 10,000 people and 100 tokens.
func BenchmarkServeWarm(b *testing.B) { benchmarkWarm(b, benchmarkFixture(b)) }

// BenchmarkServeCounted is the same with rate limits.
func BenchmarkServeCounted(b *testing.B) { benchmarkWarm(b, benchmarkWith(b, plenty())) }

func benchmarkWarm(b *testing.B, f *fixture) {
	calls := make([]*graph.In, 10_000)
	for i := range calls {
		calls[i] = f.profile(i * 7919 % len(calls))
	}
	benchmarkServe(b, f, calls, 200)
}

// BenchmarkServeNobody and BenchmarkServeForeign must not be told apart.
func BenchmarkServeNobody(b *testing.B) {
	f := benchmarkFixture(b)
	nobody, _ := f.strange()
	benchmarkServe(b, f, f.calls(nobody), 400)
}

func BenchmarkServeForeign(b *testing.B) {
	f := benchmarkFixture(b)
	_, foreign := f.strange()
	benchmarkServe(b, f, f.calls(foreign), 400)
}

// calls asks for each ID with the token of person 0.
func (f *fixture) calls(ids []string) []*graph.In {
	var calls []*graph.In
	for _, id := range ids {
		calls = append(calls, ask(id, f.crowd.Token(0)))
	}
	return calls
}

// BenchmarkServeBadToken is a forgery with the look of a token.
func BenchmarkServeBadToken(b *testing.B) {
	f := benchmarkFixture(b)
	token := []byte(f.crowd.Token(0))
	token[20] ^= 1
	benchmarkServe(b, f, []*graph.In{ask(f.crowd.PSID(0), string(token))}, 400)
}

// batchOf asks about 50 people of a Page at once.
func (f *fixture) batchOf(page, pages int) *graph.In {
	var list []string
	for j := range 50 {
		list = append(list, `{"method":"GET","relative_url":"`+f.crowd.PSID(page+pages*j)+`?fields=first_name,last_name,profile_pic"}`)
	}
	body := "include_headers=false&access_token=" + f.crowd.Token(page) + "&batch=" + url.QueryEscape("["+strings.Join(list, ",")+"]")
	return &graph.In{Method: "POST", Host: "graph.example", Target: "/v25.0/", Body: []byte(body),
		ContentType: "application/x-www-form-urlencoded", Header: func(string) string { return "" }}
}

// BenchmarkServeBatch asks for 50 profiles in a batch.
func BenchmarkServeBatch(b *testing.B) { benchmarkBatch(b, benchmarkFixture(b)) }

// BenchmarkServeCountedBatch is the same with rate limits.
func BenchmarkServeCountedBatch(b *testing.B) { benchmarkBatch(b, benchmarkWith(b, plenty())) }

func benchmarkBatch(b *testing.B, f *fixture) {
	calls := make([]*graph.In, 100)
	for page := range calls {
		calls[page] = f.batchOf(page, len(calls))
	}
	benchmarkServe(b, f, calls, 200)
}

// BenchmarkServeIDs asks for the same with ids=.
func BenchmarkServeIDs(b *testing.B) { benchmarkIDs(b, benchmarkFixture(b)) }

// BenchmarkServeCountedIDs is the same with rate limits.
func BenchmarkServeCountedIDs(b *testing.B) { benchmarkIDs(b, benchmarkWith(b, plenty())) }

func benchmarkIDs(b *testing.B, f *fixture) {
	calls := make([]*graph.In, 100)
	for page := range calls {
		var list []string
		for j := range 50 {
			list = append(list, f.crowd.PSID(page+100*j))
		}
		calls[page] = ask("", f.crowd.Token(page))
		calls[page].Target += "&ids=" + strings.Join(list, ",")
	}
	benchmarkServe(b, f, calls, 200)
}
