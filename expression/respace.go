package expression

import (
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// glues says whether a character before "${" gets a space behind it where n8n
// prints a text of a template literal anew: "$" could be one word with it. A
// line end is printed as \n, which ends in a letter.
func glues(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c == '\n' || c == '\r'
}

// lineEnd passes a line end.
func (l *lexer) lineEnd() {
	if l.source[l.at] == '\r' && l.peek(1) == '\n' {
		l.at++
	}
	l.at++
}

// indent passes the white space at the start of a line and gives it in spaces.
func (l *lexer) indent() string {
	text := l.source[l.at:l.end]
	width, size := indentOf(text)
	l.at += size
	return strings.Repeat(" ", width)
}

const tabWidth = 4

// indentOf measures the white space in front of a line: how wide it is, with
// tabs to every fourth column, and its size in bytes.
func indentOf(line string) (width, size int) {
	for size < len(line) {
		r, n := utf8.DecodeRuneInString(line[size:])
		switch {
		case r == '\t':
			width = (width/tabWidth + 1) * tabWidth
		case r == '\v' || r == 0xfeff:
		case r == '\n' || r == '\r' || !item.IsSpace(r):
			return width, size
		default:
			width++
		}
		size += n
	}
	return width, size
}

// Respaced gives JavaScript as n8n evaluates it. n8n prints the texts of
// template literals anew that have a line end, as a character or as \n: line
// ends become \n, white space at the start of a line becomes spaces, and a
// space comes between a letter, digit, "_" or "$" and "${".
func Respaced(code string) string {
	if !strings.Contains(code, "`") || !strings.Contains(code, "${") && !strings.ContainsAny(code, "\n\r") {
		return code
	}
	r := &respacer{code: code}
	r.script("")
	return r.out.String()
}

// respacer walks through code. It knows texts, comments, regular expressions and
// templates; everything else it copies.
type respacer struct {
	code string
	at   int
	out  strings.Builder
}

func (r *respacer) copy(n int) {
	n = min(n, len(r.code)-r.at)
	r.out.WriteString(r.code[r.at : r.at+n])
	r.at += n
}

// script copies code up to the brace that closes it, or to the end.
func (r *respacer) script(until string) {
	depth := 0
	for r.at < len(r.code) {
		switch c := r.code[r.at]; {
		case c == '`':
			r.copy(1)
			r.template()
		case c == '"' || c == '\'':
			r.quoted(c)
		case c == '/' && r.next("//"):
			r.copy(upTo(r.code[r.at:], "\n"))
		case c == '/' && r.next("/*"):
			r.copy(upTo(r.code[r.at+2:], "*/") + 2)
		case c == '/' && r.beginsPattern():
			r.pattern()
		case c == '{':
			depth++
			r.copy(1)
		case c == '}' && until == "}" && depth == 0:
			r.copy(1)
			return
		case c == '}':
			depth--
			r.copy(1)
		default:
			r.copy(1)
		}
	}
}

func (r *respacer) next(text string) bool { return strings.HasPrefix(r.code[r.at:], text) }

// upTo is the size of a text through the end that is given, or all.
func upTo(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

func (r *respacer) quoted(quote byte) {
	r.copy(1)
	for r.at < len(r.code) && r.code[r.at] != quote && r.code[r.at] != '\n' {
		if r.code[r.at] == '\\' {
			r.copy(1)
		}
		r.copy(1)
	}
	r.copy(1)
}

// beginsPattern says whether a slash begins a regular expression: it does not
// stand behind a value.
func (r *respacer) beginsPattern() bool {
	before := strings.TrimRight(r.code[:r.at], " \t\r\n")
	if before == "" || strings.HasSuffix(before, "return") || strings.HasSuffix(before, "typeof") {
		return true
	}
	return strings.IndexByte("(,=:[!&|?{};+-*%~^<>", before[len(before)-1]) >= 0
}

func (r *respacer) pattern() {
	r.copy(1)
	for class := false; r.at < len(r.code) && r.code[r.at] != '\n'; r.copy(1) {
		switch c := r.code[r.at]; {
		case c == '\\':
			r.copy(1)
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			r.copy(1)
			return
		}
	}
}

// template copies the rest of a template literal.
func (r *respacer) template() {
	for r.at < len(r.code) {
		end := r.at
		for end < len(r.code) && r.code[end] != '`' && !strings.HasPrefix(r.code[end:], "${") {
			if r.code[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(r.code))
		more := strings.HasPrefix(r.code[end:], "${")
		r.out.WriteString(respacedText(r.code[r.at:end], more))
		r.at = end
		if !more {
			r.copy(1)
			return
		}
		r.copy(2)
		r.script("}")
	}
}

// lineEscapes are how a line end is written without being one.
var lineEscapes = []string{`\n`, `\x0a`, `\x0A`, `\u000a`, `\u000A`, `\u{a}`, `\u{A}`}

// respacedText prints one text of a template literal.
func respacedText(text string, more bool) string {
	lines := false
	var b strings.Builder
	for at := 0; at < len(text); {
		rest := text[at:]
		switch c := text[at]; {
		case c == '\n' || c == '\r':
			lines = true
			if strings.HasPrefix(rest, "\r\n") {
				at++
			}
			width, size := indentOf(text[at+1:])
			at += 1 + size
			b.WriteString(`\n` + strings.Repeat(" ", width))
		case c == '\\':
			for _, e := range lineEscapes {
				lines = lines || strings.HasPrefix(rest, e)
			}
			if len(rest) > 1 && rest[1] != '\n' && rest[1] != '\r' {
				b.WriteString(rest[:2])
				at++
			} else {
				b.WriteByte(c)
			}
			at++
		default:
			b.WriteByte(c)
			at++
		}
	}
	if lines && more && glues(text[len(text)-1]) {
		b.WriteByte(' ')
	}
	return b.String()
}
