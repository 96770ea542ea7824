package picture

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"testing"
)

func TestAvatarIsASquareJPEG(t *testing.T) {
	for _, tt := range []struct{ size, want int }{{-5, 1}, {0, 1}, {1, 1}, {23, 23}, {50, 50}, {200, 200}, {1024, 1024}, {5000, 1024}} {
		cfg, err := jpeg.DecodeConfig(bytes.NewReader(Avatar(1, "AL", tt.size)))
		if err != nil || cfg.Width != tt.want || cfg.Height != tt.want {
			t.Errorf("Avatar(size %d): %d x %d, %v; want %d", tt.size, cfg.Width, cfg.Height, err, tt.want)
		}
	}
}

func TestAvatarIsDeterministic(t *testing.T) {
	for _, s := range []string{"AL", "Ж", "漢字", ""} {
		if !bytes.Equal(Avatar(9, s, 100), Avatar(9, s, 100)) {
			t.Errorf("Avatar(9, %q) differs from itself", s)
		}
	}
}

func TestAvatarsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, seed := range []uint64{0, 1, 180, 360, 720, 1080} {
		for _, s := range []string{"AL", "ΑΩ", "Ж", ""} {
			name := fmt.Sprintf("seed %d, %q", seed, s)
			jpg := string(Avatar(seed, s, 100))
			if other, ok := seen[jpg]; ok {
				t.Errorf("%s is the picture of %s", name, other)
			}
			seen[jpg] = name
		}
	}
}

func TestAvatarLetters(t *testing.T) {
	same := [][2]string{
		{"al", "AL"},       // capitals
		{"ALX", "AL"},      // two at most
		{"A. L.", "AL"},    // letters only
		{"漢字", ""},         // the font has none: a figure
		{"<&\x00\xff", ""}, // nothing to write
	}
	for _, tt := range same {
		if !bytes.Equal(Avatar(3, tt[0], 64), Avatar(3, tt[1], 64)) {
			t.Errorf("Avatar(%q) is not that of %q", tt[0], tt[1])
		}
	}
}

func TestTone(t *testing.T) {
	for _, tt := range []struct {
		hue     int
		r, g, b uint8
	}{{0, 255, 0, 0}, {60, 255, 255, 0}, {120, 0, 255, 0}, {240, 0, 0, 255}, {360, 255, 0, 0}} {
		if c := tone(tt.hue, 1000, 500); c.R != tt.r || c.G != tt.g || c.B != tt.b {
			t.Errorf("tone(%d) = %v, want %d %d %d", tt.hue, c, tt.r, tt.g, tt.b)
		}
	}
}

func BenchmarkAvatar(b *testing.B) {
	for _, size := range []int{50, 200, 1024} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Avatar(7, "AL", size)
			}
		})
	}
}
