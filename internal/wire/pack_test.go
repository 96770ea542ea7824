package wire

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

func TestTakesGzip(t *testing.T) {
	for accept, want := range map[string]bool{
		"":                                   false,
		"gzip":                               true,
		"GZIP":                               true,
		"gzip, deflate, br":                  true,
		"deflate,gzip;q=1.0,*;q=0.5":         true,
		"deflate, x-gzip":                    true,
		"*":                                  true,
		"*;q=0":                              false,
		"*, gzip;q=0":                        false,
		"gzip;q=0, *":                        false,
		"gzip ; q=0.001":                     true,
		"gzip;q=0.000":                       false,
		"gzip;q=lots":                        false,
		"identity":                           false,
		"br, zstd":                           false,
		"gzipped":                            false,
		"identity;q=1, *;q=0":                false,
		";;;,,,":                             false,
		strings.Repeat("br,", 9999) + "gzip": true,
	} {
		if got := takesGzip(accept); got != want {
			t.Errorf("Accept-Encoding %.60q: %v, want %v", accept, got, want)
		}
	}
}

// asks is a request that takes gzip.
func asks(accept string) *graph.In {
	return &graph.In{Header: func(name string) string {
		if name == "Accept-Encoding" {
			return accept
		}
		return ""
	}}
}

func TestPackKeepsTheText(t *testing.T) {
	p := newPacker()
	var all sync.WaitGroup
	for n := range 20 { // more than there are writers
		all.Go(func() {
			text := bytes.Repeat([]byte{'a' + byte(n)}, leastPacked+n*1000)
			out := graph.Out{Body: bytes.Clone(text)}
			p.pack(asks("gzip"), &out)
			if len(out.Body) >= len(text) || len(out.Header) != 1 {
				t.Errorf("%d bytes became %d, %d headers", len(text), len(out.Body), len(out.Header))
			}
			r, err := gzip.NewReader(bytes.NewReader(out.Body))
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
				t.Errorf("answer %d came out as %d bytes, %v", n, len(got), err)
			}
		})
	}
	all.Wait()
}

func TestPackLeavesAlone(t *testing.T) {
	noise := make([]byte, 4000)
	src := rand.NewChaCha8([32]byte{1})
	src.Read(noise)
	for _, tt := range []struct {
		name, accept string
		body         []byte
	}{
		{"a short body", "gzip", bytes.Repeat([]byte("a"), leastPacked-1)},
		{"a client without gzip", "br", bytes.Repeat([]byte("a"), 4000)},
		{"what does not shrink", "gzip", noise},
	} {
		out := graph.Out{Body: bytes.Clone(tt.body)}
		newPacker().pack(asks(tt.accept), &out)
		if !bytes.Equal(out.Body, tt.body) || len(out.Header) > 0 {
			t.Errorf("%s was packed", tt.name)
		}
	}
}
