package world

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
)

// BenchmarkImport writes people with a profile, an ID and a contact into an
// embedded database; people/s is the figure that counts.
func BenchmarkImport(b *testing.B) {
	const n = 20_000
	from := testBuilder(b, openMemoryTB(b))
	mustLoad(b, from, "pages: {bakery: {}}\n")
	if err := from.Generate(context.Background(), n, 0, "bakery", 1, nil); err != nil {
		b.Fatal(err)
	}
	var lines bytes.Buffer
	if err := from.Export(context.Background(), &lines); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		to := testBuilder(b, openSQLite(b, filepath.Join(b.TempDir(), "kith.db")))
		b.StartTimer()
		if err := to.Import(context.Background(), bytes.NewReader(lines.Bytes()), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "people/s")
	b.ReportMetric(float64(lines.Len())/n, "B/line")
}
