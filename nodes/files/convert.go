package files

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/charset"
)

// ConvertToFile makes files of items: n8n's "convertToFile".
func ConvertToFile() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.convertToFile",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Convert to File",
		Doc:      "Makes a table, JSON, text, a calendar event or a file in base64 into a file.",
		Group:    "files",
		Icon:     "file",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   convertFields(),
		Examples: convertExamples(),
		New:      newConvert,
	}
}

// convert is one way to make files of items.
type convert struct {
	name nodes.Param[string] // of the binary data
	make maker
}

// maker makes the output items.
type maker interface {
	run(c *nodes.Call, items []item.Item, name nodes.Param[string]) (nodes.Result, error)
}

func newConvert(c *nodes.Compile) (nodes.Node, error) {
	n := &convert{name: nodes.Text(c, "binaryPropertyName", "data")}
	operation := c.Choice("operation", "csv", "html", "iCal", "toJson", "ods", "rtf", "toText", "xls", "xlsx", "toBinary")
	switch operation {
	case "toJson":
		n.make = newJSONMaker(c)
	case "toText", "toBinary":
		n.make = newTextMaker(c, operation == "toBinary")
	case "iCal":
		n.make = newEventMaker(c)
	default:
		n.make = newTableMaker(c, operation, "File")
	}
	return n, nil
}

// Run makes the files.
func (n *convert) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if len(in.First()) == 0 {
		return nodes.One(nil), nil
	}
	return n.make.run(c, in.First(), n.name)
}

// one is an output item that has nothing but a file.
func one(name string, b item.Binary, paired item.Paired) item.Item {
	return item.Item{JSON: emptyJSON(), Binary: (*item.Binaries)(nil).With(name, b), Paired: paired}
}

// failAll is what becomes of an error that belongs to all items.
func failAll(c *nodes.Call, n int, err error) (nodes.Result, error) {
	it, err := c.Failed(0, blame(err, -1))
	if err != nil {
		return nodes.Result{}, err
	}
	it.Paired = pairAll(n)
	return nodes.One([]item.Item{it}), nil
}

type jsonMaker struct {
	each     bool
	format   nodes.Param[bool]
	fileName nodes.Param[string]
	encoding encoding
}

func newJSONMaker(c *nodes.Compile) *jsonMaker {
	return &jsonMaker{
		each:     c.Choice("mode", "once", "each") == "each",
		format:   nodes.Flag(c, "options.format", false),
		fileName: textOption(c, "options.fileName"),
		encoding: newEncoding(c, "options.addBOM"),
	}
}

func (m *jsonMaker) run(c *nodes.Call, items []item.Item, name nodes.Param[string]) (nodes.Result, error) {
	if m.each {
		return perItem(c, items, func(i int) ([]item.Item, error) {
			return m.file(c, i, items[i].JSON, name, item.PairOf(i))
		})
	}
	list := make([]item.Value, len(items))
	for i, it := range items {
		list[i] = it.JSON
	}
	out, err := m.file(c, 0, item.Array(list), name, pairAll(len(items)))
	if err != nil {
		return failAll(c, len(items), err)
	}
	return nodes.One(out), nil
}

func (m *jsonMaker) file(c *nodes.Call, i int, v item.Value, name nodes.Param[string], paired item.Paired) ([]item.Item, error) {
	format, err := m.format.At(c, i)
	if err != nil {
		return nil, err
	}
	text := v.JSON()
	if format {
		text = indent(v)
	}
	data, err := m.encoding.write(c, i, text)
	if err != nil {
		return nil, err
	}
	fileName, err := m.fileName.At(c, i)
	if err != nil {
		return nil, err
	}
	return keep(c, i, data, fileName, "application/json", name, paired)
}

// keep stores data as the only binary data of an item.
func keep(c *nodes.Call, i int, data []byte, fileName, mediaType string, name nodes.Param[string], paired item.Paired) ([]item.Item, error) {
	property, err := name.At(c, i)
	if err != nil {
		return nil, err
	}
	b, err := store(c, data, fileName, mediaType)
	if err != nil {
		return nil, err
	}
	return []item.Item{one(property, named(b), paired)}, nil
}

// indent is the value as JSON with two spaces for each level, as JSON.stringify writes it.
func indent(v item.Value) string {
	var b strings.Builder
	writeIndented(&b, v, "\n")
	return b.String()
}

func writeIndented(b *strings.Builder, v item.Value, end string) {
	if o, ok := v.Obj(); ok {
		separator := "{"
		for name, member := range o.All() {
			if member.IsUndefined() {
				continue
			}
			b.WriteString(separator + end + "  " + string(item.AppendQuoted(nil, name)) + ": ")
			writeIndented(b, member, end+"  ")
			separator = ","
		}
		if separator == "{" {
			b.WriteString("{}")
		} else {
			b.WriteString(end + "}")
		}
		return
	}
	list, ok := v.Elems()
	if !ok || len(list) == 0 {
		b.WriteString(v.JSON())
		return
	}
	for i, e := range list {
		separator := ","
		if i == 0 {
			separator = "["
		}
		b.WriteString(separator + end + "  ")
		writeIndented(b, e, end+"  ")
	}
	b.WriteString(end + "]")
}

// textMaker writes the text of a field, or a file that stands in it as base64.
type textMaker struct {
	source    nodes.Param[string]
	fileName  nodes.Param[string]
	mediaType nodes.Param[string]
	base64    nodes.Param[bool]
	binary    bool
	encoding  encoding
}

func newTextMaker(c *nodes.Compile, binary bool) *textMaker {
	m := &textMaker{
		source:    nodes.Text(c, "sourceProperty", ""),
		fileName:  textOption(c, "options.fileName"),
		mediaType: textOption(c, "options.mimeType"),
		base64:    nodes.Flag(c, "options.dataIsBase64", true),
		binary:    binary,
		encoding:  newEncoding(c, "options.addBOM"),
	}
	if c.Version > 1 {
		m.base64 = nodes.From(c, "options.dataIsBase64", item.True, nodes.ToFlag)
	}
	return m
}

func (m *textMaker) run(c *nodes.Call, items []item.Item, name nodes.Param[string]) (nodes.Result, error) {
	return perItem(c, items, func(i int) ([]item.Item, error) {
		source, err := m.source.At(c, i)
		if err != nil {
			return nil, err
		}
		fileName, err := m.fileName.At(c, i)
		if err != nil {
			return nil, err
		}
		v := item.GetPath(items[i].JSON, source)
		if v.IsUndefined() {
			return nil, fail(i, `The value in "%s" is not set`, source)
		}
		data, mediaType, err := m.content(c, i, v)
		if err != nil {
			return nil, err
		}
		if fileName == "" && !m.binary {
			fileName = "file.txt"
		}
		return keep(c, i, data, fileName, mediaType, name, item.PairOf(i))
	})
}

func (m *textMaker) content(c *nodes.Call, i int, v item.Value) (data []byte, mediaType string, err error) {
	if m.binary {
		if mediaType, err = m.mediaType.At(c, i); err != nil {
			return nil, "", err
		}
		base64, err := m.base64.At(c, i)
		if err != nil {
			return nil, "", err
		}
		if base64 {
			data, err = toBytes(v, charset.ReadBase64)
			return data, mediaType, err
		}
	}
	text := v.ToString()
	if k := v.Kind(); k == item.KindObject || k == item.KindArray || k == item.KindNull {
		text = v.JSON()
		if mediaType == "" {
			mediaType = "application/json"
		}
	} else if mediaType == "" && !m.binary {
		mediaType = "text/plain"
	}
	data, err = m.encoding.write(c, i, text)
	return data, mediaType, err
}

// tableMaker writes all items as one table.
type tableMaker struct {
	format                     string
	base                       string // of the file's name where none is given
	fileName, sheet, delimiter nodes.Param[string]
	commas                     bool // the delimiter is for reading alone
	header, packed             nodes.Param[bool]
}

// tableTypes are the media types of the formats.
var tableTypes = map[string]string{
	"csv": "text/csv", "html": "text/html", "rtf": "application/rtf", "ods": "application/vnd.oasis.opendocument.spreadsheet",
	"xls": "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

func newTableMaker(c *nodes.Compile, format, base string) *tableMaker {
	return &tableMaker{
		format:    format,
		base:      base,
		fileName:  textOption(c, "options.fileName"),
		sheet:     nodes.Text(c, "options.sheetName", "Sheet"),
		delimiter: nodes.Text(c, "options.delimiter", ","),
		header:    nodes.Flag(c, "options.headerRow", true),
		packed:    nodes.Flag(c, "options.compression", false),
	}
}

func (m *tableMaker) run(c *nodes.Call, items []item.Item, name nodes.Param[string]) (nodes.Result, error) {
	data, err := m.write(c, items)
	if err != nil {
		return failAll(c, len(items), err)
	}
	fileName, err := m.fileName.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	if fileName == "" {
		fileName = fmt.Sprintf("%s.%s", m.base, m.format)
	}
	out, err := keep(c, 0, data, fileName, tableTypes[m.format], name, pairAll(len(items)))
	if err != nil {
		return failAll(c, len(items), err)
	}
	return nodes.One(out), nil
}
