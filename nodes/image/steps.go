package image

import (
	"errors"
	"fmt"
	"image"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// work is an image in the making.
type work struct {
	call    *nodes.Call
	item    item.Item
	index   int
	version float64
	image   *image.NRGBA
	format  string
}

// all does what the parameters say.
func (w *work) all(operation string, params item.Value) error {
	steps := operations(operation, params)
	if len(steps) > MaxSteps {
		return fmt.Errorf("an image may be edited in %d steps at most", MaxSteps)
	}
	for _, p := range steps {
		if err := w.step(text(p, "operation", operation), p); err != nil {
			return err
		}
	}
	if w.image == nil {
		return errors.New("no operation is given that makes an image")
	}
	return nil
}

func text(p item.Value, name, def string) string {
	if v := p.Get(name); !v.IsNullish() {
		return v.ToString()
	}
	return def
}

func num(p item.Value, name string, def float64) float64 {
	if v := p.Get(name); !v.IsNullish() {
		if n := v.ToNumber(); n == n {
			return n
		}
	}
	return def
}

func (w *work) step(operation string, p item.Value) (err error) {
	if w.image == nil && operation != "create" {
		return errors.New("the first operation must be \"create\" where there is no image")
	}
	switch operation {
	case "create":
		err = w.create(p)
	case "resize":
		width, height := fit(text(p, "resizeOption", "maximumArea"), float64(w.image.Bounds().Dx()), float64(w.image.Bounds().Dy()), num(p, "width", 500), num(p, "height", 500))
		w.image, err = resize(w.image, width, height)
	case "crop":
		w.image, err = crop(w.image, int(num(p, "positionX", 0)), int(num(p, "positionY", 0)), int(num(p, "width", 500)), int(num(p, "height", 500)))
	case "blur":
		w.image = blur(w.image, num(p, "blur", 5), num(p, "sigma", 2))
	case "shear":
		w.image, err = shear(w.image, num(p, "degreesX", 0), num(p, "degreesY", 0))
	case "rotate":
		err = w.colored(p, "backgroundColor", "#ffffffff", w.rotate)
	case "border":
		err = w.colored(p, "borderColor", "#000000", w.border)
	case "transparent":
		err = w.colored(p, "color", "#ff0000", w.transparent)
	case "draw":
		err = w.colored(p, "color", "#ff000000", w.draw)
	case "text":
		err = w.colored(p, "fontColor", "#000000", w.text)
	case "composite":
		err = w.composite(p)
	default:
		err = fmt.Errorf("the operation %q is not known", operation)
	}
	return err
}

func (w *work) composite(p item.Value) error {
	operator := text(p, "operator", "Over")
	if operators[operator] == nil {
		return fmt.Errorf("the operator %q is not known", operator)
	}
	_, data, err := load(w.call, w.item, text(p, "dataPropertyNameComposite", ""), w.index)
	if err != nil {
		return err
	}
	over, _, err := decode(data)
	if err != nil {
		return err
	}
	compose(w.image, over, int(num(p, "positionX", 0)), int(num(p, "positionY", 0)), operator)
	return nil
}
