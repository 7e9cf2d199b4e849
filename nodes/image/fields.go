package image

import (
	"slices"

	"github.com/jobsprint/jobsprint/nodes"
)

func choices(values ...string) []nodes.Option {
	list := make([]nodes.Option, len(values))
	for i, v := range values {
		list[i] = nodes.Choose(v, v)
	}
	return list
}

// operationNames are what may be done in one of several steps.
var operationNames = []string{"border", "blur", "composite", "create", "crop", "draw", "resize", "rotate", "shear", "text", "transparent"}

func fields() []nodes.Field {
	all := append(slices.Clone(operationNames), "information", "multiStep")
	steps := append([]nodes.Field{nodes.ChoiceField("operation", "Operation", "", choices(operationNames...)...)}, operationFields()...)
	list := []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "What is done.", choices(all...)...),
		nodes.TextField("dataPropertyName", "Property name", "data", "The name of the image in the item."),
		nodes.GroupField("operations", "Operations", "Done one after the other.", nodes.ListField("operations", "Operations", steps...)).
			Show(nodes.When("operation", "multiStep")),
	}
	list = append(list, operationFields()...)
	return append(list, nodes.OptionsField("options", "Options",
		nodes.TextField("destinationKey", "Destination output field", "data", ""),
		nodes.TextField("fileName", "File name", "", ""),
		nodes.ChoiceField("font", "Font", "One that the program brings along.", choices("regular", "bold", "italic", "mono")...),
		nodes.ChoiceField("format", "Format", "That of the image where none is chosen.", choices("jpeg", "bmp", "gif", "png", "tiff", "webp")...),
		nodes.NumberField("quality", "Quality", 100, "Of a jpeg image, 1 to 100."),
	))
}

// operationFields are those of all operations. Those that several have mean the same in each.
func operationFields() []nodes.Field {
	op := func(f nodes.Field, names ...any) nodes.Field { return f.Show(nodes.When("operation", names...)) }
	number := func(name, label string, def float64, ops ...any) nodes.Field {
		return op(nodes.NumberField(name, label, def, ""), ops...)
	}
	return []nodes.Field{
		op(nodes.TextField("backgroundColor", "Background color", "", "Such as #ffffff, or with two digits more for how opaque it is."), "create", "rotate"),
		number("width", "Width", 500, "create", "crop", "resize"),
		number("height", "Height", 500, "create", "crop", "resize"),
		op(nodes.ChoiceField("resizeOption", "Option", "", choices("maximumArea", "ignoreAspectRatio", "minimumArea", "onlyIfLarger", "onlyIfSmaller", "percent")...), "resize"),
		op(nodes.ChoiceField("primitive", "Primitive", "", choices("rectangle", "circle", "line")...), "draw"),
		op(nodes.TextField("color", "Color", "", ""), "draw", "transparent"),
		number("startPositionX", "Start position X", 50, "draw"),
		number("startPositionY", "Start position Y", 50, "draw"),
		number("endPositionX", "End position X", 250, "draw"),
		number("endPositionY", "End position Y", 250, "draw"),
		number("cornerRadius", "Corner radius", 0, "draw"),
		op(nodes.TextField("text", "Text", "", ""), "text"),
		number("fontSize", "Font size", 18, "text"),
		op(nodes.TextField("fontColor", "Font color", "#000000", ""), "text"),
		op(nodes.TextField("font", "Font", "", "regular, bold, italic or mono."), "text"),
		number("positionX", "Position X", 50, "text", "crop", "composite"),
		number("positionY", "Position Y", 50, "text", "crop", "composite"),
		op(nodes.ChoiceField("horizontalAlignment", "Horizontal alignment", "", choices("center", "west", "east")...), "text").Show(nodes.When("@version", 1.1)),
		op(nodes.ChoiceField("verticalAlignment", "Vertical alignment", "", choices("middle", "north", "south")...), "text").Show(nodes.When("@version", 1.1)),
		number("lineLength", "Max line length", 80, "text"),
		number("blur", "Blur", 5, "blur"),
		number("sigma", "Sigma", 2, "blur"),
		number("borderWidth", "Border width", 10, "border"),
		number("borderHeight", "Border height", 10, "border"),
		op(nodes.TextField("borderColor", "Border color", "#000000", ""), "border"),
		op(nodes.TextField("dataPropertyNameComposite", "Composite image property", "", "The name of the image that is laid over."), "composite"),
		op(nodes.ChoiceField("operator", "Operator", "", choices("Over", "Add", "Atop", "Bumpmap", "Copy", "CopyBlack", "CopyBlue", "CopyCyan", "CopyGreen", "CopyMagenta",
			"CopyOpacity", "CopyRed", "CopyYellow", "Difference", "Divide", "In", "Minus", "Multiply", "Out", "Plus", "Subtract", "Xor")...), "composite"),
		number("rotate", "Rotate", 0, "rotate"),
		number("degreesX", "Degrees X", 0, "shear"),
		number("degreesY", "Degrees Y", 0, "shear"),
	}
}
