package sheet

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// odsType is the media type of the format, which its first part holds.
const odsType = "application/vnd.oasis.opendocument.spreadsheet"

// MaxRepeat bounds how often an empty row is repeated before another one; what is repeated more often is the empty rest
// of a sheet.
const MaxRepeat = 100_000

// readODS reads one table of a document; an empty name means the first.
func readODS(p *pack, name string) (*Table, error) {
	r := odsReader{wanted: name}
	err := p.each("content.xml", func(d *xml.Decoder, token xml.Token) error { return r.token(d, token) })
	if err != nil {
		return nil, err
	}
	switch {
	case r.found:
		t := &Table{Name: r.grid.Name}
		return t, t.crop(&r.grid, area{0, 0, r.grid.Height - 1, r.grid.Width - 1})
	case name != "" && r.tables > 0:
		return nil, NoSheet(name)
	}
	return nil, ErrFormat
}

type odsReader struct {
	wanted        string
	grid          Table
	tables        int
	inside, found bool
	row, column   int
	repeatRow     int
}

func (r *odsReader) token(d *xml.Decoder, token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "table":
			r.tables++
			if name := attribute(e, "name"); !r.found && (r.wanted == "" || r.wanted == name) {
				r.inside, r.found, r.grid.Name, r.row = true, true, name, 0
			}
		case "table-row":
			r.column, r.repeatRow = 0, repeat(e, "number-rows-repeated")
		case "table-cell", "covered-table-cell":
			if r.inside {
				return r.cell(d, e)
			}
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "table":
			r.inside = false
		case "table-row":
			return r.endRow()
		}
	}
	return nil
}

func repeat(e xml.StartElement, name string) int {
	return max(1, number(attribute(e, name)))
}

// endRow repeats the row that was read as often as it says.
func (r *odsReader) endRow() error {
	if !r.inside {
		return nil
	}
	first := r.row
	r.row++
	for range min(r.repeatRow-1, MaxRepeat) {
		if first < len(r.grid.Rows) && len(r.grid.Rows[first]) > 0 {
			for c, cell := range r.grid.Rows[first] {
				if err := r.grid.set(r.row, c, cell); err != nil {
					return err
				}
			}
		}
		r.row++
	}
	return nil
}

func (r *odsReader) cell(d *xml.Decoder, e xml.StartElement) error {
	text, err := odsText(d, e.Name.Local)
	if err != nil {
		return err
	}
	cell := odsCell(e, text)
	n := repeat(e, "number-columns-repeated")
	if cell.Kind == None {
		r.column += n
		return nil
	}
	for range min(n, MaxColumns) {
		if err := r.grid.set(r.row, r.column, cell); err != nil {
			return err
		}
		r.column++
	}
	return nil
}

// odsText joins the paragraphs of a cell that was begun. Notes on it are left out.
func odsText(d *xml.Decoder, end string) (string, error) {
	var b strings.Builder
	paragraphs, aside, inside := 0, 0, false
	for {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "annotation":
				aside++
			case "p":
				if paragraphs++; paragraphs > 1 && aside == 0 {
					b.WriteByte('\n')
				}
				inside = true
			case "s":
				b.WriteString(strings.Repeat(" ", min(repeat(e, "c"), MaxText)))
			case "tab":
				b.WriteByte('\t')
			case "line-break":
				b.WriteByte('\n')
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "annotation":
				aside--
			case "p":
				inside = false
			case end:
				return b.String(), nil
			}
		case xml.CharData:
			if inside && aside == 0 {
				b.WriteString(lineEnds.Replace(string(e)))
			}
		}
	}
}

// lineEnds in the markup are no line ends of the text.
var lineEnds = strings.NewReplacer("\r\n", " ", "\n", " ")

func odsCell(e xml.StartElement, text string) Cell {
	value := attribute(e, "value")
	switch attribute(e, "value-type") {
	case "float", "percentage", "currency":
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return Cell{}
		}
		return Cell{Kind: Number, Num: n}
	case "boolean":
		c := Cell{Kind: Bool}
		if isTrue(attribute(e, "boolean-value")) {
			c.Num = 1
		}
		return c
	case "date":
		day, ok := looseDate(isoDate(attribute(e, "date-value")))
		if !ok {
			return Cell{Kind: Text, Str: text}
		}
		return Cell{Kind: Number, Num: day, Format: dateFormat, Shown: text}
	case "time":
		return Cell{Kind: Number, Num: clock(attribute(e, "time-value")), Format: "h:mm:ss", Shown: text}
	case "string":
		if s := attribute(e, "string-value"); s != "" {
			text = s
		}
		return Cell{Kind: Text, Str: text}
	}
	if text == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Str: text}
}

// isoDate takes the part behind the seconds away from a time.
func isoDate(s string) string {
	if i := strings.IndexByte(s, '.'); i > 0 {
		return s[:i]
	}
	return s
}

// clock reads a time such as PT10H30M00S as a part of a day.
func clock(s string) float64 {
	var h, m, sec float64
	if _, err := fmt.Sscanf(s, "PT%fH%fM%fS", &h, &m, &sec); err != nil {
		return 0
	}
	return (h*3600 + m*60 + sec) / 86400
}

// ODS writes a document of one table; packed says whether its parts are compressed.
func (t *Table) ODS(packed bool) ([]byte, error) {
	method := zip.Store
	if packed {
		method = zip.Deflate
	}
	return zipped(method, [][2]string{
		{"mimetype", odsType}, {"content.xml", t.odsContent()},
		{"styles.xml", xml.Header + `<office:document-styles ` + odsNames + ` office:version="1.2"/>`},
		{"meta.xml", xml.Header + `<office:document-meta ` + odsNames + ` office:version="1.2"><office:meta/></office:document-meta>`},
		{"META-INF/manifest.xml", odsManifest},
	})
}

const (
	odsNames = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
		`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
		`xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"`
	odsManifest = xml.Header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">` +
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="` + odsType + `"/>` +
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>` +
		`<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>` +
		`<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>`
)

func (t *Table) odsContent() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<office:document-content ` + odsNames + ` office:version="1.2"><office:body><office:spreadsheet>`)
	b.WriteString(`<table:table table:name="` + escapeXML(t.Name) + `">`)
	for r := range t.Height {
		b.WriteString("<table:table-row>")
		for c := range t.Width {
			t.at(t.Top+r, t.Left+c).ods(&b)
		}
		b.WriteString("</table:table-row>")
	}
	b.WriteString(`</table:table></office:spreadsheet></office:body></office:document-content>`)
	return b.String()
}

func (c Cell) ods(b *strings.Builder) {
	var kind string
	text := odsParagraphs(c.text())
	switch {
	case c.Kind == None || c.Kind == Stub:
		b.WriteString("<table:table-cell/>")
		return
	case c.Kind == Number && IsDate(c.Format):
		date := item.Date(dateMS(c.Num)).ISODate()
		kind = `date" office:date-value="` + strings.TrimSuffix(date, "Z")
	case c.Kind == Number:
		kind = `float" office:value="` + item.FormatNumber(c.Num)
	case c.Kind == Bool:
		kind = `boolean" office:boolean-value="` + strconv.FormatBool(c.Num != 0)
	default:
		kind = "string"
	}
	fmt.Fprintf(b, `<table:table-cell office:value-type="%s">%s</table:table-cell>`, kind, text)
}

// odsParagraphs writes lines as paragraphs; spaces that would be joined are written as such.
func odsParagraphs(s string) string {
	var b strings.Builder
	for _, line := range strings.Split(s, "\n") {
		text := escapeXML(line)
		text = strings.ReplaceAll(text, "  ", ` <text:s text:c="1"/>`)
		if strings.HasPrefix(text, " ") {
			text = `<text:s text:c="1"/>` + text[1:]
		}
		text = strings.ReplaceAll(text, "\t", "<text:tab/>")
		b.WriteString("<text:p>" + text + "</text:p>")
	}
	return b.String()
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xd;")

// escapeXML leaves out what XML cannot hold.
func escapeXML(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
	return xmlEscapes.Replace(s)
}
