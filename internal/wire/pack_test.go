package wire

import (
	"bytes"
	"compress/gzip"
	"errors"
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

// A packed body is unpacked into memory that was asked for, and no more of it.
func TestUnpackAsksForRoom(t *testing.T) {
	text := strings.Repeat("0123456789", 30<<10)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		most, room int
		want       error
	}{
		{"room enough", 1 << 20, 1 << 20, nil},
		{"to the last byte", len(text), 1 << 20, nil},
		{"a byte too much", len(text) - 1, 1 << 20, graph.ErrTooLarge},
		{"no room", 1 << 20, 100 << 10, graph.ErrUnavailable},
	} {
		asked := 0
		got, err := unpack(packed.Bytes(), tt.most, func(bytes int) error {
			if bytes > tt.room {
				return graph.ErrUnavailable
			}
			asked = bytes
			return nil
		})
		if !errors.Is(err, tt.want) || tt.want == nil && string(got) != text {
			t.Errorf("%s: %d bytes, %v; want %v", tt.name, len(got), err, tt.want)
		}
		if asked > tt.most+1 || cap(got) > asked {
			t.Errorf("%s: %d bytes were asked for, %d taken, of %d", tt.name, asked, cap(got), tt.most)
		}
	}
}
