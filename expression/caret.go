package expression

import (
	"strings"
	"unicode/utf8"
)

// caretContext is how many characters Caret shows before and after the place.
const caretContext = 60

// Caret shows the place for people: the line of the source and, under it, a
// caret below each character that is meant. Of long lines it shows the part
// around the place.
func (e *Error) Caret() string {
	start := min(max(e.Start, 0), len(e.Source))
	end := min(max(e.End, start), len(e.Source))
	lineStart := 1 + strings.LastIndexByte(e.Source[:start], '\n')
	line := e.Source[lineStart:]
	if n := strings.IndexAny(line, "\r\n"); n >= 0 && lineStart+n >= start {
		line = line[:n]
	}
	before, place := line[:start-lineStart], line[start-lineStart:]
	after := place[min(end-start, len(place)):]
	place = place[:len(place)-len(after)]
	before, after = lastChars(before, caretContext), firstChars(after, caretContext)
	place = firstChars(place, caretContext)
	carets := strings.Repeat("^", max(1, utf8.RuneCountInString(place)))
	return before + place + after + "\n" + blank(before) + carets
}

// blank is as wide as s.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, s)
}

// firstChars and lastChars cut s to n characters and mark that they did.
func firstChars(s string, n int) string {
	at := 0
	for range n {
		if at == len(s) {
			return s
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	if at == len(s) {
		return s
	}
	return s[:at] + "…"
}

func lastChars(s string, n int) string {
	at := len(s)
	for range n {
		if at == 0 {
			return s
		}
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	if at == 0 {
		return s
	}
	return "…" + s[at:]
}
