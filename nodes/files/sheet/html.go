package sheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

const (
	htmlBegin = `<html><head><meta charset="utf-8"/><title>SheetJS Table Export</title></head><body><table>`
	htmlEnd   = `</table></body></html>`
)

// HTML writes the table as a page.
func (t *Table) HTML() []byte {
	var b strings.Builder
	b.WriteString(htmlBegin)
	for r := range t.Height {
		b.WriteString("<tr>")
		for c := range t.Width {
			t.at(t.Top+r, t.Left+c).html(&b, columnName(t.Left+c)+strconv.Itoa(t.Top+r+1))
		}
		b.WriteString("</tr>")
	}
	b.WriteString(htmlEnd)
	return []byte(b.String())
}

func (c Cell) html(b *strings.Builder, name string) {
	b.WriteString("<td")
	kind := map[Kind]string{Stub: "z", Number: "n", Bool: "b", Text: "s", Fault: "e"}[c.Kind]
	if kind != "" {
		fmt.Fprintf(b, ` data-t="%s"`, kind)
	}
	if c.Kind != None && c.Kind != Stub {
		fmt.Fprintf(b, ` data-v="%s"`, escapeHTML(c.raw()))
	}
	if c.Format != "" {
		fmt.Fprintf(b, ` data-z="%s"`, c.Format)
	}
	fmt.Fprintf(b, ` id="sjs-%s">%s</td>`, name, escapeHTML(c.text()))
}

// raw is the value as JavaScript writes it.
func (c Cell) raw() string {
	switch c.Kind {
	case Text:
		return c.Str
	case Bool:
		return strconv.FormatBool(c.Num != 0)
	}
	return item.FormatNumber(c.Num)
}

var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "\n", "<br/>")

func escapeHTML(s string) string {
	s = htmlEscapes.Replace(s)
	if !strings.ContainsFunc(s, control) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if control(r) {
			fmt.Fprintf(&b, "&#x%04x;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func control(r rune) bool { return r < 0x20 }

var (
	htmlComment = regexp.MustCompile(`(?s)<!--.*?-->`)
	htmlTable   = regexp.MustCompile(`(?is)<table\b.*?</table>`)
	htmlRow     = regexp.MustCompile(`(?i)<tr[^<>]*>`)
	htmlCellEnd = regexp.MustCompile(`(?i)</t[dh]>`)
	htmlCell    = regexp.MustCompile(`(?i)<t[dh]`)
	htmlSpan    = regexp.MustCompile(`(?i)\b(colspan|rowspan|data-t|t)\s*=\s*["']?([^"'\s>]*)`)
)

// readHTML reads the first table of a page, as SheetJS does: by its tags alone. raw keeps every cell a text.
func readHTML(text string, raw bool) (*Table, error) {
	text = htmlComment.ReplaceAllString(text, "")
	table := htmlTable.FindString(text)
	if table == "" {
		return nil, ErrFormat
	}
	t := &Table{}
	p := htmlParser{table: t, raw: raw}
	starts := htmlRow.FindAllStringIndex(table, -1)
	for r, at := range starts {
		end := len(table)
		if r+1 < len(starts) {
			end = starts[r+1][0]
		}
		if err := p.row(r, table[at[1]:end]); err != nil {
			return nil, err
		}
	}
	t.trim()
	return t, nil
}

// merge is a cell that spans several.
type merge struct{ top, left, bottom, right int }

type htmlParser struct {
	table  *Table
	raw    bool
	merges []merge
}

func (p *htmlParser) row(r int, text string) error {
	text = strings.TrimSpace(text)
	if head := lower(text[:min(3, len(text))]); head != "<td" && head != "<th" {
		return nil
	}
	column := 0
	for _, part := range htmlCellEnd.Split(text, -1) {
		part = strings.TrimSpace(part)
		if !htmlCell.MatchString(part) {
			continue
		}
		column = p.shift(r, column)
		span, err := p.cell(r, column, part)
		if err != nil {
			return err
		}
		column += span
	}
	return nil
}

// shift moves a cell to the right of those that reach down from rows above.
func (p *htmlParser) shift(r, column int) int {
	for i := 0; i < len(p.merges); i++ {
		if m := p.merges[i]; m.left == column && m.top < r && r <= m.bottom {
			column, i = m.right+1, -1
		}
	}
	return column
}

func (p *htmlParser) cell(r, column int, part string) (span int, err error) {
	tag, _, _ := strings.Cut(part, ">")
	columns, rows, kind := 1, 1, ""
	for _, m := range htmlSpan.FindAllStringSubmatch(tag, -1) {
		n, err := strconv.Atoi(m[2])
		n = min(max(n, 1), MaxColumns)
		switch {
		case lower(m[1]) == "colspan" && err == nil:
			columns = n
		case lower(m[1]) == "rowspan" && err == nil:
			rows = n
		case lower(m[1]) != "colspan" && lower(m[1]) != "rowspan":
			kind = m[2]
		}
	}
	if (rows > 1 || columns > 1) && len(p.merges) < MaxColumns {
		p.merges = append(p.merges, merge{r, column, r + rows - 1, column + columns - 1})
	}
	for strings.HasPrefix(part, "<") && strings.Contains(part, ">") {
		part = part[strings.IndexByte(part, '>')+1:]
	}
	if part == "" {
		return columns, nil
	}
	text := decodeHTML(part)
	if text == "" {
		return columns, p.table.set(r, column, Cell{})
	}
	cell := Cell{Kind: Text, Str: text}
	if !p.raw && kind != "s" && strings.TrimSpace(text) != "" {
		cell = Guess(text)
	}
	return columns, p.table.set(r, column, cell)
}

// trim moves the corner to the first row and column that were written to.
func (t *Table) trim() {
	if t.Width == 0 {
		return
	}
	top := 0
	for top < len(t.Rows) && len(t.Rows[top]) == 0 {
		top++
	}
	t.Rows, t.Top, t.Height = t.Rows[top:], t.Top+top, t.Height-top
}

var (
	spaceAfterTag  = regexp.MustCompile(`>[\s]+`)
	spaceBeforeTag = regexp.MustCompile(`\b\s+<`)
	spaces         = regexp.MustCompile(`[\t\n\r ]+`)
	lineBreak      = regexp.MustCompile(`<\s*[bB][rR]\s*/?>`)
	anyTag         = regexp.MustCompile(`<[^<>]*>`)
	entities       = []struct{ name, text string }{
		{"(?i)&nbsp;", " "}, {"(?i)&middot;", "·"}, {"(?i)&quot;", `"`}, {"(?i)&apos;", "'"}, {"(?i)&gt;", ">"}, {"(?i)&lt;", "<"}, {"(?i)&amp;", "&"},
	}
	entityForms = compileEntities()
)

func compileEntities() []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(entities))
	for i, e := range entities {
		out[i] = regexp.MustCompile(e.name)
	}
	return out
}

// decodeHTML is the text inside of a cell: white space joined, line breaks kept, tags left out, a few entities read.
func decodeHTML(s string) string {
	s = strings.Trim(s, "\t\n\r ")
	s = spaceAfterTag.ReplaceAllString(s, ">")
	s = spaceBeforeTag.ReplaceAllString(s, "<")
	s = spaces.ReplaceAllString(s, " ")
	s = lineBreak.ReplaceAllString(s, "\n")
	s = anyTag.ReplaceAllString(s, "")
	for i, form := range entityForms {
		s = form.ReplaceAllLiteralString(s, entities[i].text)
	}
	return s
}
