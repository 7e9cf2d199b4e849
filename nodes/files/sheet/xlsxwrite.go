package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/jobsprint/jobsprint/item"
)

// MaxText is the longest text of a cell in xlsx, in UTF-16 units.
const MaxText = 32_767

// ErrTextTooLong says that a cell's text does not fit.
var ErrTextTooLong = errors.New("Text length must not exceed 32767 characters") //nolint:staticcheck // n8n's words

const (
	ooxml    = "http://schemas.openxmlformats.org/"
	mainNS   = ooxml + "spreadsheetml/2006/main"
	relNS    = ooxml + "officeDocument/2006/relationships"
	packNS   = ooxml + "package/2006/"
	mainType = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// The parts of a workbook of one sheet that are always the same (ECMA-376, 12.3). Style 1 shows dates.
const (
	xlsxTypes = xml.Header + `<Types xmlns="` + packNS + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + mainType + `sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + mainType + `worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + mainType + `styles+xml"/></Types>`
	xlsxRels = xml.Header + `<Relationships xmlns="` + packNS + `relationships"><Relationship Id="rId1" Type="` + relNS +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	xlsxBookRels = xml.Header + `<Relationships xmlns="` + packNS + `relationships"><Relationship Id="rId1" Type="` + relNS +
		`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relNS + `/styles" Target="styles.xml"/></Relationships>`
	xlsxStyles = xml.Header + `<styleSheet xmlns="` + mainNS + `"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
		`<cellXfs count="2"><xf xfId="0"/><xf numFmtId="14" applyNumberFormat="1" xfId="0"/></cellXfs></styleSheet>`
)

// XLSX writes a workbook of one sheet. packed says whether its parts are compressed. Errors: ErrTextTooLong.
func (t *Table) XLSX(packed bool) ([]byte, error) {
	cells, err := t.xlsxSheet()
	if err != nil {
		return nil, err
	}
	book := xml.Header + `<workbook xmlns="` + mainNS + `" xmlns:r="` + relNS + `"><sheets><sheet name="` + escapeXML(t.Name) +
		`" sheetId="1" r:id="rId1"/></sheets></workbook>`
	method := zip.Store
	if packed {
		method = zip.Deflate
	}
	return zipped(method, [][2]string{
		{"[Content_Types].xml", xlsxTypes}, {"_rels/.rels", xlsxRels}, {"xl/workbook.xml", book},
		{"xl/_rels/workbook.xml.rels", xlsxBookRels}, {"xl/styles.xml", xlsxStyles}, {"xl/worksheets/sheet1.xml", cells},
	})
}

// zipped packs named parts into a file.
func zipped(method uint16, parts [][2]string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range parts {
		m := method
		if part[0] == "mimetype" {
			m = zip.Store // so that the type can be read from outside
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: part[0], Method: m})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(part[1])); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func (t *Table) xlsxSheet() (string, error) {
	var b strings.Builder
	span := "A1"
	if t.Height > 0 && t.Width > 0 {
		span = fmt.Sprintf("A1:%s%d", columnName(t.Width-1), t.Height)
	}
	b.WriteString(xml.Header + `<worksheet xmlns="` + mainNS + `"><dimension ref="` + span + `"/><sheetData>`)
	for r := range t.Height {
		fmt.Fprintf(&b, `<row r="%d">`, r+1)
		for c := range t.Width {
			if err := t.at(t.Top+r, t.Left+c).xlsx(&b, r, c); err != nil {
				return "", err
			}
		}
		b.WriteString("</row>")
	}
	b.WriteString("</sheetData></worksheet>")
	return b.String(), nil
}

func (c Cell) xlsx(b *strings.Builder, row, column int) error {
	name := fmt.Sprintf("%s%d", columnName(column), row+1)
	switch c.Kind {
	case Text:
		if len(c.Str) > MaxText && len(utf16.Encode([]rune(c.Str))) > MaxText {
			return ErrTextTooLong
		}
		fmt.Fprintf(b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, name, escapeXML(c.Str))
	case Bool:
		fmt.Fprintf(b, `<c r="%s" t="b"><v>%d</v></c>`, name, int(c.Num))
	case Number:
		style := ""
		if c.Format != "" {
			style = ` s="1"`
		}
		fmt.Fprintf(b, `<c r="%s"%s><v>%s</v></c>`, name, style, item.FormatNumber(c.Num))
	case Fault:
		fmt.Fprintf(b, `<c r="%s" t="e"><v>%s</v></c>`, name, faultText(c.Num))
	}
	return nil
}
