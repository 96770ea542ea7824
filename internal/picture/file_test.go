package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"golang.org/x/image/tiff"
)

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+3] = 200, 255
	}
	return written(t, func(b *bytes.Buffer) error { return png.Encode(b, img) })
}

func gifOf(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Black})
	return written(t, func(b *bytes.Buffer) error { return gif.Encode(b, img, nil) })
}

func written(t testing.TB, f func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withSize rewrites the size in a PNG header, checksum included.
func withSize(data []byte, w, h uint32) []byte {
	out := bytes.Clone(data)
	binary.BigEndian.PutUint32(out[16:], w)
	binary.BigEndian.PutUint32(out[20:], h)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// withComment puts a comment segment behind the start marker of a JPEG.
func withComment(jpg []byte, text string) []byte {
	seg := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(text) + 2)}, text...)
	return append(seg, jpg[2:]...)
}

func sizeOf(t *testing.T, jpg []byte) image.Point {
	t.Helper()
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(jpg))
	if err != nil {
		t.Fatalf("result is no JPEG: %v", err)
	}
	return image.Pt(cfg.Width, cfg.Height)
}

func TestNormaliseKeepsProportions(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		max  int
		want image.Point
	}{
		{"png as it is", pngOf(t, 40, 20), 100, image.Pt(40, 20)},
		{"wide", pngOf(t, 400, 100), 200, image.Pt(200, 50)},
		{"tall", pngOf(t, 100, 400), 200, image.Pt(50, 200)},
		{"thin", pngOf(t, 2000, 1), 100, image.Pt(100, 1)},
		{"gif", gifOf(t, 30, 30), 100, image.Pt(30, 30)},
		{"jpeg", Avatar(1, "AL", 300), 100, image.Pt(100, 100)},
		{"above the limit", pngOf(t, 2048, 2048), 9999, image.Pt(1024, 1024)},
		{"no limit", pngOf(t, 9, 9), 0, image.Pt(1, 1)},
	}
	for _, tt := range tests {
		got, err := Normalise(tt.data, tt.max)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if p := sizeOf(t, got); p != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, p, tt.want)
		}
	}
}

func TestNormaliseKeepsPixelsOnly(t *testing.T) {
	const secret = "<script>GPS 52.5 13.4</script>"
	plain := Avatar(1, "AL", 60)
	for name, data := range map[string][]byte{
		"comment in a jpeg":  withComment(plain, secret),
		"script behind jpeg": append(bytes.Clone(plain), secret...),
		"script behind gif":  append(gifOf(t, 8, 8), secret...),
		"script behind png":  append(pngOf(t, 8, 8), secret...),
	} {
		got, err := Normalise(data, 60)
		if err != nil || bytes.Contains(got, []byte("script")) || bytes.Contains(got, []byte("GPS")) {
			t.Errorf("%s: error %v, or the text survived", name, err)
		}
	}
}

func TestNormalisePutsTransparentOnWhite(t *testing.T) {
	clear := written(t, func(b *bytes.Buffer) error { return png.Encode(b, image.NewNRGBA(image.Rect(0, 0, 16, 16))) })
	got, err := Normalise(clear, 8)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(4, 4).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("transparent became %d %d %d, want white", r>>8, g>>8, b>>8)
	}
}

func TestNormaliseRefuses(t *testing.T) {
	jpg := Avatar(1, "AL", 60)
	scans := bytes.Repeat([]byte{0xff, 0xda}, maxScans+1)
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, ErrNotPicture},
		{"html", []byte("<!doctype html><script>alert(1)</script>"), ErrNotPicture},
		{"svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), ErrNotPicture},
		{"gif header before a script", []byte("GIF89a/*\x01\x00*/=1;alert(1)"), ErrNotPicture},
		{"truncated jpeg", jpg[:len(jpg)/2], ErrNotPicture},
		{"truncated png", pngOf(t, 50, 50)[:60], ErrNotPicture},
		{"webp", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), ErrNotPicture},
		{"png of 2.5 gigapixels", withSize(pngOf(t, 1, 1), 50_000, 50_000), ErrTooLarge},
		{"png one row above the limit", withSize(pngOf(t, 1, 1), 5_000, 5_001), ErrTooLarge},
		{"png that says more than it has", withSize(pngOf(t, 1, 1), 5_000, 10), ErrNotPicture},
		{"jpeg of many scans", append(bytes.Clone(jpg), scans...), ErrNotPicture},
		{"large file", make([]byte, maxBytes+1), ErrTooLarge},
	}
	for _, tt := range tests {
		if _, err := Normalise(tt.data, 100); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestResize(t *testing.T) {
	jpg, err := Normalise(pngOf(t, 400, 200), 400)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		width int
		want  image.Point
	}{{-1, image.Pt(1, 1)}, {1, image.Pt(1, 1)}, {100, image.Pt(100, 50)}, {400, image.Pt(400, 200)}, {1024, image.Pt(400, 200)}} {
		got, err := Resize(jpg, tt.width)
		if err != nil {
			t.Errorf("Resize(%d): %v", tt.width, err)
			continue
		}
		if p := sizeOf(t, got); p != tt.want {
			t.Errorf("Resize(%d): %v, want %v", tt.width, p, tt.want)
		}
	}
	if _, err := Resize([]byte("<svg/>"), 100); !errors.Is(err, ErrNotPicture) {
		t.Errorf("Resize of no picture: %v, want %v", err, ErrNotPicture)
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add(pngOf(f, 3, 2))
	f.Add(gifOf(f, 3, 2))
	f.Add(Avatar(1, "A", 16))
	f.Add([]byte("<svg/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The bound on pixels has its own test; here it would only cost time.
		if cfg, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && cfg.Width*cfg.Height > 1<<16 {
			return
		}
		got, err := Normalise(data, 32)
		if err != nil {
			return
		}
		if p := sizeOf(t, got); p.X < 1 || p.Y < 1 || p.X > 32 || p.Y > 32 {
			t.Fatalf("result of %v", p)
		}
	})
}

func tiffOf(t testing.TB, w, h int) []byte {
	t.Helper()
	return written(t, func(b *bytes.Buffer) error { return tiff.Encode(b, image.NewGray(image.Rect(0, 0, w, h)), nil) })
}

// The size of a file is found or refused, whatever it holds; only its head is read.
func FuzzSize(f *testing.F) {
	for _, data := range [][]byte{pngOf(f, 3, 2), gifOf(f, 3, 2), tiffOf(f, 3, 2), Avatar(1, "A", 16), []byte("II*\x00\x08\x00\x00\x00"), nil} {
		f.Add(data)
		if w, h, err := Size(data); err == nil && (w < 1 || h < 1) || err != nil && len(data) > 8 {
			f.Errorf("Size of %d bytes: %d x %d, %v", len(data), w, h, err)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, h, err := Size(data); err == nil && (w < 1 || h < 1 || w > maxPixels/h) {
			t.Fatalf("%d x %d", w, h)
		}
	})
}
