package files

import (
	"fmt"
	"path"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/archive"
)

// Compression packs and unpacks files: n8n's "compression".
func Compression() nodes.Definition {
	pack, unpack := nodes.When("operation", "compress"), nodes.When("operation", "decompress")
	return nodes.Definition{
		Type:     "n8n-nodes-base.compression",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Compression",
		Doc:      "Packs files into a zip, tar, tar.gz or gzip file, or unpacks such files.",
		Group:    "files",
		Icon:     "archive",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", choices("decompress", "Decompress", "compress", "Compress")...),
			nodes.TextField("binaryPropertyName", "Input binary fields", "data", "The names of the files, with commas between them.").Need(),
			nodes.ChoiceField("outputFormat", "Output format", "Version 1 has no default.",
				choices("zip", "Zip", "gzip", "Gzip", "tar", "Tar", "targz", "Tar.gz")...).Show(pack),
			nodes.TextField("fileName", "File name", "", "The name of the packed file.").Show(pack),
			nodes.TextField("binaryPropertyOutput", "Put output file in field", "data", "").Show(pack),
			nodes.TextField("outputPrefix", "Output prefix", "file_", "A number follows it. Version 1 takes \"data\" for gzip where nothing is given.").Show(unpack),
		},
		Examples: []nodes.Example{
			{Name: "An item without a file", Params: `{}`, In: `[{"a":1}]`, Error: noFile},
			{Name: "Nothing to pack", Params: `{"operation":"compress","outputFormat":"zip","fileName":"a.zip"}`, In: `[{"a":1}]`, Error: noFile},
		},
		New: newCompression,
	}
}

func newCompression(c *nodes.Compile) (nodes.Node, error) {
	names := nodes.Text(c, "binaryPropertyName", "data")
	if c.Choice("operation", "decompress", "compress") == "decompress" {
		return &unpacker{names: names, prefix: nodes.Text(c, "outputPrefix", "file_")}, nil
	}
	format := "zip"
	if c.Version < 1.1 {
		format = ""
	}
	return &packer{
		version: c.Version,
		names:   names,
		format:  nodes.Text(c, "outputFormat", format),
		file:    nodes.Text(c, "fileName", ""),
		output:  nodes.Text(c, "binaryPropertyOutput", "data"),
		prefix:  nodes.Text(c, "outputPrefix", "data"),
	}, nil
}

// splitNames are names with commas between them.
func splitNames(list string) []string {
	var names []string
	for _, name := range strings.Split(list, ",") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

type packer struct {
	version                             float64
	names, format, file, output, prefix nodes.Param[string]
}

// Run packs the files of each item.
func (p *packer) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		names, err := p.names.At(c, i)
		if err != nil {
			return nil, err
		}
		format, err := p.format.At(c, i)
		if err != nil {
			return nil, err
		}
		var members []archive.Member
		var sources []item.Binary
		for _, name := range splitNames(names) {
			b, data, err := load(c, items[i], name, i)
			if err != nil {
				return nil, err
			}
			members, sources = append(members, archive.Member{Name: nameOrNot(b), Data: data}), append(sources, b)
		}
		switch format {
		case "gzip":
			return p.gzip(c, i, items[i], members, sources)
		case "zip", "tar", "targz":
			return p.pack(c, i, items[i], format, members)
		}
		return nil, nil // version 1 gives nothing without a format
	})
}

func (p *packer) pack(c *nodes.Call, i int, it item.Item, format string, members []archive.Member) ([]item.Item, error) {
	fileName, err := p.file.At(c, i)
	if err != nil {
		return nil, err
	}
	output, err := p.output.At(c, i)
	if err != nil {
		return nil, err
	}
	data, err := archive.Pack(format, members)
	if err != nil {
		return nil, err
	}
	b, err := store(c, data, fileName, archive.MediaType(format))
	if err != nil {
		return nil, err
	}
	return []item.Item{{JSON: it.JSON, Binary: (*item.Binaries)(nil).With(output, b), Paired: item.PairOf(i)}}, nil
}

// gzip packs each file by itself.
func (p *packer) gzip(c *nodes.Call, i int, it item.Item, members []archive.Member, sources []item.Binary) ([]item.Item, error) {
	fileName, err := p.file.At(c, i)
	if err != nil {
		return nil, err
	}
	output, prefix, err := p.outputs(c, i)
	if err != nil {
		return nil, err
	}
	var files *item.Binaries
	for k, m := range members {
		data, err := archive.Gzip(m.Data)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s%d", output, k)
		target := stem(m.Name) + ".gzip"
		if p.version >= 1.1 {
			target = gzipName(sources[k], fileName)
			if k == 0 {
				name = output
			}
		} else {
			name = fmt.Sprintf("%s%d", prefix, k)
		}
		b, err := store(c, data, target, "application/gzip")
		if err != nil {
			return nil, err
		}
		files = files.With(name, b)
	}
	return []item.Item{{JSON: it.JSON, Binary: files, Paired: item.PairOf(i)}}, nil
}

func (p *packer) outputs(c *nodes.Call, i int) (output, prefix string, err error) {
	if output, err = p.output.At(c, i); err != nil {
		return "", "", err
	}
	prefix, err = p.prefix.At(c, i)
	return output, prefix, err
}

type unpacker struct{ names, prefix nodes.Param[string] }

// Run unpacks the files of each item.
func (u *unpacker) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		names, err := u.names.At(c, i)
		if err != nil {
			return nil, err
		}
		prefix, err := u.prefix.At(c, i)
		if err != nil {
			return nil, err
		}
		var files *item.Binaries
		count := 0
		budget := archive.NewBudget()
		for _, name := range splitNames(names) {
			b, data, err := load(c, items[i], name, i)
			if err != nil {
				return nil, err
			}
			members, err := unpack(budget, name, b, data)
			if err != nil {
				return nil, err
			}
			for _, m := range members {
				file, err := store(c, m.Data, m.Name, "")
				if err != nil {
					return nil, err
				}
				files = files.With(fmt.Sprintf("%s%d", prefix, count), file)
				count++
			}
		}
		return []item.Item{{JSON: items[i].JSON, Binary: files, Paired: item.PairOf(i)}}, nil
	})
}

// unpack takes a packed file apart, by its extension or, where it has none that is known, by its type.
func unpack(budget *archive.Budget, name string, b item.Binary, data []byte) ([]archive.Member, error) {
	extension := strings.ToLower(b.FileExtension)
	if extension == "" {
		extension = strings.TrimPrefix(path.Ext(b.FileName), ".")
	}
	if strings.HasSuffix(strings.ToLower(b.FileName), ".tar.gz") {
		extension = "tgz"
	}
	switch extension {
	case "zip":
		return budget.Unzip(data)
	case "tar":
		return budget.Untar(data)
	case "tgz":
		plain, err := budget.Gunzip(data)
		if err != nil {
			return nil, err
		}
		return budget.Untar(plain)
	case "gz", "gzip":
		plain, err := budget.Gunzip(data)
		if err != nil {
			return nil, err
		}
		return []archive.Member{{Name: gunzipName(b, plain), Data: plain}}, nil
	}
	f := fail(-1, `Unsupported archive format ".%s" for binary data %s`, extension, name)
	f.Description = "The Decompress operation supports the following formats: zip, gzip, tar, tar.gz and tgz"
	return nil, f
}
