package files

import (
	"errors"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/sheet"
)

// SpreadsheetFile reads and writes tables: n8n's "spreadsheetFile".
func SpreadsheetFile() nodes.Definition {
	to := nodes.When("operation", "toFile")
	options := append(tableOptions("fileFormat", false),
		nodes.FlagField("compression", "Compression", false, "Whether the parts of the file are compressed.").Show(to, nodes.When("fileFormat", "xlsx", "ods")),
		nodes.TextField("fileName", "File name", "", "Default: spreadsheet with the extension of the format.").Show(to))
	return nodes.Definition{
		Type:     "n8n-nodes-base.spreadsheetFile",
		Versions: []float64{1, 2},
		Class:    nodes.Pure,
		Name:     "Spreadsheet File",
		Doc:      "Reads the rows of a table in a file as items, or writes items as a table. Convert to File and Extract from File do the same and more.",
		Group:    "files",
		Icon:     "table",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", choices("fromFile", "Read from file", "toFile", "Write to file")...),
			nodes.TextField("binaryPropertyName", "Binary field", "data", "The name of the file in the item.").Need(),
			nodes.ChoiceField("fileFormat", "File format", "When reading, the format is found by the file where nothing is given; when writing it is xls then.",
				choices("autodetect", "Autodetect", "csv", "CSV", "html", "HTML", "ods", "ODS", "rtf", "RTF", "xls", "XLS", "xlsx", "XLSX")...),
			nodes.OptionsField("options", "Options", options...),
		},
		Ignored: []string{"oldVersionNotice"},
		Examples: []nodes.Example{
			{Name: "An item without a file", Params: `{}`, In: `[{"a":1}]`, Error: noFile},
			{Name: "Write a table", Params: `{"operation":"toFile","fileFormat":"xlsx"}`, In: `[{"a":1},{"a":2}]`, Out: `[[{}]]`},
			{Name: "Type version 1", Version: 1, Params: `{"operation":"toFile","fileFormat":"csv"}`, In: `[{"a":1}]`, Out: `[[{}]]`},
		},
		New: newSpreadsheet,
	}
}

func newSpreadsheet(c *nodes.Compile) (nodes.Node, error) {
	if c.Choice("operation", "fromFile", "toFile") == "toFile" {
		format := c.Choice("fileFormat", "xls", "csv", "html", "ods", "rtf", "xlsx")
		maker := newTableMaker(c, format, "spreadsheet")
		maker.commas = true
		return &convert{name: nodes.Text(c, "binaryPropertyName", "data"), make: maker}, nil
	}
	return &spreadsheet{tableReader: newTableReader(c), version: c.Version, format: nodes.Text(c, "fileFormat", "autodetect")}, nil
}

// spreadsheet reads tables.
type spreadsheet struct {
	*tableReader
	version float64
	format  nodes.Param[string]
}

// Run reads the tables of all items.
func (s *spreadsheet) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	return perItem(c, items, func(i int) ([]item.Item, error) {
		name, err := s.name.At(c, i)
		if err != nil {
			return nil, err
		}
		b, data, err := load(c, items[i], name, i)
		if err != nil {
			return nil, err
		}
		o, err := s.settings(c, i)
		if err != nil {
			return nil, err
		}
		if s.version < 2 {
			out, err := o.table(data, i)
			return out, plainly(err)
		}
		format, err := s.format.At(c, i)
		if err != nil {
			return nil, err
		}
		if format == "csv" || format == "autodetect" && isCSV(b) {
			return o.csv(data, i)
		}
		out, err := o.table(data, i)
		return out, unreadable(err, format, i)
	})
}

// isCSV tells by the description of a file; one made of a text may have the type of texts.
func isCSV(b item.Binary) bool {
	return b.MimeType == "text/csv" || b.MimeType == "text/plain" && strings.EqualFold(b.FileExtension, "csv")
}

// plainly leaves out what was found behind the words that n8n has.
func plainly(err error) error {
	if errors.Is(err, sheet.ErrFormat) {
		message, _, _ := strings.Cut(err.Error(), ":")
		return errors.New(message)
	}
	return err
}

// unreadable words errors as version 2 does, which says of a sheet that is not there the same.
func unreadable(err error, format string, i int) error {
	var missing sheet.NoSheet
	if errors.As(err, &missing) {
		return fail(i, "The file selected in 'Input Binary Field' is not in %s format", format)
	}
	return notInFormat(err, format, i)
}
