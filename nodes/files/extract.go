package files

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/charset"
	"github.com/jobsprint/jobsprint/nodes/files/ics"
	"github.com/jobsprint/jobsprint/nodes/files/pdf"
	"github.com/jobsprint/jobsprint/nodes/files/sheet"
)

// ExtractFromFile makes items of files: n8n's "extractFromFile".
func ExtractFromFile() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.extractFromFile",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Extract from File",
		Doc:      "Reads a table, JSON, text, a calendar or a PDF file into items, or a file into a field as base64.",
		Group:    "files",
		Icon:     "file",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   extractFields(),
		Examples: extractExamples(),
		New:      newExtract,
	}
}

func newExtract(c *nodes.Compile) (nodes.Node, error) {
	operation := c.Choice("operation", "csv", "html", "fromIcs", "fromJson", "ods", "pdf", "rtf", "text", "xml", "xls", "xlsx", "binaryToPropery")
	switch operation {
	case "pdf":
		return newPDFReader(c), nil
	case "fromIcs", "fromJson", "text", "xml", "binaryToPropery":
		return newFieldReader(c, operation), nil
	}
	return &tableStep{tableReader: newTableReader(c), format: operation}, nil
}

// tableStep makes an item of every row.
type tableStep struct {
	*tableReader
	format string
}

// Run reads the tables of all items.
func (s *tableStep) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		name, err := s.name.At(c, i)
		if err != nil {
			return nil, err
		}
		_, data, err := load(c, items[i], name, i)
		if err != nil {
			return nil, err
		}
		o, err := s.settings(c, i)
		if err != nil {
			return nil, err
		}
		switch s.format {
		case "csv":
			return o.csv(data, i)
		case "rtf":
			o.header, o.empty = true, false // the format has no such options
		}
		if s.format == "html" || s.format == "rtf" {
			o.sheet, o.rows, o.asText = "", "", o.asText && s.format == "html"
		}
		out, err := o.table(data, i)
		return out, notInFormat(err, s.format, i)
	})
}

// notInFormat words an error about a file that is not what it should be as n8n does.
func notInFormat(err error, format string, i int) error {
	if !errors.Is(err, sheet.ErrFormat) {
		return err
	}
	f := nodes.Fail("file.format", fmt.Sprintf("The file selected in 'Input Binary Field' is not in %s format", format), i)
	f.Description = fmt.Sprintf("Try to change the operation or select a %s file in 'Input Binary Field'", format)
	return f
}

// source says what of an input item is kept.
type source struct{ keep nodes.Param[string] }

func newSource(c *nodes.Compile) source {
	return source{keep: nodes.Text(c, "options.keepSource", "")}
}

// json and binary are what an output item begins with.
func (s source) of(c *nodes.Call, i int, in item.Item, name string) (json item.Value, files *item.Binaries, err error) {
	keep, err := s.keep.At(c, i)
	if err != nil {
		return json, nil, err
	}
	json = emptyJSON()
	if keep == "json" || keep == "both" {
		json = in.JSON
	}
	files = in.Binary
	if keep != "binary" && keep != "both" {
		files = without(in.Binary, name)
	}
	return json, files, nil
}

// fieldReader puts the content of a file into a field.
type fieldReader struct {
	operation   string
	name        nodes.Param[string]
	destination nodes.Param[string]
	encoding    nodes.Param[string]
	strip       nodes.Param[bool]
	source      source
}

func newFieldReader(c *nodes.Compile, operation string) *fieldReader {
	return &fieldReader{
		operation:   operation,
		name:        nodes.Text(c, "binaryPropertyName", "data"),
		destination: nodes.Text(c, "destinationKey", "data"),
		encoding:    textOption(c, "options.encoding"),
		strip:       nodes.Flag(c, "options.stripBOM", true),
		source:      newSource(c),
	}
}

// Run reads the files of all items.
func (r *fieldReader) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
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
		v, err := r.value(c, i, data)
		if err != nil {
			return nil, err
		}
		destination, err := r.destination.At(c, i)
		if err != nil {
			return nil, err
		}
		json, files, err := r.source.of(c, i, items[i], name)
		if err != nil {
			return nil, err
		}
		if json, err = item.SetPath(json, destination, v); err != nil {
			return nil, err
		}
		return []item.Item{{JSON: json, Binary: files, Paired: item.PairOf(i)}}, nil
	})
}

func (r *fieldReader) value(c *nodes.Call, i int, data []byte) (item.Value, error) {
	if r.operation == "binaryToPropery" {
		return item.String(base64.StdEncoding.EncodeToString(data)), nil
	}
	text, err := r.text(c, i, data)
	if err != nil {
		return item.Undefined, err
	}
	switch r.operation {
	case "fromJson":
		if text == "" {
			return emptyJSON(), nil
		}
		v, err := item.Parse([]byte(text), item.Limits{})
		if err != nil {
			f := fail(i, "The file selected in 'Input Binary Field' is not in JSON format")
			f.Description = "Try to change the operation or select a JSON file in 'Input Binary Field'"
			return v, f
		}
		return v, nil
	case "fromIcs":
		return ics.Read(text)
	}
	return item.String(text), nil
}

// text reads a file as a text. The encoding is found by its bytes where nobody says it.
func (r *fieldReader) text(c *nodes.Call, i int, data []byte) (string, error) {
	encoding, err := r.encoding.At(c, i)
	if err != nil {
		return "", err
	}
	strip, err := r.strip.At(c, i)
	if err != nil {
		return "", err
	}
	if encoding == "" {
		return charset.Decode(detect(data), data, true), nil
	}
	if err := checkEncoding(encoding); err != nil {
		return "", err
	}
	return charset.Decode(encoding, data, strip || !hasMark(encoding)), nil
}

// pdfReader reads the text of PDF files.
type pdfReader struct {
	name     nodes.Param[string]
	join     nodes.Param[bool]
	max      nodes.Param[float64]
	password nodes.Param[string]
	source   source
}

func newPDFReader(c *nodes.Compile) *pdfReader {
	return &pdfReader{
		name:     nodes.Text(c, "binaryPropertyName", "data"),
		join:     nodes.Flag(c, "options.joinPages", true),
		max:      nodes.Num(c, "options.maxPages", 0),
		password: textOption(c, "options.password"),
		source:   newSource(c),
	}
}

// Run reads the files of all items.
func (r *pdfReader) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
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
		json, files, err := r.source.of(c, i, items[i], name)
		if err != nil {
			return nil, err
		}
		merged := item.NewObject(8)
		if o, ok := json.Obj(); ok {
			merged = item.FromObject(o)
		}
		for key, v := range doc.All() {
			merged.Set(key, v)
		}
		return []item.Item{{JSON: merged.Value(), Binary: files, Paired: item.PairOf(i)}}, nil
	})
}

func (r *pdfReader) read(c *nodes.Call, i int, data []byte) (*item.Object, error) {
	join, err := r.join.At(c, i)
	if err != nil {
		return nil, err
	}
	pages, err := r.max.At(c, i)
	if err != nil {
		return nil, err
	}
	password, err := r.password.At(c, i)
	if err != nil {
		return nil, err
	}
	return pdf.Read(data, pdf.Options{Join: join, MaxPages: int(pages), Password: password})
}
