package sheet

import (
	"regexp"
	"strconv"
	"strings"
)

// RTF writes the table.
func (t *Table) RTF() []byte {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi`)
	for r := range t.Height {
		b.WriteString(`\trowd\trautofit1`)
		for c := range t.Width {
			b.WriteString(`\cellx` + strconv.Itoa(c+1))
		}
		b.WriteString(`\pard\intbl`)
		for c := range t.Width {
			text := strings.NewReplacer("\r", `\par `, "\n", `\par `).Replace(t.at(t.Top+r, t.Left+c).text())
			b.WriteString(" " + text + `\cell`)
		}
		b.WriteString(`\pard\intbl\row`)
	}
	b.WriteString("}")
	return []byte(b.String())
}

var (
	rtfRow  = regexp.MustCompile(`(?s)\\trowd.*?\\row\b`)
	rtfWord = regexp.MustCompile(`\\[\w\-]+\b`)
)

// readRTF reads the rows of the tables. The text is what the bytes say one by one, as RTF is not Unicode.
func readRTF(text string) (*Table, error) {
	rows := rtfRow.FindAllString(text, -1)
	if rows == nil {
		return nil, ErrFormat
	}
	t := &Table{}
	for r, row := range rows {
		if err := readRTFRow(t, r, row); err != nil {
			return nil, err
		}
	}
	t.Height = max(t.Height, len(rows))
	return t, nil
}

func readRTFRow(t *Table, r int, row string) error {
	var content []string
	last, column := 0, -1
	for _, at := range rtfWord.FindAllStringIndex(row, -1) {
		data := strings.TrimPrefix(row[last:at[0]], " ")
		if data != "" {
			content = append(content, data)
		}
		switch row[at[0]:at[1]] {
		case `\cell`:
			column++
			if len(content) > 0 {
				if err := t.set(r, column, rtfCell(strings.Join(content, ""))); err != nil {
					return err
				}
			}
			content = nil
		case `\par`:
			content = append(content, "\n")
		}
		last = at[1]
	}
	t.Width = max(t.Width, column+1)
	return nil
}

// rtfCell types a text as Guess does, except for dates.
func rtfCell(text string) Cell {
	if cell := Guess(text); cell.Kind != Number || !IsDate(cell.Format) {
		return cell
	}
	return Cell{Kind: Text, Str: text}
}
