package image

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// fit gives the size that an image of a size gets, by the way to resize.
func fit(way string, w, h, width, height float64) (int, int) {
	scale := math.Min(width/w, height/h)
	switch way {
	case "ignoreAspectRatio":
		return round(width), round(height)
	case "minimumArea":
		scale = math.Max(width/w, height/h)
	case "onlyIfLarger":
		if w <= width && h <= height {
			return int(w), int(h)
		}
	case "onlyIfSmaller":
		if w >= width || h >= height {
			return int(w), int(h)
		}
	case "percent":
		return round(w * width / 100), round(h * height / 100)
	case "maximumArea": // as many pixels as width times height has
		scale = math.Sqrt(width * height / (w * h))
		return round(math.Floor(w * scale)), round(math.Floor(h * scale))
	}
	return round(w * scale), round(h * scale)
}

func round(n float64) int { return max(1, int(math.Round(min(n, MaxSide+1)))) }

func resize(img *image.NRGBA, width, height int) (*image.NRGBA, error) {
	if err := checkSize(width, height); err != nil {
		return nil, err
	}
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	xdraw.CatmullRom.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out, nil
}

// crop cuts a block out; what lies outside of the image is left out.
func crop(img *image.NRGBA, x, y, width, height int) (*image.NRGBA, error) {
	block := image.Rect(x, y, x+width, y+height).Intersect(img.Bounds())
	if err := checkSize(block.Dx(), block.Dy()); err != nil {
		return nil, err
	}
	return canvas(img.SubImage(block)), nil
}

func border(img *image.NRGBA, width, height int, c color.NRGBA) (*image.NRGBA, error) {
	b := img.Bounds()
	if width < 0 || height < 0 || width > MaxSide || height > MaxSide {
		return nil, errTooLarge
	}
	if err := checkSize(b.Dx()+2*width, b.Dy()+2*height); err != nil {
		return nil, err
	}
	out := blank(b.Dx()+2*width, b.Dy()+2*height, c)
	draw.Draw(out, b.Add(image.Pt(width, height)), img, image.Point{}, draw.Over)
	return out, nil
}

func blank(width, height int, c color.NRGBA) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := 0; i+3 < len(out.Pix); i += 4 { // not by draw.Draw, which loses what is nearly transparent
		out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = c.R, c.G, c.B, c.A
	}
	return out
}

// rotate turns an image clockwise; the canvas grows to hold it.
func rotate(img *image.NRGBA, degrees float64, c color.NRGBA) (*image.NRGBA, error) {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	if quarter := degrees / 90; quarter == math.Trunc(quarter) {
		sin, cos = math.Round(sin), math.Round(cos)
	}
	return affine(img, [4]float64{cos, -sin, sin, cos}, c, ceil)
}

// shear moves rows and columns sideways, by angles in degrees: as far as
// GraphicsMagick does, which takes half of the first angle, to the left, and the sine of the
// second.
func shear(img *image.NRGBA, x, y float64) (*image.NRGBA, error) {
	tx, ty := -math.Tan(x*math.Pi/360), math.Sin(y*math.Pi/180)
	return affine(img, [4]float64{1, tx, ty, 1 + tx*ty}, color.NRGBA{}, floor)
}

// nearly is what arithmetic may add to a size.
const nearly = 1e-6

func ceil(n float64) float64  { return math.Ceil(n - nearly) }
func floor(n float64) float64 { return math.Floor(n + nearly) }

// affine maps an image by a matrix onto a canvas that holds all of it; whole makes
// a size of what that needs.
func affine(img *image.NRGBA, m [4]float64, c color.NRGBA, whole func(float64) float64) (*image.NRGBA, error) {
	w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, corner := range [][2]float64{{0, 0}, {w, 0}, {0, h}, {w, h}} {
		x, y := m[0]*corner[0]+m[1]*corner[1], m[2]*corner[0]+m[3]*corner[1]
		left, right, top, bottom = math.Min(left, x), math.Max(right, x), math.Min(top, y), math.Max(bottom, y)
	}
	width, height := whole(right-left), whole(bottom-top)
	if !(width <= MaxSide && height <= MaxSide) {
		return nil, errTooLarge
	}
	if err := checkSize(int(width), int(height)); err != nil {
		return nil, err
	}
	out := blank(int(width), int(height), c)
	matrix := f64.Aff3{m[0], m[1], -left, m[2], m[3], -top}
	xdraw.BiLinear.Transform(out, matrix, img, img.Bounds(), draw.Over, nil)
	return out, nil
}

// MaxBlur bounds how far a pixel is blurred.
const MaxBlur = 200

// blur lays a Gaussian over the image: sigma says how wide it is, radius how far it reaches, 0 as far as it counts.
func blur(img *image.NRGBA, radius, sigma float64) *image.NRGBA {
	if sigma <= 0 {
		return img
	}
	reach := int(math.Ceil(radius))
	if reach <= 0 {
		reach = int(math.Ceil(3 * sigma))
	}
	kernel := make([]float64, min(reach, MaxBlur)+1)
	sum := 0.0
	for i := range kernel {
		kernel[i] = math.Exp(-float64(i*i) / (2 * sigma * sigma))
		sum += kernel[i]
		if i > 0 {
			sum += kernel[i]
		}
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	return pass(pass(img, kernel, 1, 0), kernel, 0, 1)
}

// pass blurs along one direction. Colors count by how opaque they are.
func pass(img *image.NRGBA, kernel []float64, dx, dy int) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			var r, g, bl, a float64
			for k := -len(kernel) + 1; k < len(kernel); k++ {
				px, py := min(max(x+k*dx, 0), b.Dx()-1), min(max(y+k*dy, 0), b.Dy()-1)
				p := img.Pix[img.PixOffset(px, py):]
				weight := kernel[max(k, -k)] * float64(p[3])
				r, g, bl, a = r+weight*float64(p[0]), g+weight*float64(p[1]), bl+weight*float64(p[2]), a+weight
			}
			o := out.Pix[out.PixOffset(x, y):]
			if a > 0 {
				o[0], o[1], o[2], o[3] = level(r/a), level(g/a), level(bl/a), level(a)
			}
		}
	}
	return out
}

func level(v float64) uint8 { return uint8(math.Round(min(max(v, 0), 255))) }

// clear makes the pixels of a color transparent.
func clearColor(img *image.NRGBA, c color.NRGBA) {
	for i := 0; i+3 < len(img.Pix); i += 4 {
		if img.Pix[i] == c.R && img.Pix[i+1] == c.G && img.Pix[i+2] == c.B && img.Pix[i+3] == 0xff {
			img.Pix[i+3] = 0
		}
	}
}
