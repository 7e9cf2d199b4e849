package image

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

type point struct{ x, y float64 }

// fill fills a shape that a path goes around.
func fill(img *image.NRGBA, c color.NRGBA, path []point) {
	b := img.Bounds()
	r := vector.NewRasterizer(b.Dx(), b.Dy())
	for i, p := range path {
		x, y := float32(min(max(p.x, -MaxSide), 2*MaxSide)), float32(min(max(p.y, -MaxSide), 2*MaxSide))
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(img, b, image.NewUniform(c), image.Point{})
}

// primitive draws a rectangle with round corners, a line one pixel wide, or a circle around the start through the end.
func primitive(img *image.NRGBA, shape string, c color.NRGBA, from, to point, radius float64) {
	switch shape {
	case "circle":
		fill(img, c, arc(from, math.Hypot(to.x-from.x, to.y-from.y), 0, 2*math.Pi))
	case "line":
		dx, dy := to.x-from.x, to.y-from.y
		length := math.Hypot(dx, dy)
		if length == 0 {
			length = 1
		}
		nx, ny := -dy/length/2, dx/length/2
		fill(img, c, []point{{from.x + nx, from.y + ny}, {to.x + nx, to.y + ny}, {to.x - nx, to.y - ny}, {from.x - nx, from.y - ny}})
	default:
		fill(img, c, roundRect(from, to, radius))
	}
}

// roundRect goes around a block, both ends included.
func roundRect(from, to point, radius float64) []point {
	left, right := math.Min(from.x, to.x), math.Max(from.x, to.x)+1
	top, bottom := math.Min(from.y, to.y), math.Max(from.y, to.y)+1
	radius = min(max(radius, 0), (right-left)/2, (bottom-top)/2)
	if radius == 0 {
		return []point{{left, top}, {right, top}, {right, bottom}, {left, bottom}}
	}
	var path []point
	for i, center := range []point{{right - radius, bottom - radius}, {left + radius, bottom - radius}, {left + radius, top + radius}, {right - radius, top + radius}} {
		path = append(path, arc(center, radius, float64(i)*math.Pi/2, float64(i+1)*math.Pi/2)...)
	}
	return path
}

func arc(center point, radius, from, to float64) []point {
	const steps = 64
	path := make([]point, 0, steps+1)
	for i := range steps + 1 {
		sin, cos := math.Sincos(from + (to-from)*float64(i)/steps)
		path = append(path, point{center.x + radius*cos, center.y + radius*sin})
	}
	return path
}

// fonts are those that the program brings along.
var fonts = map[string][]byte{"": goregular.TTF, "regular": goregular.TTF, "bold": gobold.TTF, "italic": goitalic.TTF, "mono": gomono.TTF}

// The limits of a text that is drawn.
const (
	MaxFontSize = 2000
	MaxTextLen  = 100_000
)

// label is a text to draw.
type label struct {
	text, font           string
	size                 float64
	color                color.NRGBA
	at                   point
	horizontal, vertical string // empty: the place is where the first line's base begins
	width                int    // of a line, in characters
}

func (l label) draw(img *image.NRGBA) error {
	data, ok := fonts[strings.ToLower(l.font)]
	if !ok {
		data = goregular.TTF
	}
	parsed, err := opentype.Parse(data)
	if err != nil {
		return err
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: min(max(l.size, 1), MaxFontSize), DPI: 72})
	if err != nil {
		return err
	}
	defer face.Close() //nolint:errcheck // it holds nothing
	lines := wrap(l.text[:min(len(l.text), MaxTextLen)], l.width)
	height := float64(face.Metrics().Height) / 64
	y := l.at.y
	switch l.vertical {
	case "north":
		y += float64(face.Metrics().Ascent) / 64
	case "middle":
		y += float64(face.Metrics().Ascent)/64 - height*float64(len(lines))/2
	case "south":
		y -= height*float64(len(lines)-1) + float64(face.Metrics().Descent)/64
	}
	d := font.Drawer{Dst: img, Src: image.NewUniform(l.color), Face: face}
	for _, line := range lines {
		x, wide := l.at.x, float64(d.MeasureString(line))/64
		switch l.horizontal {
		case "center":
			x -= wide / 2
		case "east":
			x -= wide
		}
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
		d.DrawString(line)
		y += height
	}
	return nil
}

// wrap breaks lines between words where they would be longer than width.
func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Split(paragraph, " ") {
			if line != "" && len(line)+1+len(word) > max(width, 1) {
				lines = append(lines, line)
				line = word
				continue
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return lines
}

// compose lays an image over another one at a place.
func compose(under, over *image.NRGBA, x, y int, operator string) {
	block := over.Bounds().Add(image.Pt(x, y)).Intersect(under.Bounds())
	if operator == "" || operator == "Over" {
		draw.Draw(under, block, over, block.Min.Sub(image.Pt(x, y)), draw.Over)
		return
	}
	mix := operators[operator]
	for py := block.Min.Y; py < block.Max.Y; py++ {
		for px := block.Min.X; px < block.Max.X; px++ {
			o := under.PixOffset(px, py)
			d := under.Pix[o : o+4]
			s := over.Pix[over.PixOffset(px-x, py-y):]
			out := mix(pixel(s), pixel(d))
			for i := range d {
				d[i] = level(out[i] * 255)
			}
		}
	}
}
