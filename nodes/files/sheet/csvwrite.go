package sheet

import (
	"strings"
	"unicode/utf8"
)

// byteOrderMark begins a csv file.
const byteOrderMark = "\ufeff"

// CSV writes the table with a delimiter between the cells, after a byte order mark.
func (t *Table) CSV(delimiter string) []byte {
	first, _ := utf8.DecodeRuneInString(delimiter)
	var b strings.Builder
	b.WriteString(byteOrderMark)
	for r := range t.Height {
		if r > 0 {
			b.WriteByte('\n')
		}
		for c := range t.Width {
			if c > 0 {
				b.WriteString(delimiter)
			}
			b.WriteString(csvCell(t.at(t.Top+r, t.Left+c).text(), first, r == 0 && c == 0))
		}
	}
	return []byte(b.String())
}

// csvCell puts quotes around a text that needs them. A file that began with ID would be taken for another format.
func csvCell(text string, delimiter rune, corner bool) string {
	if strings.ContainsAny(text, "\"\n") || delimiter != utf8.RuneError && strings.ContainsRune(text, delimiter) {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	if corner && text == "ID" {
		return `"ID"`
	}
	return text
}
