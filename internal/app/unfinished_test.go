package app

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/world"
)

// manyPeople is an export of so many people that they are written in parts.
func manyPeople() string {
	var in strings.Builder
	in.WriteString(`{"app":{"handle":"a","id":"1500000000000001","name":"A","type":"business","mode":"live"}}` + "\n")
	in.WriteString(`{"page":{"handle":"p","id":"1500000000000002","name":"P","apps":["a"]}}` + "\n")
	for i := range 2500 {
		fmt.Fprintf(&in, `{"person":{"handle":"g%d","ids":[{"page":"p","id":"%016d"}]}}`+"\n", i, 1_000_000_000_000_000+i)
	}
	return in.String()
}

// killedImport leaves in a data folder what an import leaves on disk that is
// killed when its first part was written.
func killedImport(t *testing.T) (whole, killed string) {
	t.Helper()
	whole, killed = t.TempDir(), t.TempDir()
	g, err := Open(t.Context(), Settings{Path: filepath.Join(whole, "kith.db")})
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	err = g.World.Import(t.Context(), strings.NewReader(manyPeople()), func(int) {
		if parts++; parts == 1 {
			if err := os.CopyFS(killed, os.DirFS(whole)); err != nil {
				t.Error(err)
			}
		}
	})
	if err := errors.Join(err, g.Close()); err != nil {
		t.Fatal(err)
	}
	if parts < 2 {
		t.Fatalf("the import had %d parts", parts)
	}
	return whole, killed
}

// What an import leaves that was killed is not taken for a world: nobody serves
// it, adds to it or backs it up, and a verification says what it is. After one
// that ended all is as ever.
func TestKilledImportIsNotTakenForAWorld(t *testing.T) {
	whole, killed := killedImport(t)
	for _, tt := range []struct {
		dir  string
		want error
	}{{whole, nil}, {killed, world.ErrUnfinished}} {
		t.Run(fmt.Sprint(tt.want != nil), func(t *testing.T) {
			cfg, err := config.Load(config.Sources{Environ: []string{"HOME=" + tt.dir, "KITH_DATA=" + tt.dir, "KITH_LISTEN=127.0.0.1:0"}})
			if err != nil {
				t.Fatal(err)
			}
			s, err := Start(t.Context(), cfg, slog.New(slog.DiscardHandler))
			if !errors.Is(err, tt.want) {
				t.Fatalf("a server starts with %v, want %v", err, tt.want)
			}
			if err == nil {
				if err := s.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			}
			g, err := Open(t.Context(), Settings{Path: filepath.Join(tt.dir, "kith.db")})
			if err != nil {
				t.Fatal(err)
			}
			defer g.Close()
			more := `{"person":{"handle":"more"}}`
			if err := g.World.Import(t.Context(), strings.NewReader(more), nil); !errors.Is(err, tt.want) {
				t.Errorf("another import gives %v, want %v", err, tt.want)
			}
			report, err := g.Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if report.OK() != (tt.want == nil) || tt.want != nil && !strings.Contains(fmt.Sprint(report.Problems), tt.want.Error()) {
				t.Errorf("verified: %+v", report)
			}
			if err := g.Backup(t.Context(), filepath.Join(t.TempDir(), "backup.db")); (err == nil) != (tt.want == nil) {
				t.Errorf("a backup gives %v", err)
			}
		})
	}
}

// An emulator gets rid of what an import left when it is reset.
func TestResetEndsAnUnfinishedImport(t *testing.T) {
	_, killed := killedImport(t)
	g, err := Open(t.Context(), Settings{Path: filepath.Join(killed, "kith.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if err := g.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.World.Import(t.Context(), strings.NewReader(manyPeople()), nil); err != nil {
		t.Errorf("an import after the reset: %v", err)
	}
}
