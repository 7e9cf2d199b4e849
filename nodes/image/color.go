package image

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// parseColor reads #rgb, #rrggbb, #rrggbbaa or a name. As in GraphicsMagick before its version 7, which n8n uses, two
// more digits say how transparent a color is; ff is opaque here, as the step's own default colors mean it.
func parseColor(text string) (color.NRGBA, error) {
	s := strings.ToLower(strings.TrimSpace(text))
	if c, ok := colornames.Map[s]; ok {
		return color.NRGBA{c.R, c.G, c.B, 0xff}, nil
	}
	if s == "" || s == "none" || s == "transparent" {
		return color.NRGBA{}, nil
	}
	digits, ok := strings.CutPrefix(s, "#")
	if ok && len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	if ok && len(digits) == 6 {
		digits += "ff"
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if !ok || err != nil || len(digits) != 8 {
		return color.NRGBA{}, fmt.Errorf("%q is not a color; write one such as #ff0000", text)
	}
	return color.NRGBA{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}
