package picture

import (
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// smallest is the size below which letters are a smudge.
const smallest = 24

// paintInitials writes s in white in the middle of img. It reports false, with
// img untouched, when there is nothing to write, no room for it, or a letter
// the font does not have: it has Latin, Greek and Cyrillic.
func paintInitials(img *image.RGBA, s string) bool {
	size := img.Bounds().Dx()
	if s == "" || size < smallest {
		return false
	}
	f, err := opentype.Parse(gobold.TTF)
	if err != nil || !covers(f, s) {
		return false
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(size) * 0.42, DPI: 72})
	if err != nil {
		return false
	}
	defer face.Close()

	ink, _ := font.BoundString(face, s)
	middle := fixed.I(size) / 2
	d := font.Drawer{
		Dst:  img,
		Src:  image.White,
		Face: face,
		Dot: fixed.Point26_6{
			X: middle - (ink.Min.X+ink.Max.X)/2,
			Y: middle - (ink.Min.Y+ink.Max.Y)/2,
		},
	}
	d.DrawString(s)
	return true
}

// covers tells whether the font has a glyph for every rune of s.
func covers(f *sfnt.Font, s string) bool {
	var buf sfnt.Buffer
	for _, r := range s {
		if g, err := f.GlyphIndex(&buf, r); err != nil || g == 0 {
			return false
		}
	}
	return true
}
