package main

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/kithgraph/kith/internal/bench"
)

// A flow is the export of the same crowd in a store, byte for byte, each time
// it is read.
func TestFlowIsTheExportOfACrowd(t *testing.T) {
	size := bench.Size{People: 500, Pages: 7}
	full, empty := graphOf(t), graphOf(t)
	want, err := bench.Populate(t.Context(), full.DB, full.Keys, size, nil)
	if err != nil {
		t.Fatal(err)
	}
	var export bytes.Buffer
	if err := full.Export(t.Context(), &export); err != nil {
		t.Fatal(err)
	}
	f, err := bench.NewFlow(t.Context(), empty, size)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []io.Reader{f, iotest.OneByteReader(f)} {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, export.Bytes()) {
			t.Fatalf("the flow has %d bytes, the export %d; they begin to differ at %d", len(got), export.Len(), common(got, export.Bytes()))
		}
	}
	for i := range size.People {
		if got := f.Crowd().PSID(i); got != want.PSID(i) || f.Crowd().Token(i) != want.Token(i) {
			t.Fatalf("person %d has PSID %s, want %s", i, got, want.PSID(i))
		}
	}
}

func graphOf(t *testing.T) *bench.Graph {
	t.Helper()
	g, err := open(t.Context(), "", []byte("kithbench: a key for no one else"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

// common is how far two texts are the same.
func common(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
