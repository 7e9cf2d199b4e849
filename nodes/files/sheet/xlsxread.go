package sheet

import (
	"encoding/xml"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// xlsxBook is what the cells of a workbook refer to.
type xlsxBook struct {
	pack    *pack
	shared  []string
	formats []string // by style
	y1904   bool
}

// readXLSX reads one sheet of a workbook; an empty name means the first.
func readXLSX(p *pack, name string) (*Table, error) {
	b := &xlsxBook{pack: p}
	sheets, err := b.sheets()
	if err != nil {
		return nil, err
	}
	if len(sheets) == 0 {
		return nil, ErrFormat
	}
	at, err := pick(sheets, name)
	if err != nil {
		return nil, err
	}
	if err := b.readShared(); err != nil {
		return nil, err
	}
	if err := b.readStyles(); err != nil {
		return nil, err
	}
	t := &Table{Name: sheets[at].name}
	return t, b.read(t, sheets[at].part)
}

// namedSheet is a sheet and the part that holds it.
type namedSheet struct{ name, part string }

// NoSheet says that a file has no sheet of a name.
type NoSheet string

// Error is n8n's message.
func (e NoSheet) Error() string {
	return `Spreadsheet does not contain sheet called "` + string(e) + `"!`
}

func pick(sheets []namedSheet, name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	for i, s := range sheets {
		if s.name == name {
			return i, nil
		}
	}
	return 0, NoSheet(name)
}

func (b *xlsxBook) sheets() ([]namedSheet, error) {
	parts := map[string]string{}
	err := b.pack.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, token xml.Token) error {
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			target := attribute(e, "Target")
			if strings.HasPrefix(target, "/") {
				target = target[1:]
			} else {
				target = path.Join("xl", target)
			}
			parts[attribute(e, "Id")] = target
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var list []namedSheet
	err = b.pack.each("xl/workbook.xml", func(_ *xml.Decoder, token xml.Token) error {
		e, ok := token.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "workbookPr":
			b.y1904 = isTrue(attribute(e, "date1904"))
		case ok && e.Name.Local == "sheet":
			list = append(list, namedSheet{attribute(e, "name"), parts[attribute(e, "id")]})
		}
		return nil
	})
	return list, err
}

func isTrue(s string) bool { return s == "1" || s == "true" }

func (b *xlsxBook) readShared() error {
	return b.pack.each("xl/sharedStrings.xml", func(d *xml.Decoder, token xml.Token) error {
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "si" {
			text, err := richText(d, e.Name.Local)
			b.shared = append(b.shared, text)
			return err
		}
		return nil
	})
}

// richText joins the texts inside of an element that was begun; those that say how to read others aloud are left out.
func richText(d *xml.Decoder, end string) (string, error) {
	var text strings.Builder
	inside, aside := false, 0
	for {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			inside = e.Name.Local == "t"
			if e.Name.Local == "rPh" {
				aside++
			}
		case xml.EndElement:
			inside = false
			if e.Name.Local == "rPh" {
				aside--
			}
			if e.Name.Local == end {
				return unescape(text.String()), nil
			}
		case xml.CharData:
			if inside && aside == 0 {
				text.Write(e)
			}
		}
	}
}

var escaped = regexp.MustCompile(`_x([0-9a-fA-F]{4})_`)

// unescape reads characters that XML cannot hold (ECMA-376, 22.4.2.4).
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.ParseUint(m[2:6], 16, 16)
		if err != nil {
			return m
		}
		return string(rune(n))
	})
}

func (b *xlsxBook) readStyles() error {
	custom := map[int]string{}
	inside := false
	return b.pack.each("xl/styles.xml", func(_ *xml.Decoder, token xml.Token) error {
		switch e := token.(type) {
		case xml.StartElement:
			id := number(attribute(e, "numFmtId"))
			switch {
			case e.Name.Local == "numFmt":
				custom[id] = attribute(e, "formatCode")
			case e.Name.Local == "cellXfs":
				inside = true
			case e.Name.Local == "xf" && inside:
				format, ok := custom[id]
				if !ok {
					format = builtin[id]
				}
				b.formats = append(b.formats, format)
			}
		case xml.EndElement:
			inside = inside && e.Name.Local != "cellXfs"
		}
		return nil
	})
}

// rawCell is a cell as the part of a sheet holds it.
type rawCell struct {
	kind  string
	style int
	value string
	text  string // inline
	has   bool
}

// read reads the cells of a part.
func (b *xlsxBook) read(t *Table, part string) error {
	if !b.pack.has(part) {
		return ErrFormat
	}
	t.Top, t.Left = -1, -1
	row, column := -1, -1
	whole := area{-1, -1, -1, -1}
	var grid Table
	err := b.pack.each(part, func(d *xml.Decoder, token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "dimension":
			if ref := attribute(e, "ref"); strings.Contains(ref, ":") {
				if a, err := parseRange(ref, area{0, 0, MaxRows, MaxColumns}); err == nil {
					whole = a
				}
			}
		case "row":
			row, column = row+1, -1
			if r := attribute(e, "r"); r != "" {
				row = number(r) - 1
			}
		case "c":
			column++
			if ref := attribute(e, "r"); ref != "" {
				column, row, _ = cellName(ref)
			}
			raw := rawCell{kind: attribute(e, "t"), style: number(attribute(e, "s"))}
			if err := raw.read(d); err != nil {
				return err
			}
			return grid.set(row, column, b.cell(raw))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.crop(&grid, whole)
}

// crop takes the cells of a grid from its corner on: where the file says its span, that, else where cells are.
func (t *Table) crop(grid *Table, whole area) error {
	if whole.top < 0 {
		whole = grid.used()
	}
	whole.bottom = max(whole.bottom, grid.Height-1)
	whole.right = max(whole.right, grid.Width-1)
	whole.bottom = min(whole.bottom, grid.Height-1+1) // a span far beyond the cells holds nothing
	t.Top, t.Left = max(whole.top, 0), max(whole.left, 0)
	t.Height, t.Width = whole.bottom-t.Top+1, whole.right-t.Left+1
	if t.Height <= 0 || t.Width <= 0 || grid.Height == 0 {
		t.Height, t.Width = 0, 0
		return nil
	}
	if t.Height > MaxRows || t.Width > MaxColumns || t.Height*t.Width > MaxCells {
		return ErrTooLarge
	}
	for r := t.Top; r < len(grid.Rows); r++ {
		row := grid.Rows[r]
		t.Rows = append(t.Rows, row[min(t.Left, len(row)):])
	}
	return nil
}

// used is the span of the cells that hold something.
func (t *Table) used() area {
	a := area{-1, -1, t.Height - 1, t.Width - 1}
	for r, row := range t.Rows {
		for c, cell := range row {
			if cell.Kind == None {
				continue
			}
			if a.top < 0 {
				a.top = r
			}
			if a.left < 0 || c < a.left {
				a.left = c
			}
			break
		}
	}
	return a
}

func (raw *rawCell) read(d *xml.Decoder) error {
	depth, inside := 1, ""
	for depth > 0 {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "is" {
				if raw.text, err = richText(d, "is"); err != nil {
					return err
				}
				raw.has = true
				continue
			}
			depth++
			inside = e.Name.Local
		case xml.EndElement:
			depth--
			inside = ""
		case xml.CharData:
			if inside == "v" {
				raw.value += string(e)
				raw.has = true
			}
		}
	}
	return nil
}

func (b *xlsxBook) cell(raw rawCell) Cell {
	if !raw.has && raw.kind != "str" {
		return Cell{}
	}
	switch raw.kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(raw.value)); err == nil && i >= 0 && i < len(b.shared) {
			return Cell{Kind: Text, Str: b.shared[i]}
		}
		return Cell{Kind: Text}
	case "str":
		return Cell{Kind: Text, Str: unescape(raw.value)}
	case "inlineStr":
		return Cell{Kind: Text, Str: raw.text}
	case "b":
		c := Cell{Kind: Bool}
		if isTrue(strings.TrimSpace(raw.value)) {
			c.Num = 1
		}
		return c
	case "e":
		code, ok := faultOf(strings.TrimSpace(raw.value))
		if !ok {
			code = 0x17
		}
		return Cell{Kind: Fault, Num: code}
	case "d":
		day, ok := looseDate(strings.TrimSpace(raw.value))
		if !ok {
			return Cell{Kind: Text, Str: raw.value}
		}
		return Cell{Kind: Number, Num: day, Format: dateFormat}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(raw.value), 64)
	if err != nil {
		return Cell{}
	}
	c := Cell{Kind: Number, Num: n}
	if raw.style >= 0 && raw.style < len(b.formats) {
		c.Format = b.formats[raw.style]
	}
	if b.y1904 && IsDate(c.Format) {
		c.Num += 1462
	}
	return c
}
