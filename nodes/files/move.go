package files

import (
	"encoding/base64"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/charset"
)

// MoveBinaryData moves data between JSON and files: n8n's "moveBinaryData".
func MoveBinaryData() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.moveBinaryData",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Convert to/from binary data",
		Doc:      "Moves the content of a file into JSON, or JSON into a file.",
		Group:    "files",
		Icon:     "file",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   moveFields(),
		Examples: moveExamples(),
		New:      newMove,
	}
}

func newMove(c *nodes.Compile) (nodes.Node, error) {
	if c.Choice("mode", "binaryToJson", "jsonToBinary") == "jsonToBinary" {
		return newToBinary(c), nil
	}
	return &toJSON{
		all:         c.FixedFlag("setAllData", true),
		source:      nodes.Text(c, "sourceKey", "data"),
		destination: nodes.Text(c, "destinationKey", "data"),
		encoding:    nodes.Text(c, "options.encoding", "utf8"),
		hasEncoding: !c.Raw("options.encoding").IsUndefined(),
		strip:       nodes.Flag(c, "options.stripBOM", true),
		parse:       nodes.Flag(c, "options.jsonParse", false),
		base64:      nodes.Flag(c, "options.keepAsBase64", false),
		keep:        nodes.Flag(c, "options.keepSource", false),
	}, nil
}

// toJSON moves the content of a file into JSON. Items without the file are left out.
type toJSON struct {
	all                        bool
	source, destination        nodes.Param[string]
	encoding                   nodes.Param[string]
	hasEncoding                bool
	strip, parse, base64, keep nodes.Param[bool]
}

// Run moves the files of all items. An error ends the step in any case, as in n8n.
func (m *toJSON) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	var out []item.Item
	for i, it := range in.First() {
		made, ok, err := m.move(c, i, it)
		if err != nil {
			return nodes.Result{}, blame(err, -1)
		}
		if ok {
			out = append(out, made)
		}
	}
	return nodes.One(out), nil
}

func (m *toJSON) move(c *nodes.Call, i int, it item.Item) (out item.Item, ok bool, err error) {
	name, err := m.source.At(c, i)
	if err != nil {
		return out, false, err
	}
	b, ok := it.Binary.Get(name)
	if !ok {
		return out, false, nil
	}
	data, err := c.Load(b)
	if err != nil {
		return out, false, err
	}
	keep, err := m.keep.At(c, i)
	if err != nil {
		return out, false, err
	}
	out = item.Item{JSON: it.JSON, Binary: it.Binary, Paired: item.PairOf(i)}
	if !keep {
		out.Binary = without(it.Binary, name)
	}
	if m.all {
		out.JSON, err = m.json(c, i, data)
		return out, true, err
	}
	destination, err := m.destination.At(c, i)
	if err != nil {
		return out, false, err
	}
	v, err := m.value(c, i, data)
	if err != nil {
		return out, false, err
	}
	out.JSON, err = item.SetPath(it.JSON, destination, v)
	return out, true, err
}

func (m *toJSON) value(c *nodes.Call, i int, data []byte) (item.Value, error) {
	asBase64, err := m.base64.At(c, i)
	if err != nil {
		return item.Undefined, err
	}
	parse, err := m.parse.At(c, i)
	switch {
	case err != nil:
		return item.Undefined, err
	case asBase64 && !parse:
		return item.String(base64.StdEncoding.EncodeToString(data)), nil
	case parse:
		return m.json(c, i, data)
	}
	text, err := m.text(c, i, data)
	return item.String(text), err
}

func (m *toJSON) json(c *nodes.Call, i int, data []byte) (item.Value, error) {
	text, err := m.text(c, i, data)
	if err != nil {
		return item.Undefined, err
	}
	v, err := item.Parse([]byte(text), item.Limits{})
	if err != nil {
		return v, jsonError(text)
	}
	return v, nil
}

func (m *toJSON) text(c *nodes.Call, i int, data []byte) (string, error) {
	encoding, err := m.encoding.At(c, i)
	if err != nil {
		return "", err
	}
	strip, err := m.strip.At(c, i)
	if err != nil {
		return "", err
	}
	if err := checkEncoding(encoding); err != nil {
		return "", err
	}
	return charset.Decode(encoding, data, strip || !m.hasEncoding || !hasMark(encoding)), nil
}

// toBinary moves JSON into a file.
type toBinary struct {
	all                           bool
	version                       float64
	source, destination, fileName nodes.Param[string]
	mediaType                     nodes.Param[string]
	base64, raw, keep             nodes.Param[bool]
	encoding                      encoding
}

func newToBinary(c *nodes.Compile) *toBinary {
	return &toBinary{
		all:         c.FixedFlag("convertAllData", true),
		version:     c.Version,
		source:      nodes.Text(c, "sourceKey", "data"),
		destination: nodes.Text(c, "destinationKey", "data"),
		fileName:    textOption(c, "options.fileName"),
		mediaType:   textOption(c, "options.mimeType"),
		base64:      nodes.Flag(c, "options.dataIsBase64", false),
		raw:         nodes.Flag(c, "options.useRawData", false),
		keep:        nodes.Flag(c, "options.keepSource", false),
		encoding:    newEncoding(c, "options.addBOM"),
	}
}

// Run makes a file of every item. Items without the field are left out.
func (m *toBinary) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	var out []item.Item
	for i, it := range in.First() {
		made, ok, err := m.move(c, i, it)
		if err != nil {
			return nodes.Result{}, blame(err, -1)
		}
		if ok {
			out = append(out, made)
		}
	}
	return nodes.One(out), nil
}

func (m *toBinary) move(c *nodes.Call, i int, it item.Item) (out item.Item, ok bool, err error) {
	source, err := m.source.At(c, i)
	if err != nil {
		return out, false, err
	}
	v := it.JSON
	if !m.all {
		if v = item.GetPath(it.JSON, source); v.IsUndefined() {
			return out, false, nil
		}
	}
	b, err := m.file(c, i, v)
	if err != nil {
		return out, false, err
	}
	destination, err := m.destination.At(c, i)
	if err != nil {
		return out, false, err
	}
	keep, err := m.keep.At(c, i)
	if err != nil {
		return out, false, err
	}
	out = item.Item{JSON: it.JSON, Binary: it.Binary.With(destination, b), Paired: item.PairOf(i)}
	switch {
	case keep:
	case m.all:
		out.JSON = emptyJSON()
	default:
		out.JSON = unset(it.JSON, source)
	}
	return out, true, nil
}

func (m *toBinary) file(c *nodes.Call, i int, v item.Value) (item.Binary, error) {
	mediaType, err := m.mediaType.At(c, i)
	if err != nil {
		return item.Binary{}, err
	}
	fileName, err := m.fileName.At(c, i)
	if err != nil {
		return item.Binary{}, err
	}
	data, plain, err := m.content(c, i, v)
	if err != nil {
		return item.Binary{}, err
	}
	if mediaType == "" && !plain {
		mediaType = "application/json"
	}
	b, err := store(c, data, fileName, mediaType)
	if err == nil && m.version >= 1.1 {
		b = named(b)
	}
	return b, err
}

// content is what the file holds; plain says that nothing tells its type.
func (m *toBinary) content(c *nodes.Call, i int, v item.Value) (data []byte, plain bool, err error) {
	asBase64, err := m.base64.At(c, i)
	if err != nil {
		return nil, false, err
	}
	raw, err := m.raw.At(c, i)
	if err != nil {
		return nil, false, err
	}
	if asBase64 && !m.all && !raw {
		data, err = toBytes(v, charset.ReadBase64)
		return data, m.version >= 1.1, err
	}
	text := v.JSON()
	if k := v.Kind(); raw && k != item.KindObject && k != item.KindArray && k != item.KindNull {
		text, plain = v.ToString(), m.version >= 1.1
	}
	data, err = m.encoding.write(c, i, text)
	return data, plain, err
}
