// Command picture draws what a terminal shows as an SVG: it reads text with
// ANSI colours from stdin and writes the picture to the file that is named.
// docs/picture.sh feeds it with a real run of the demo.
package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The look: a dark terminal, in pixels.
const (
	lineHeight = 18
	charWidth  = 7.8
	margin     = 16
	minColumns = 80
	maxLines   = 200
)

// colours are those of the SGR codes that the program uses.
var colours = map[string]string{
	"31": "#f7768e", "32": "#9ece6a", "33": "#e0af68", "34": "#7aa2f7", "35": "#bb9af7", "36": "#7dcfff", "90": "#737aa2", "2": "#737aa2",
}

var escape = regexp.MustCompile(`\x1b\[([0-9;?]*)([A-Za-z])`)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: picture FILE.svg < text")
		os.Exit(2)
	}
	lines, err := read(os.Stdin)
	if err == nil {
		err = os.WriteFile(os.Args[1], []byte(draw(lines)), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func read(r io.Reader) ([]string, error) {
	var lines []string
	in := bufio.NewScanner(r)
	for in.Scan() && len(lines) < maxLines {
		line := strings.TrimRight(in.Text(), "\r")
		if i := strings.LastIndexByte(line, '\r'); i >= 0 {
			line = line[i+1:] // a line that was drawn over
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines, in.Err()
}

// draw gives the picture of the lines.
func draw(lines []string) string {
	columns := minColumns
	for _, l := range lines {
		columns = max(columns, utf8.RuneCountInString(escape.ReplaceAllString(l, "")))
	}
	width, height := float64(columns)*charWidth+2*margin, len(lines)*lineHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="13" fill="#c0caf5">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%.0f" height="%d" rx="8" fill="#1a1b26"/>`+"\n", width, height)
	for i, l := range lines {
		if l != "" {
			fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve">%s</text>`+"\n", margin, margin+(i+1)*lineHeight-5, spans(l))
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// spans turns a line with colours into SVG text spans.
func spans(line string) string {
	var b strings.Builder
	var fill string
	var bold bool
	emit := func(text string) {
		if text == "" {
			return
		}
		var attributes string
		if fill != "" {
			attributes += fmt.Sprintf(` fill="%s"`, fill)
		}
		if bold {
			attributes += ` font-weight="bold"`
		}
		fmt.Fprintf(&b, "<tspan%s>%s</tspan>", attributes, html.EscapeString(text))
	}
	at := 0
	for _, m := range escape.FindAllStringSubmatchIndex(line, -1) {
		emit(line[at:m[0]])
		at = m[1]
		if line[m[4]:m[5]] != "m" {
			continue
		}
		for _, code := range strings.Split(line[m[2]:m[3]], ";") {
			switch {
			case code == "" || code == "0":
				fill, bold = "", false
			case code == "1":
				bold = true
			case colours[code] != "":
				fill = colours[code]
			}
		}
	}
	emit(line[at:])
	return b.String()
}
