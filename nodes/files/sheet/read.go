package sheet

import (
	"bytes"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Options say how a file is read.
type Options struct {
	// Sheet is the name of the sheet; empty: the first.
	Sheet string
	// Raw keeps every value of a format without types a text.
	Raw bool
	// AsText reads bytes as UTF-8 where a format has no encoding of its own.
	AsText bool
}

// Read reads one sheet of a file, whose format is found by its first bytes. Errors: NoSheet, those that wrap ErrFormat,
// and ErrTooLarge.
func Read(data []byte, o Options) (*Table, error) {
	switch {
	case len(data) == 0:
		return &Table{}, nil
	case bytes.HasPrefix(data, []byte("PK")) && len(data) > 3 && data[2] < 9 && data[3] < 9:
		return readPack(data, o)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return readXLS(data, o.Sheet)
	}
	t, err := readText(data, o)
	if err != nil {
		return nil, err
	}
	t.Name = "Sheet1"
	if o.Sheet != "" && o.Sheet != t.Name {
		return nil, NoSheet(o.Sheet)
	}
	return t, nil
}

func readPack(data []byte, o Options) (*Table, error) {
	p, err := openPack(data)
	switch {
	case err != nil:
		return nil, err
	case p.has("content.xml"):
		return readODS(p, o.Sheet)
	case p.has("xl/workbook.xml"):
		return readXLSX(p, o.Sheet)
	}
	return nil, ErrFormat
}

func readText(data []byte, o Options) (*Table, error) {
	text := strings.ToValidUTF8(string(data), "\ufffd")
	begin := strings.TrimLeft(strings.TrimPrefix(text, byteOrderMark), " \r\n")
	switch {
	case strings.HasPrefix(text, `{\rt`):
		return readRTF(rtfText(data, o.AsText))
	case strings.HasPrefix(begin, "<"):
		return readHTML(begin, o.Raw)
	case bytes.HasPrefix(data, []byte("\x89PNG")) || bytes.HasPrefix(data, []byte("II*\x00")):
		return nil, ErrFormat
	}
	if strings.HasPrefix(text, byteOrderMark) && !o.AsText {
		// The mark is three bytes long, and SheetJS takes three characters away.
		text = item.Slice(text, 3, item.UTF16Len(text))
	}
	return readDelimited(strings.TrimPrefix(text, byteOrderMark), o.Raw)
}

func rtfText(data []byte, asText bool) string {
	if asText {
		return string(data)
	}
	return latin(data)
}

// separators are the delimiters that are tried, the weakest first.
const separators = "|;\t,"

// readDelimited reads a text with delimiters as SheetJS does: it guesses the delimiter and the types of the cells.
func readDelimited(text string, raw bool) (*Table, error) {
	var separator byte
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 && (rest[1] == '\r' || rest[1] == '\n') {
		separator, text = rest[0], strings.TrimPrefix(strings.TrimPrefix(rest[1:], "\r"), "\n")
	} else {
		separator = guessSeparator(text[:min(len(text), 1024)])
	}
	t := &Table{}
	row, column, start, quoted := 0, 0, 0, false
	finish := func(end int) error {
		cell := delimitedCell(strings.TrimSuffix(text[start:end], "\r"), raw)
		t.Width, t.Height = max(t.Width, column+1), max(t.Height, row+1)
		if cell.Kind == None {
			return nil
		}
		return t.set(row, column, cell)
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			if text[start] == '"' {
				quoted = !quoted
			}
		case quoted || c != separator && c != '\n' && c != '\r':
		default:
			if err := finish(i); err != nil {
				return nil, err
			}
			if c == separator {
				column++
			} else {
				row, column = row+1, 0
			}
			if c == '\r' && i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			start = i + 1
		}
	}
	if start < len(text) {
		if err := finish(len(text)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func guessSeparator(text string) byte {
	counts := map[byte]int{}
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(separators, text[i]) >= 0:
			counts[text[i]]++
		}
	}
	best := byte(',')
	for i := range len(separators) {
		if c := separators[i]; counts[c] > 0 && counts[c] >= counts[best] {
			best = c
		}
	}
	return best
}

func delimitedCell(s string, raw bool) Cell {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	switch {
	case s == "":
		return Cell{}
	case raw || strings.TrimSpace(s) == "":
		return Cell{Kind: Text, Str: s}
	case len(s) >= 3 && strings.HasPrefix(s, `="`) && s[len(s)-1] == '"':
		return Cell{Kind: Text, Str: strings.ReplaceAll(s[2:len(s)-1], `""`, `"`)}
	case s[0] == '=':
		return Cell{Kind: Text, Str: s}
	}
	c := Guess(s)
	c.Format = "" // dates come out as numbers here
	return c
}
