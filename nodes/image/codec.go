package image

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp" // reads webp
)

// The limits of an image.
const (
	MaxPixels = 50_000_000 // width times height
	MaxSide   = 30_000
)

// Errors of reading and writing.
var (
	errNoImage  = errors.New("the file is not an image in a format that is known: bmp, gif, jpeg, png, tiff or webp")
	errTooLarge = fmt.Errorf("an image may have %d million pixels and %d of them on a side at most", MaxPixels/1_000_000, MaxSide)
)

func checkSize(width, height int) error {
	if width > MaxSide || height > MaxSide || width*height > MaxPixels {
		return errTooLarge
	}
	if width < 1 || height < 1 {
		return errors.New("an image must be at least one pixel wide and high")
	}
	return nil
}

// decode reads an image of at most the largest size, and tells its format.
func decode(data []byte) (*image.NRGBA, string, error) {
	conf, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, "", errNoImage
	}
	if err := checkSize(conf.Width, conf.Height); err != nil {
		return nil, "", err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, "", errNoImage
	}
	return canvas(img), format, nil
}

// canvas copies an image so that its corner is at 0, 0 and it can be drawn on.
func canvas(img image.Image) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), img, b.Min, draw.Src)
	return out
}

// encode writes an image. quality is 1 to 100 and counts for jpeg.
func encode(img *image.NRGBA, format string, quality int) ([]byte, error) {
	var out bytes.Buffer
	var err error
	switch format {
	case "bmp":
		err = bmp.Encode(&out, img)
	case "gif":
		err = gif.Encode(&out, img, nil)
	case "jpeg":
		err = jpeg.Encode(&out, flat(img), &jpeg.Options{Quality: min(max(quality, 1), 100)})
	case "png":
		err = png.Encode(&out, img)
	case "tiff":
		err = tiff.Encode(&out, img, &tiff.Options{Compression: tiff.Deflate})
	default:
		return nil, fmt.Errorf("images cannot be written as %q; choose bmp, gif, jpeg, png or tiff", format)
	}
	return out.Bytes(), err
}

// flat lays an image on white, for formats without transparency.
func flat(img *image.NRGBA) image.Image {
	if img.Opaque() {
		return img
	}
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Over)
	return out
}
