package app

import (
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/bench"
	"github.com/kithgraph/kith/internal/graph"
)

// largeBodies are bodies of 1 MiB that take long to read.
func largeBodies() map[string]string {
	const size = 1 << 20
	var many strings.Builder
	many.WriteString(`{"n":1`)
	for i := 0; many.Len() < size-20; i++ {
		many.WriteString(`,"k` + strconv.Itoa(i) + `":` + strconv.Itoa(i))
	}
	many.WriteString("}")
	return map[string]string{
		"one text":      `{"n":"` + strings.Repeat("x", size-20) + `"}`,
		"escapes":       `{"n":"` + strings.Repeat(`\u00e4`, size/6-20) + `"}`,
		"members":       many.String(),
		"list":          `{"payload":[[` + strings.Repeat(`1],[`, size/4-20) + `1]]}`,
		"single quotes": `{'n':'` + strings.Repeat("x", size-20) + `'}`,
		"garbage":       strings.Repeat("'{", size/2-20),
	}
}

// BenchmarkServeLargeRefused is a forgery with a large body.
func BenchmarkServeLargeRefused(b *testing.B) {
	f := openFixture(b, Settings{}, bench.Size{People: 10, Pages: 1})
	token := []byte(f.crowd.Token(0))
	token[20] ^= 1
	for name, body := range largeBodies() {
		b.Run(name, func(b *testing.B) {
			in := &graph.In{Method: "POST", Host: "graph.example", Target: "/v25.0/me?access_token=" + string(token), Body: []byte(body), ContentType: "application/json", Header: func(string) string { return "" }}
			benchmarkServe(b, f, []*graph.In{in}, 400)
		})
	}
}
