package files

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/binary"
)

// ReadWriteFile reads and writes files on disk: n8n's "readWriteFile".
func ReadWriteFile(o Options) nodes.Definition {
	read, write := nodes.When("operation", "read"), nodes.When("operation", "write")
	return nodes.Definition{
		Type:     "n8n-nodes-base.readWriteFile",
		Versions: []float64{1, 1.1},
		Class:    nodes.Effect,
		Name:     "Read/Write Files from Disk",
		Doc:      "Reads or writes files in the folder that the setting files_folder names, and nowhere else.",
		Group:    "files",
		Icon:     "disk",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Repeat:   events.RepeatSafe,
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", choices("read", "Read files from disk", "write", "Write file to disk")...),
			nodes.TextField("fileSelector", "File selector", "", "A path or a pattern with *, ** and ?; without a root it is one inside of the folder.").Need().Show(read),
			nodes.TextField("fileName", "File path and name", "", "Without a root it is one inside of the folder.").Need().Show(write),
			nodes.TextField("dataPropertyName", "Input binary field", "data", "The name of the file in the input item.").Need().Show(write),
			nodes.OptionsField("options", "Options",
				nodes.TextField("fileExtension", "File extension", "", "Takes the place of the file's own.").Show(read),
				nodes.TextField("fileName", "File name", "", "Takes the place of the file's own.").Show(read),
				nodes.TextField("mimeType", "MIME type", "", "Takes the place of the file's own.").Show(read),
				nodes.TextField("dataPropertyName", "Put output file in field", "data", "").Show(read),
				nodes.FlagField("literalBrackets", "Brackets are literal", true, "Whether brackets and parentheses stand for themselves in a selector.").Show(read),
				nodes.FlagField("append", "Append", false, "Adds to the end of a file that is there.").Show(write),
			),
		},
		Ignored: []string{"info", "cloudNotice"},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			if c.Choice("operation", "read", "write") == "write" {
				return newWriter(c, o, nodes.Flag(c, "options.append", false)), nil
			}
			return newReader(c, o), nil
		},
	}
}

type reader struct {
	disk                               disk
	version                            float64
	selector                           nodes.Param[string]
	extension, name, mediaType, output nodes.Param[string]
	literal                            nodes.Param[bool]
}

func newReader(c *nodes.Compile, o Options) *reader {
	return &reader{
		disk:      disk{o.Folder},
		version:   c.Version,
		selector:  nodes.Text(c, "fileSelector", ""),
		extension: textOption(c, "options.fileExtension"),
		name:      textOption(c, "options.fileName"),
		mediaType: textOption(c, "options.mimeType"),
		output:    nodes.Text(c, "options.dataPropertyName", "data"),
		literal:   nodes.Flag(c, "options.literalBrackets", true),
	}
}

// Run reads the files that each item selects.
func (r *reader) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		selector, err := r.selector.At(c, i)
		if err != nil {
			return nil, err
		}
		literal, err := r.literal.At(c, i)
		if err != nil {
			return nil, err
		}
		list, err := r.disk.find(selector, literal)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 && r.version >= 1.1 {
			return nil, nothingFound(selector, literal, i)
		}
		out := make([]item.Item, 0, len(list))
		for _, f := range list {
			it, err := r.item(c, i, f)
			if err != nil {
				return nil, err
			}
			out = append(out, it)
		}
		return out, nil
	})
}

func nothingFound(selector string, literal bool, i int) error {
	f := fail(i, "No file(s) found")
	f.Description = fmt.Sprintf("No file matching the selector %q found", selector)
	if literal && strings.ContainsAny(selector, "[]()") {
		f.Description += ". If [ ] and ( ) were meant as a character class or group, turn off 'Treat Brackets and Parentheses as Literal' in Options"
	}
	return f
}

func (r *reader) item(c *nodes.Call, i int, f found) (item.Item, error) {
	b := binary.Describe(f.data, f.name, "")
	for _, o := range []struct {
		from nodes.Param[string]
		to   *string
	}{{r.extension, &b.FileExtension}, {r.name, &b.FileName}, {r.mediaType, &b.MimeType}} {
		text, err := o.from.At(c, i)
		if err != nil {
			return item.Item{}, err
		}
		if text != "" {
			*o.to = text
		}
	}
	output, err := r.output.At(c, i)
	if err != nil {
		return item.Item{}, err
	}
	if b, err = c.Store(b, f.data); err != nil {
		return item.Item{}, err
	}
	json := item.NewObject(6)
	for _, member := range []struct{ name, text string }{
		{"mimeType", b.MimeType}, {"fileType", b.FileType}, {"fileName", b.FileName}, {"fileExtension", b.FileExtension},
		{"fileSize", binary.SizeText(b.Bytes)},
	} {
		if member.text != "" {
			json.Set(member.name, item.String(member.text))
		}
	}
	return item.Item{JSON: json.Value(), Binary: (*item.Binaries)(nil).With(output, b), Paired: item.PairOf(i)}, nil
}

type writer struct {
	disk       disk
	name, data nodes.Param[string]
	more       nodes.Param[bool]
}

func newWriter(c *nodes.Compile, o Options, more nodes.Param[bool]) *writer {
	return &writer{disk: disk{o.Folder}, name: nodes.Text(c, "fileName", ""), data: nodes.Text(c, "dataPropertyName", "data"), more: more}
}

// Repeat: writing a file again does no harm, adding to it does.
func (w *writer) Repeat() string {
	if more, fixed := w.more.Fixed(); fixed && !more {
		return events.RepeatSafe
	}
	return events.RepeatUnsafe
}

// Run writes the file of each item.
func (w *writer) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		property, err := w.data.At(c, i)
		if err != nil {
			return nil, err
		}
		name, err := w.name.At(c, i)
		if err != nil {
			return nil, err
		}
		more, err := w.more.At(c, i)
		if err != nil {
			return nil, err
		}
		_, data, err := load(c, items[i], property, i)
		if err != nil {
			return nil, err
		}
		if err := w.disk.write(name, data, more); err != nil {
			return nil, err
		}
		json := item.NewObject(1)
		if o, ok := items[i].JSON.Obj(); ok {
			json = item.FromObject(o)
		}
		return []item.Item{{JSON: json.Set("fileName", item.String(name)).Value(), Binary: items[i].Binary, Paired: item.PairOf(i)}}, nil
	})
}

// WriteBinaryFile writes files on disk: n8n's "writeBinaryFile", which came before Read/Write Files from Disk.
func WriteBinaryFile(o Options) nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.writeBinaryFile",
		Versions: []float64{1},
		Class:    nodes.Effect,
		Name:     "Write Binary File",
		Doc:      "Writes files in the folder that the setting files_folder names. Read/Write Files from Disk does the same and more.",
		Group:    "files",
		Icon:     "disk",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Repeat:   events.RepeatSafe,
		Fields: []nodes.Field{
			nodes.TextField("fileName", "File name", "", "Without a root it is one inside of the folder.").Need(),
			nodes.TextField("dataPropertyName", "Property name", "data", "The name of the file in the input item.").Need(),
			nodes.OptionsField("options", "Options", nodes.FlagField("append", "Append", false, "Adds to the end of a file that is there.")),
		},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			return newWriter(c, o, nodes.Flag(c, "options.append", false)), nil
		},
	}
}

// ReadBinaryFile reads one file for each item: n8n's "readBinaryFile".
func ReadBinaryFile(o Options) nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.readBinaryFile",
		Versions: []float64{1},
		Class:    nodes.Sealed,
		Name:     "Read Binary File",
		Doc:      "Reads a file in the folder that the setting files_folder names. Read/Write Files from Disk does the same and more.",
		Group:    "files",
		Icon:     "disk",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.TextField("filePath", "File path", "", "Without a root it is one inside of the folder.").Need(),
			nodes.TextField("dataPropertyName", "Property name", "data", "The name of the file in the output item.").Need(),
		},
		Examples: []nodes.Example{{Name: "No folder is set", Params: `{"filePath":"a.txt"}`, In: `[{}]`, Error: "no folder is set whose files may be used; set files_folder"}},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			return &oneReader{disk: disk{o.Folder}, path: nodes.Text(c, "filePath", ""), name: nodes.Text(c, "dataPropertyName", "data")}, nil
		},
	}
}

type oneReader struct {
	disk       disk
	path, name nodes.Param[string]
}

// Run adds a file to each item.
func (r *oneReader) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		file, err := r.path.At(c, i)
		if err != nil {
			return nil, err
		}
		name, err := r.name.At(c, i)
		if err != nil {
			return nil, err
		}
		data, err := r.disk.read(file)
		if errors.Is(err, errMissing) {
			return nil, fail(-1, "ENOENT: no such file or directory, stat '%s'", file)
		}
		if err != nil {
			return nil, err
		}
		b, err := store(c, data, file, "")
		if err != nil {
			return nil, err
		}
		return []item.Item{{JSON: items[i].JSON, Binary: items[i].Binary.With(name, b), Paired: item.PairOf(i)}}, nil
	})
}

// ReadBinaryFiles reads the files that a pattern matches: n8n's "readBinaryFiles".
func ReadBinaryFiles(o Options) nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.readBinaryFiles",
		Versions: []float64{1},
		Class:    nodes.Sealed,
		Name:     "Read Binary Files",
		Doc:      "Reads files in the folder that the setting files_folder names, an item each. Read/Write Files from Disk does the same and more.",
		Group:    "files",
		Icon:     "disk",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.TextField("fileSelector", "File selector", "", "A path or a pattern with *, ** and ?; that of the first item counts.").Need(),
			nodes.TextField("dataPropertyName", "Property name", "data", "The name of the file in the output item.").Need(),
		},
		Examples: []nodes.Example{{Name: "No folder is set", Params: `{"fileSelector":"*"}`, In: `[{}]`, Error: "no folder is set whose files may be used; set files_folder"}},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			return &manyReader{disk: disk{o.Folder}, selector: nodes.Text(c, "fileSelector", ""), name: nodes.Text(c, "dataPropertyName", "data")}, nil
		},
	}
}

type manyReader struct {
	disk           disk
	selector, name nodes.Param[string]
}

// Run makes an item of each file.
func (r *manyReader) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	n := len(in.First())
	if n == 0 {
		return nodes.One(nil), nil
	}
	selector, err := r.selector.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	name, err := r.name.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	list, err := r.disk.find(selector, false)
	if err != nil {
		return failAll(c, n, err)
	}
	out := make([]item.Item, 0, len(list))
	for _, f := range list {
		b, err := store(c, f.data, f.name, "")
		if err != nil {
			return nodes.Result{}, err
		}
		out = append(out, one(name, b, pairAll(n)))
	}
	return nodes.One(out), nil
}
