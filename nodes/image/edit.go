package image

import (
	"fmt"
	"image"
	"path"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/binary"
)

// MaxSteps bounds the operations of one multi-step edit.
const MaxSteps = 100

// EditImage edits images: n8n's "editImage".
func EditImage() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.editImage",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Edit Image",
		Doc:      "Tells what an image is, or changes it: size, cut, turn, blur, border, drawings, text, other images, format.",
		Group:    "files",
		Icon:     "image",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   fields(),
		Examples: []nodes.Example{{
			Name: "Make an image", Params: `{"operation":"create","width":20,"height":10,"backgroundColor":"#00ff00ff"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}, {
			Name: "An item without a file", Params: `{"operation":"information"}`, In: `[{"a":1}]`,
			Error: "This operation expects the node's input data to contain a binary file 'data', but none was found [item 0]",
		}},
		New: newEdit,
	}
}

type edit struct {
	version                       float64
	operation                     string
	params                        nodes.Param[item.Value] // all of them, with the values for an item
	property                      nodes.Param[string]
	destination, fileName, format nodes.Param[string]
	quality                       nodes.Param[float64]
}

func newEdit(c *nodes.Compile) (nodes.Node, error) {
	operation := c.Choice("operation", "border", "blur", "composite", "create", "crop", "draw", "information", "multiStep", "resize", "rotate", "shear", "text", "transparent")
	e := &edit{
		version:     c.Version,
		operation:   operation,
		params:      nodes.From(c, "", c.Params, func(v item.Value) (item.Value, error) { return v, nil }),
		property:    nodes.Text(c, "dataPropertyName", "data"),
		destination: nodes.Text(c, "options.destinationKey", ""),
		fileName:    nodes.Text(c, "options.fileName", ""),
		format:      nodes.Text(c, "options.format", ""),
		quality:     nodes.Num(c, "options.quality", 100),
	}
	return e, nil
}

// Run edits the image of each item.
func (e *edit) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	out := make([]item.Item, 0, len(items))
	for i, it := range items {
		made, err := e.item(c, i, it)
		if err != nil {
			if made, err = c.Failed(i, blame(err, i)); err != nil {
				return nodes.Result{}, err
			}
		}
		out = append(out, made)
	}
	return nodes.One(out), nil
}

func blame(err error, i int) error {
	if _, ok := err.(*nodes.StepError); ok { //nolint:errorlint // a wrapped one is not what the person sees
		return err
	}
	return nodes.Fail("image", err.Error(), i)
}

// load reads an image of an item.
func load(c *nodes.Call, it item.Item, name string, i int) (b item.Binary, data []byte, err error) {
	if b, err = nodes.FileOf(it, name, i); err != nil {
		return b, nil, err
	}
	data, err = c.Load(b)
	return b, data, err
}

func (e *edit) item(c *nodes.Call, i int, it item.Item) (item.Item, error) {
	params, err := e.params.At(c, i)
	if err != nil {
		return it, err
	}
	property, err := e.property.At(c, i)
	if err != nil {
		return it, err
	}
	w := &work{call: c, item: it, index: i, version: e.version, format: "png"}
	var source item.Binary
	if steps := operations(e.operation, params); len(steps) == 0 || text(steps[0], "operation", e.operation) != "create" {
		var data []byte
		if source, data, err = load(c, it, property, i); err != nil {
			return it, err
		}
		if w.image, w.format, err = decode(data); err != nil {
			return it, err
		}
	}
	if e.operation == "information" {
		return item.Item{JSON: information(w.image, w.format, source.Bytes).Value(), Binary: it.Binary, Paired: item.PairOf(i)}, nil
	}
	if err := w.all(e.operation, params); err != nil {
		return it, err
	}
	return e.store(c, i, w, source, property)
}

// operations are the parameters of each operation.
func operations(operation string, params item.Value) []item.Value {
	if operation != "multiStep" {
		return []item.Value{params}
	}
	list, _ := params.Get("operations").Get("operations").Elems()
	return list
}

// store keeps the image that was made.
func (e *edit) store(c *nodes.Call, i int, w *work, source item.Binary, property string) (item.Item, error) {
	format, err := e.format.At(c, i)
	if err != nil {
		return w.item, err
	}
	quality, err := e.quality.At(c, i)
	if err != nil {
		return w.item, err
	}
	if format == "" {
		format = w.format
	}
	data, err := encode(w.image, format, int(quality))
	if err != nil {
		return w.item, err
	}
	fileName, err := e.fileName.At(c, i)
	if err != nil {
		return w.item, err
	}
	b := binary.Describe(data, source.FileName, "image/"+format)
	b.FileExtension = extension(format)
	switch {
	case fileName != "":
		b.FileName = fileName
	case b.FileName != "":
		b.FileName = strings.TrimSuffix(b.FileName, path.Ext(b.FileName)) + "." + b.FileExtension
	}
	destination, err := e.destination.At(c, i)
	if err != nil {
		return w.item, err
	}
	if destination == "" {
		destination = property
	}
	if b, err = c.Store(b, data); err != nil {
		return w.item, err
	}
	return item.Item{JSON: w.item.JSON, Binary: w.item.Binary.With(destination, b), Paired: item.PairOf(i)}, nil
}

func extension(format string) string {
	if ext := binary.ExtensionOf("image/" + format); ext != "" {
		return ext
	}
	return format
}

// information is what is known about an image, in GraphicsMagick's words.
func information(img *image.NRGBA, format string, bytes int64) *item.ObjectBuilder {
	names := map[string]string{
		"png": "PNG (Portable Network Graphics)", "jpeg": "JPEG (Joint Photographic Experts Group JFIF format)", "gif": "GIF (CompuServe graphics interchange format)",
		"bmp": "BMP (Microsoft Windows bitmap image)", "tiff": "TIFF (Tagged Image File Format)", "webp": "WEBP (WebP Image Format)",
	}
	b := img.Bounds()
	kind := "true color"
	if !img.Opaque() {
		kind = "true color with transparency"
	}
	size := item.NewObject(2).Set("width", item.Int(b.Dx())).Set("height", item.Int(b.Dy()))
	return item.NewObject(9).
		Set("Format", item.String(names[format])).
		Set("format", item.String(strings.ToUpper(format))).
		Set("Geometry", item.String(fmt.Sprintf("%dx%d", b.Dx(), b.Dy()))).
		Set("size", size.Value()).
		Set("Class", item.String("DirectClass")).
		Set("Type", item.String(kind)).
		Set("Depth", item.String("8 bits-per-pixel component")).
		Set("depth", item.Int(8)).
		Set("Filesize", item.String(fmt.Sprint(bytes)))
}
