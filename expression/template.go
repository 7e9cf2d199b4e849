package expression

import "strings"

// part is a piece of a template: text as it stands, or the code of a region.
type part struct {
	text string // what the piece prints; of a region: its code
	// start is the byte offset of text in the source. It is exact for code;
	// text that lost an escaping backslash begins at or after it.
	start int
	code  bool
}

// splitTemplate cuts what follows the leading "=" into text and regions. A
// region ends at the first "}}", whatever JavaScript that cuts, or at the end
// of the text. One backslash before "{{" keeps the braces and itself; of two,
// one stays and the region counts.
func splitTemplate(source string) []part {
	var parts []part
	at, from := 1, 1
	for {
		open := strings.Index(source[at:], "{{")
		if open < 0 {
			return appendText(parts, source, from, len(source))
		}
		open += at
		slashes := backslashesBefore(source[from:open])
		if slashes%2 == 1 {
			at = open + 2
			continue
		}
		textEnd := open
		if slashes > 0 {
			textEnd--
		}
		parts = appendText(parts, source, from, textEnd)
		body := source[open+2:]
		end := strings.Index(body, "}}")
		if end < 0 {
			if strings.TrimSpace(body) == "" { // "={{" prints nothing
				return append(parts, part{start: open})
			}
			return append(parts, part{text: body, start: open + 2, code: true})
		}
		parts = append(parts, part{text: body[:end], start: open + 2, code: true})
		at = open + 2 + end + 2
		from = at
	}
}

func appendText(parts []part, source string, from, to int) []part {
	if from == to {
		return parts
	}
	return append(parts, part{text: source[from:to], start: from})
}

func backslashesBefore(s string) int {
	return len(s) - len(strings.TrimRight(s, `\`))
}

// Part is a piece of a template.
type Part struct {
	// Text is what the piece prints, or the code of a region.
	Text string
	// Start is the byte offset of Text in the source.
	Start int
	// Code is set for a region.
	Code bool
}

// Split cuts the text of a parameter, which begins with "=", into the pieces
// that an engine evaluates.
func Split(source string) []Part {
	parts := splitTemplate(source)
	list := make([]Part, len(parts))
	for i, p := range parts {
		list[i] = Part{Text: p.text, Start: p.start, Code: p.code}
	}
	return list
}
