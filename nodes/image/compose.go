package image

import "math"

// rgba is a pixel: red, green, blue and how opaque it is, each 0 to 1.
type rgba [4]float64

func pixel(p []uint8) rgba {
	return rgba{float64(p[0]) / 255, float64(p[1]) / 255, float64(p[2]) / 255, float64(p[3]) / 255}
}

// operators say what becomes of a pixel s over a pixel d, by GraphicsMagick's names.
var operators = map[string]func(s, d rgba) rgba{
	"Over":        func(s, d rgba) rgba { return porterDuff(s, d, 1, 1-s[3]) },
	"In":          func(s, d rgba) rgba { return porterDuff(s, d, d[3], 0) },
	"Out":         func(s, d rgba) rgba { return porterDuff(s, d, 1-d[3], 0) },
	"Atop":        func(s, d rgba) rgba { return porterDuff(s, d, d[3], 1-s[3]) },
	"Xor":         func(s, d rgba) rgba { return porterDuff(s, d, 1-d[3], 1-s[3]) },
	"Copy":        func(s, _ rgba) rgba { return s },
	"CopyRed":     channel(0),
	"CopyGreen":   channel(1),
	"CopyBlue":    channel(2),
	"CopyOpacity": channel(3),
	"CopyCyan":    channel(0),
	"CopyMagenta": channel(1),
	"CopyYellow":  channel(2),
	"CopyBlack":   func(s, d rgba) rgba { return rgba{s[0], s[0], s[0], d[3]} },
	"Add":         each(func(s, d float64) float64 { return math.Mod(s+d, 1+1.0/255) }),
	"Plus":        each(func(s, d float64) float64 { return s + d }),
	"Minus":       each(func(s, d float64) float64 { return s - d }),
	"Subtract":    each(func(s, d float64) float64 { return wrapUp(s - d) }),
	"Difference":  each(func(s, d float64) float64 { return math.Abs(s - d) }),
	"Multiply":    each(func(s, d float64) float64 { return s * d }),
	"Divide":      each(divide),
	"Bumpmap":     bumpmap,
}

func porterDuff(s, d rgba, forS, forD float64) rgba {
	alpha := s[3]*forS + d[3]*forD
	out := rgba{3: alpha}
	if alpha == 0 {
		return out
	}
	for i := range 3 {
		out[i] = (s[i]*s[3]*forS + d[i]*d[3]*forD) / alpha
	}
	return out
}

func channel(i int) func(s, d rgba) rgba {
	return func(s, d rgba) rgba {
		d[i] = s[i]
		return d
	}
}

// each works on the colors by themselves, where the upper image is not transparent.
func each(mix func(s, d float64) float64) func(s, d rgba) rgba {
	return func(s, d rgba) rgba {
		for i := range 3 {
			d[i] += (min(max(mix(s[i], d[i]), 0), 1) - d[i]) * s[3]
		}
		d[3] = max(d[3], s[3])
		return d
	}
}

func wrapUp(v float64) float64 {
	if v < 0 {
		return v + 1
	}
	return v
}

func divide(s, d float64) float64 {
	if s == 0 {
		return 1
	}
	return d / s
}

// bumpmap takes the brightness of the upper image as shade.
func bumpmap(s, d rgba) rgba {
	shade := 0.299*s[0] + 0.587*s[1] + 0.114*s[2]
	for i := range 3 {
		d[i] *= shade
	}
	return d
}
