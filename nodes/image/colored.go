package image

import (
	"image/color"

	"github.com/jobsprint/jobsprint/item"
)

// colored does something with the color that a parameter names.
func (w *work) colored(p item.Value, name, def string, do func(p item.Value, c color.NRGBA) error) error {
	c, err := parseColor(text(p, name, def))
	if err != nil {
		return err
	}
	return do(p, c)
}

// create makes an image, whose format is png until another one is asked for.
func (w *work) create(p item.Value) error {
	width, height := round(num(p, "width", 50)), round(num(p, "height", 50))
	if err := checkSize(width, height); err != nil {
		return err
	}
	return w.colored(p, "backgroundColor", "#ffffff00", func(_ item.Value, c color.NRGBA) error {
		w.image, w.format = blank(width, height, c), "png"
		return nil
	})
}

func (w *work) rotate(p item.Value, c color.NRGBA) (err error) {
	w.image, err = rotate(w.image, num(p, "rotate", 0), c)
	return err
}

func (w *work) border(p item.Value, c color.NRGBA) (err error) {
	w.image, err = border(w.image, int(num(p, "borderWidth", 10)), int(num(p, "borderHeight", 10)), c)
	return err
}

func (w *work) transparent(_ item.Value, c color.NRGBA) error {
	clearColor(w.image, c)
	return nil
}

// draw draws a shape. The step's default color would not be seen at all; it counts as opaque.
func (w *work) draw(p item.Value, c color.NRGBA) error {
	if c.A == 0 {
		c.A = 0xff
	}
	from := point{num(p, "startPositionX", 50), num(p, "startPositionY", 50)}
	to := point{num(p, "endPositionX", 250), num(p, "endPositionY", 250)}
	primitive(w.image, text(p, "primitive", "rectangle"), c, from, to, num(p, "cornerRadius", 0))
	return nil
}

func (w *work) text(p item.Value, c color.NRGBA) error {
	l := label{
		text: text(p, "text", ""), size: num(p, "fontSize", 18), color: c, width: int(num(p, "lineLength", 80)),
		at:   point{num(p, "positionX", 50), num(p, "positionY", 50)},
		font: text(p, "font", text(p.Get("options"), "font", "")),
	}
	if w.version >= 1.1 {
		l.horizontal, l.vertical = text(p, "horizontalAlignment", "center"), text(p, "verticalAlignment", "middle")
	}
	return l.draw(w.image)
}
