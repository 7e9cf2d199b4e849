package flow

import "github.com/jobsprint/jobsprint/nodes"

// StickyNote is text on the canvas: n8n's "stickyNote". It never runs.
func StickyNote() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.stickyNote",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Sticky note",
		Doc:      "A note on the canvas in Markdown. It is not a step and never runs.",
		Group:    "flow",
		Icon:     "note",
		Note:     true,
		Fields: []nodes.Field{
			nodes.TextField("content", "Content", "", "Markdown."),
			nodes.NumberField("height", "Height", 160, "In pixels."),
			nodes.NumberField("width", "Width", 240, "In pixels."),
			{Name: "color", Label: "Color", Kind: "json", Doc: "A number from 1 to 7, or a CSS color."},
		},
		New: func(*nodes.Compile) (nodes.Node, error) { return pass{}, nil },
	}
}
