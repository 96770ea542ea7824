package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	xdraw "golang.org/x/image/draw"
	_ "golang.org/x/image/tiff" // so that config knows it
)

// Bounds of what is decoded. The number of scans matters because a JPEG of a
// few hundred kilobytes can ask for thousands of passes over a large picture.
const (
	maxPixels = 25_000_000
	maxBytes  = 25 << 20
	maxScans  = 100
)

// What Normalise and Resize refuse.
var (
	ErrNotPicture = errors.New("not a JPEG, PNG or GIF picture")
	ErrTooLarge   = errors.New("picture too large")
)

// Normalise turns a JPEG, PNG or GIF (its first frame) into a clean JPEG no side
// of which is longer than longest, itself brought into 1 to MaxWidth. Only
// pixels survive: metadata and whatever else the file carried are gone, and
// what is transparent becomes white. It returns ErrNotPicture for anything that
// does not decode, ErrTooLarge for more than 25 megapixels or 25 MiB.
func Normalise(data []byte, longest int) ([]byte, error) {
	img, err := decode(data)
	if err != nil {
		return nil, err
	}
	longest = min(max(longest, 1), MaxWidth)
	size := img.Bounds().Size()
	if side := max(size.X, size.Y); side > longest {
		size = image.Pt(max(size.X*longest/side, 1), max(size.Y*longest/side, 1))
	}
	return encode(flatten(img, size)), nil
}

// Size is how large a JPEG, PNG, GIF or TIFF is. Only its head is read; errors are those
// of Normalise.
func Size(data []byte) (width, height int, err error) {
	cfg, format, err := config(data)
	if err == nil && format != "jpeg" && format != "png" && format != "gif" && format != "tiff" {
		err = fmt.Errorf("%w: it is %s", ErrNotPicture, format)
	}
	return cfg.Width, cfg.Height, err
}

// Resize makes a picture that Normalise returned narrower: width pixels, brought
// into 1 to MaxWidth, in the same proportions. It never enlarges: a picture
// that is narrow enough is returned as it is, the same slice.
func Resize(jpg []byte, width int) ([]byte, error) {
	width = min(max(width, 1), MaxWidth)
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(jpg))
	if err == nil && cfg.Width <= width {
		return jpg, nil
	}
	img, err := decode(jpg)
	if err != nil {
		return nil, err
	}
	size := img.Bounds().Size()
	return encode(flatten(img, image.Pt(width, max(size.Y*width/size.X, 1)))), nil
}

// decode reads a picture after checking how large it says it is. Formats that
// other packages may have registered do not count.
func decode(data []byte) (image.Image, error) {
	_, format, err := config(data)
	if err != nil {
		return nil, err
	}
	img, err := decodeAs(format, data)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNotPicture, err)
	}
	if img.Bounds().Empty() {
		return nil, fmt.Errorf("%w: it is empty", ErrNotPicture)
	}
	return img, nil
}

// config reads what the head of a picture says, and checks it.
func config(data []byte) (cfg image.Config, format string, err error) {
	if len(data) > maxBytes {
		return cfg, "", fmt.Errorf("%w: %d bytes", ErrTooLarge, len(data))
	}
	if cfg, format, err = image.DecodeConfig(bytes.NewReader(data)); err != nil {
		return cfg, "", fmt.Errorf("%w: %v", ErrNotPicture, err)
	}
	if cfg.Width < 1 || cfg.Height < 1 {
		return cfg, "", fmt.Errorf("%w: it is empty", ErrNotPicture)
	}
	if cfg.Width > maxPixels/cfg.Height {
		return cfg, "", fmt.Errorf("%w: %d x %d pixels", ErrTooLarge, cfg.Width, cfg.Height)
	}
	return cfg, format, nil
}

func decodeAs(format string, data []byte) (image.Image, error) {
	r := bytes.NewReader(data)
	switch format {
	case "png":
		return png.Decode(r)
	case "gif":
		return gif.Decode(r)
	case "jpeg":
		if bytes.Count(data, []byte{0xff, 0xda}) > maxScans {
			return nil, errors.New("too many scans")
		}
		return jpeg.Decode(r)
	}
	return nil, errors.New("format " + format)
}

// flatten scales img to size on white.
func flatten(img image.Image, size image.Point) *image.RGBA {
	dst := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if size == img.Bounds().Size() {
		draw.Draw(dst, dst.Bounds(), img, img.Bounds().Min, draw.Over)
		return dst
	}
	xdraw.BiLinear.Scale(dst, dst.Bounds(), img, img.Bounds(), draw.Over, nil)
	return dst
}
