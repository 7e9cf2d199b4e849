package files

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// ReadPDF reads the text of PDF files: n8n's "readPDF", which came before Extract from File.
func ReadPDF() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.readPDF",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Read PDF",
		Doc:      "Reads the text of PDF files. Extract from File does the same and more.",
		Group:    "files",
		Icon:     "file",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.TextField("binaryPropertyName", "Input binary field", "data", "The name of the file in the input item.").Need(),
			nodes.FlagField("encrypted", "Encrypted", false, "Whether the file has a password."),
			nodes.TextField("password", "Password", "", "").Show(nodes.When("encrypted", true)),
		},
		Examples: []nodes.Example{{Name: "An item without a file", Params: `{}`, In: `[{"a":1}]`, Error: noFile}},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			r := newPDFReader(c)
			r.password = textOption(c, "password")
			return &oldPDF{pdfReader: r, encrypted: nodes.Flag(c, "encrypted", false)}, nil
		},
	}
}

// oldPDF keeps the files of the items.
type oldPDF struct {
	*pdfReader
	encrypted nodes.Param[bool]
}

// Run reads the files of all items.
func (r *oldPDF) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		name, err := r.name.At(c, i)
		if err != nil {
			return nil, err
		}
		_, data, err := load(c, items[i], name, i)
		if err != nil {
			return nil, err
		}
		doc, err := r.read(c, i, data)
		if err != nil {
			return nil, err
		}
		return []item.Item{{JSON: doc.Value(), Binary: items[i].Binary, Paired: item.PairOf(i)}}, nil
	})
}
