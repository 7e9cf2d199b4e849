package files

import (
	"errors"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/files/charset"
	"github.com/jobsprint/jobsprint/nodes/files/csv"
	"github.com/jobsprint/jobsprint/nodes/files/sheet"
)

// write makes the file of a table.
func (m *tableMaker) write(c *nodes.Call, items []item.Item) ([]byte, error) {
	header, err := m.header.At(c, 0)
	if err != nil {
		return nil, err
	}
	rows := make([]item.Value, len(items))
	for i, it := range items {
		rows[i] = it.JSON
	}
	t, err := sheet.Build(rows, header)
	if err != nil {
		return nil, err
	}
	if err := m.rename(c, t); err != nil {
		return nil, err
	}
	switch m.format {
	case "csv":
		delimiter, err := m.delimiter.At(c, 0)
		if err != nil {
			return nil, err
		}
		if m.commas {
			delimiter = ","
		}
		return t.CSV(delimiter), nil
	case "html":
		return t.HTML(), nil
	case "rtf":
		return t.RTF(), nil
	case "xls":
		return t.XLS(), nil
	}
	packed, err := m.packed.At(c, 0)
	switch {
	case err != nil:
		return nil, err
	case m.format == "xlsx":
		return t.XLSX(packed)
	}
	return t.ODS(packed)
}

// rename gives the sheet the name that the options say; only some formats have one.
func (m *tableMaker) rename(c *nodes.Call, t *sheet.Table) error {
	if m.format != "ods" && m.format != "xls" && m.format != "xlsx" {
		return nil
	}
	name, err := m.sheet.At(c, 0)
	if err != nil {
		return err
	}
	if name != "" {
		t.Name = name
	}
	return sheet.CheckName(t.Name)
}

// tableReader reads tables out of files.
type tableReader struct {
	name                                   nodes.Param[string] // of the binary data
	header, empty, raw, asText, bom, loose nodes.Param[bool]
	max, from                              nodes.Param[float64]
	encoding, sheet, rows, delimiter       nodes.Param[string]
	skip                                   nodes.Param[bool]
	maxSkip                                nodes.Param[float64]
}

func newTableReader(c *nodes.Compile) *tableReader {
	return &tableReader{
		name:      nodes.Text(c, "binaryPropertyName", "data"),
		header:    nodes.Flag(c, "options.headerRow", true),
		empty:     nodes.Flag(c, "options.includeEmptyCells", false),
		raw:       nodes.Flag(c, "options.rawData", false),
		asText:    nodes.Flag(c, "options.readAsString", false),
		bom:       nodes.Flag(c, "options.enableBOM", false),
		loose:     nodes.Flag(c, "options.relaxQuotes", false),
		max:       nodes.Num(c, "options.maxRowCount", -1),
		from:      nodes.Num(c, "options.fromLine", 0),
		encoding:  nodes.Text(c, "options.encoding", "utf-8"),
		sheet:     textOption(c, "options.sheetName"),
		rows:      textOption(c, "options.range"),
		delimiter: nodes.Text(c, "options.delimiter", ","),
		skip:      nodes.Flag(c, "options.skipRecordsWithErrors.value.enabled", false),
		maxSkip:   nodes.Num(c, "options.skipRecordsWithErrors.value.maxSkippedRecords", -1),
	}
}

// settings are the options for one item. err collects, so that they are read in one go.
type settings struct {
	header, empty, raw, asText, bom, loose, skip bool
	max, from, maxSkip                           float64
	encoding, sheet, rows, delimiter             string
}

func (r *tableReader) settings(c *nodes.Call, i int) (s settings, err error) {
	flags := []struct {
		from nodes.Param[bool]
		to   *bool
	}{{r.header, &s.header}, {r.empty, &s.empty}, {r.raw, &s.raw}, {r.asText, &s.asText}, {r.bom, &s.bom}, {r.loose, &s.loose}, {r.skip, &s.skip}}
	for _, f := range flags {
		if *f.to, err = f.from.At(c, i); err != nil {
			return s, err
		}
	}
	numbers := []struct {
		from nodes.Param[float64]
		to   *float64
	}{{r.max, &s.max}, {r.from, &s.from}, {r.maxSkip, &s.maxSkip}}
	for _, f := range numbers {
		if *f.to, err = f.from.At(c, i); err != nil {
			return s, err
		}
	}
	texts := []struct {
		from nodes.Param[string]
		to   *string
	}{{r.encoding, &s.encoding}, {r.sheet, &s.sheet}, {r.rows, &s.rows}, {r.delimiter, &s.delimiter}}
	for _, f := range texts {
		if *f.to, err = f.from.At(c, i); err != nil {
			return s, err
		}
	}
	return s, nil
}

// rowItems are the rows as items of input item i. A row that is a list stands in the member "row".
func rowItems(rows []item.Value, named bool, i int) []item.Item {
	out := make([]item.Item, len(rows))
	for k, row := range rows {
		if !named {
			row = item.NewObject(1).Set("row", row).Value()
		}
		out[k] = item.Item{JSON: row, Paired: item.PairOf(i)}
	}
	return out
}

// csv reads a text with delimiters.
func (s settings) csv(data []byte, i int) ([]item.Item, error) {
	if s.max == 0 {
		return nil, errors.New("Invalid Option: to must be a positive integer greater than 0, got 0") //nolint:staticcheck // n8n's words
	}
	text := charset.Decode(csvEncoding(s.encoding), data, false)
	if s.bom {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	file, err := csv.Read(text, csv.Options{
		Delimiter: s.delimiter, Names: s.header, First: int(s.from), Max: max(0, int(s.max)),
		LooseQuotes: s.loose, SkipBad: s.skip, MaxBad: int(s.maxSkip),
	})
	if err != nil {
		return nil, err
	}
	return rowItems(file.Values(s.header, s.empty), s.header, i), nil
}

// csvEncoding is the encoding that a name of Node.js means.
func csvEncoding(name string) string {
	switch strings.ToLower(name) {
	case "", "utf-8":
		return "utf8"
	case "ucs-2", "utf16le", "utf-16le":
		return "ucs2"
	case "ascii":
		return "ascii"
	}
	return name
}

// table reads a sheet of a file.
func (s settings) table(data []byte, i int) ([]item.Item, error) {
	t, err := sheet.Read(data, sheet.Options{Sheet: s.sheet, Raw: s.raw, AsText: s.asText})
	if err != nil {
		return nil, err
	}
	blank := item.Undefined
	if s.empty {
		blank = item.String("")
	}
	rows, err := t.Values(sheet.Select{Range: s.rows, Lists: !s.header, Blank: blank})
	if err != nil {
		return nil, err
	}
	return rowItems(rows, s.header, i), nil
}
