package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"unicode"

	"golang.org/x/image/vector"
)

const quality = 90

// Avatar draws the picture of somebody who has none: the initials, or a head
// and shoulders where the font has no such letters, on two tones of a colour
// that follows from seed. The result is a square JPEG of size pixels, brought
// into 1 to MaxWidth. The same arguments give the same bytes, so that a caller may
// keep them: 200 pixels cost about a millisecond, 1024 about forty.
func Avatar(seed uint64, initials string, size int) []byte {
	size = min(max(size, 1), MaxWidth)
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	paintGround(img, seed)
	if !paintInitials(img, firstLetters(initials)) {
		paintFigure(img)
	}
	return encode(img)
}

// firstLetters keeps at most two letters, as capitals.
func firstLetters(s string) string {
	var kept []rune
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		if kept = append(kept, unicode.ToUpper(r)); len(kept) == 2 {
			break
		}
	}
	return string(kept)
}

// paintGround fills the picture and lays a large disc of a second tone over one
// of its corners.
func paintGround(img *image.RGBA, seed uint64) {
	hue := int(seed % 360)
	draw.Draw(img, img.Bounds(), image.NewUniform(tone(hue, 400, 420)), image.Point{}, draw.Src)

	size := float32(img.Bounds().Dx())
	x, y := float32(0), float32(0)
	if seed/360&1 != 0 {
		x = size
	}
	if seed/720&1 != 0 {
		y = size
	}
	paintDisc(img, x, y, size*0.82, size*0.82, tone(hue+18, 430, 500))
}

// paintFigure draws a head and shoulders.
func paintFigure(img *image.RGBA) {
	size := float32(img.Bounds().Dx())
	paintDisc(img, size/2, size*0.39, size*0.17, size*0.17, color.White)
	paintDisc(img, size/2, size*0.94, size*0.32, size*0.33, color.White)
}

// paintDisc fills an ellipse with centre (x, y) and radii rx and ry.
func paintDisc(img *image.RGBA, x, y, rx, ry float32, c color.Color) {
	const k = 0.5522848 // Bézier arm of a quarter circle
	b := img.Bounds()
	z := vector.NewRasterizer(b.Dx(), b.Dy())
	z.MoveTo(x+rx, y)
	z.CubeTo(x+rx, y+k*ry, x+k*rx, y+ry, x, y+ry)
	z.CubeTo(x-k*rx, y+ry, x-rx, y+k*ry, x-rx, y)
	z.CubeTo(x-rx, y-k*ry, x-k*rx, y-ry, x, y-ry)
	z.CubeTo(x+k*rx, y-ry, x+rx, y-k*ry, x+rx, y)
	z.ClosePath()
	z.Draw(img, b, image.NewUniform(c), image.Point{})
}

// tone turns hue in degrees, saturation and lightness in thousandths into a
// colour, in integers so that every processor agrees.
func tone(hue, sat, light int) color.RGBA {
	chroma := (1000 - max(2*light-1000, 1000-2*light)) * sat / 1000
	channel := func(offset int) uint8 {
		h := (hue + offset) % 360 // 0 is the peak, 180 the trough
		d := min(h, 360-h)
		part := min(max(120-d, 0), 60) * 1000 / 60
		return uint8((light - chroma/2 + chroma*part/1000) * 255 / 1000)
	}
	return color.RGBA{R: channel(0), G: channel(240), B: channel(120), A: 255}
}

// encode writes img as a JPEG without metadata. Writing to memory cannot fail,
// and no side of img is beyond what JPEG allows.
func encode(img image.Image) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	return b.Bytes()
}
