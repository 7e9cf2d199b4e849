package iostreams

import (
	"bufio"
	"strings"
	"unicode/utf8"
)

// columnGap separates columns on a terminal; minColumn is the least that a
// column is shortened to.
const (
	columnGap = 2
	minColumn = 8
)

// Table lays out rows: fitted columns under a heading for a person, values
// separated by tabs without a heading for a pipe.
type Table struct {
	streams *Streams
	heading []string
	rows    [][]Cell
}

// Cell is one value of a table.
type Cell struct {
	// Text is what a pipe gets; Short, where it is set, what a person gets.
	Text, Short string
	Style       Style
	// Whole cells are not shortened: an id that is cut is of no use.
	Whole bool
}

// NewTable makes a table with a heading.
func (s *Streams) NewTable(heading ...string) *Table {
	return &Table{streams: s, heading: heading}
}

// Row adds a row.
func (t *Table) Row(cells ...Cell) { t.rows = append(t.rows, cells) }

// Write prints the table.
func (t *Table) Write() error {
	w := bufio.NewWriter(t.streams.Out)
	if t.streams.OutTerminal {
		t.writeFitted(w)
	} else {
		t.writeTabbed(w)
	}
	return w.Flush()
}

func (t *Table) writeTabbed(w *bufio.Writer) {
	for _, row := range t.rows {
		for i, c := range row {
			if i > 0 {
				_ = w.WriteByte('\t')
			}
			_, _ = w.WriteString(Plain(c.Text))
		}
		_ = w.WriteByte('\n')
	}
}

func (t *Table) writeFitted(w *bufio.Writer) {
	widths := t.widths()
	for i, h := range t.heading {
		t.put(w, Cell{Text: h, Style: Dim}, widths, i)
	}
	_ = w.WriteByte('\n')
	for _, row := range t.rows {
		for i, c := range row {
			t.put(w, c, widths, i)
		}
		_ = w.WriteByte('\n')
	}
}

// put writes one cell, filled up unless it is the last of its row.
func (t *Table) put(w *bufio.Writer, c Cell, widths []int, i int) {
	text := fit(c.shown(), widths[i])
	_, _ = w.WriteString(t.streams.Paint(c.Style, text))
	if i < len(widths)-1 {
		_, _ = w.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)+columnGap))
	}
}

func (c Cell) shown() string {
	if c.Short != "" {
		return Plain(c.Short)
	}
	return Plain(c.Text)
}

// widths fits the columns into the terminal: the widest column that may be
// shortened gives way, again and again.
func (t *Table) widths() []int {
	widths := make([]int, len(t.heading))
	whole := make([]bool, len(t.heading))
	total := columnGap * (len(widths) - 1)
	for i, h := range t.heading {
		widths[i] = utf8.RuneCountInString(h)
	}
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c.shown()))
			whole[i] = whole[i] || c.Whole
		}
	}
	for _, n := range widths {
		total += n
	}
	for over := total - t.streams.Width(); over > 0; over-- {
		widest := -1
		for i, n := range widths {
			if !whole[i] && n > minColumn && (widest < 0 || n > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// fit shortens a text to a width.
func fit(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	runes := []rune(text)
	return string(runes[:width-1]) + "…"
}

// WriteRows prints the rows without the heading, for tables that grow.
func (t *Table) WriteRows() error {
	w := bufio.NewWriter(t.streams.Out)
	if !t.streams.OutTerminal {
		t.writeTabbed(w)
		return w.Flush()
	}
	widths := t.widths()
	for _, row := range t.rows {
		for i, c := range row {
			t.put(w, c, widths, i)
		}
		_ = w.WriteByte('\n')
	}
	return w.Flush()
}
