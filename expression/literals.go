package expression

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// numeral reads a number literal.
func (l *lexer) numeral() (float64, error) {
	start := l.at
	if l.source[start] == '0' {
		switch c := l.peek(1); {
		case c|0x20 == 'x' || c|0x20 == 'o' || c|0x20 == 'b':
			return l.radixNumeral(c | 0x20)
		case isDigit(c) || c == '_':
			return 0, l.unsupported("numbers that begin with 0", span{start, start + 2})
		}
	}
	l.digits()
	if l.peek(0) == '.' {
		l.at++
		l.digits()
	}
	if l.peek(0)|0x20 == 'e' {
		l.at++
		if c := l.peek(0); c == '+' || c == '-' {
			l.at++
		}
		if l.digits() == 0 {
			return 0, l.syntax("The exponent of this number is missing", span{start, l.at})
		}
	}
	f, _ := strconv.ParseFloat(strings.ReplaceAll(l.source[start:l.at], "_", ""), 64) // too large is Infinity
	return f, l.endNumeral(start)
}

// digits passes decimal digits with single underscores between them.
func (l *lexer) digits() int {
	start := l.at
	for isDigit(l.peek(0)) || l.peek(0) == '_' && l.at > start && isDigit(l.source[l.at-1]) && isDigit(l.peek(1)) {
		l.at++
	}
	return l.at - start
}

func (l *lexer) radixNumeral(mark byte) (float64, error) {
	start := l.at
	base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[mark]
	l.at += 2
	for digitOf(l.peek(0)) < base || l.peek(0) == '_' && digitOf(l.peek(1)) < base && digitOf(l.source[l.at-1]) < base {
		l.at++
	}
	text := strings.ReplaceAll(l.source[start:l.at], "_", "")
	if len(text) == 2 {
		return 0, l.syntax("This number has no digits", span{start, l.at})
	}
	return item.StringToNumber(text), l.endNumeral(start)
}

// endNumeral checks that nothing sticks to a number.
func (l *lexer) endNumeral(start int) error {
	if l.peek(0) == 'n' {
		return l.unsupported("big integers", span{start, l.at + 1})
	}
	if isDigit(l.peek(0)) || l.nameLength(l.at) > 0 {
		return l.syntax("A number cannot be followed by this", span{l.at, l.at + 1})
	}
	return nil
}

// digitOf returns the value of a digit of any base up to 36, else 99.
func digitOf(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// quoted reads a string with its quotes.
func (l *lexer) quoted(quote byte) (string, error) {
	start := l.at
	l.at++
	var dst []byte
	for l.at < l.end {
		c := l.source[l.at]
		switch {
		case c == quote:
			text := l.source[start+1 : l.at]
			l.at++
			if dst == nil {
				return text, nil
			}
			return string(dst), nil
		case c == '\n' || c == '\r':
			return "", l.syntax("A text in quotes cannot go on in the next line", span{start, l.at})
		case c == '\\':
			if dst == nil {
				dst = append(make([]byte, 0, l.at-start+16), l.source[start+1:l.at]...)
			}
			var err error
			if dst, err = l.escape(dst, false); err != nil {
				return "", err
			}
		default:
			if dst != nil {
				dst = append(dst, c)
			}
			l.at++
		}
	}
	return "", l.syntax("A text in quotes is not closed", span{start, l.end})
}

// chunk reads the text of a template literal up to ${ or the closing quote;
// more is true for the former. Both are passed. A chunk with a line end is
// printed anew by n8n before it is evaluated: see respaced.
func (l *lexer) chunk(start int) (text string, more bool, err error) {
	dst := []byte{}
	from, lines := l.at, false
	for l.at < l.end {
		c := l.source[l.at]
		switch {
		case c == '`':
			l.at++
			return string(dst), false, nil
		case c == '$' && l.peek(1) == '{':
			if lines && l.at > from && glues(l.source[l.at-1]) {
				dst = append(dst, ' ')
			}
			l.at += 2
			return string(dst), true, nil
		case c == '\\' && (l.peek(1) == '\n' || l.peek(1) == '\r'):
			l.at++
			l.lineEnd()
			dst = append(append(dst, `\n`...), l.indent()...)
			lines = true
		case c == '\\':
			before := len(dst)
			if dst, err = l.escape(dst, true); err != nil {
				return "", false, err
			}
			lines = lines || len(dst) == before+1 && dst[before] == '\n'
		case c == '\n' || c == '\r': // line ends count as \n
			l.lineEnd()
			dst = append(append(dst, '\n'), l.indent()...)
			lines = true
		default:
			dst = append(dst, c)
			l.at++
		}
	}
	return "", false, l.syntax("A text in back quotes is not closed", span{start, l.end})
}

var simpleEscapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v'}

// escape reads a backslash and what belongs to it and appends its meaning.
func (l *lexer) escape(dst []byte, template bool) ([]byte, error) {
	start := l.at
	l.at++
	if l.at == l.end {
		return nil, l.syntax("A text in quotes is not closed", span{start, l.end})
	}
	c := l.source[l.at]
	switch {
	case simpleEscapes[c] != 0:
		l.at++
		return append(dst, simpleEscapes[c]), nil
	case c == 'x':
		return l.hexEscape(dst, start, 2)
	case c == 'u' && l.peek(1) == '{':
		return l.braceEscape(dst, start)
	case c == 'u':
		return l.hexEscape(dst, start, 4)
	case c == '0' && !isDigit(l.peek(1)):
		l.at++
		return append(dst, 0), nil
	case isDigit(c) && template:
		return nil, l.syntax("Octal escapes cannot stand in back quotes", span{start, l.at + 1})
	case c >= '8' && c <= '9':
		l.at++
		return append(dst, c), nil
	case isDigit(c):
		return nil, l.unsupported("octal escapes", span{start, l.at + 1})
	}
	return l.plainEscape(dst), nil
}

// plainEscape reads a character that means itself, or a line end, which means
// nothing.
func (l *lexer) plainEscape(dst []byte) []byte {
	r, size := utf8.DecodeRuneInString(l.source[l.at:l.end])
	text := l.source[l.at : l.at+size]
	l.at += size
	if r == '\r' && l.peek(0) == '\n' {
		l.at++
	}
	if isLineEnd(r) {
		return dst
	}
	return append(dst, text...)
}

func (l *lexer) hexEscape(dst []byte, start, digits int) ([]byte, error) {
	l.at++
	value := 0
	for range digits {
		d := digitOf(l.peek(0))
		if d > 15 {
			return nil, l.syntax("This escape needs "+strconv.Itoa(digits)+" hexadecimal digits", span{start, l.at})
		}
		value = value<<4 | d
		l.at++
	}
	return appendUnit(dst, rune(value)), nil
}

func (l *lexer) braceEscape(dst []byte, start int) ([]byte, error) {
	l.at += 2
	first, value := l.at, 0
	for l.peek(0) != '}' {
		d := digitOf(l.peek(0))
		if d > 15 || value<<4|d > utf8.MaxRune {
			return nil, l.syntax("This escape is not the number of a character", span{start, l.at})
		}
		value = value<<4 | d
		l.at++
	}
	if l.at == first {
		return nil, l.syntax("This escape is not the number of a character", span{start, l.at + 1})
	}
	l.at++
	return appendUnit(dst, rune(value)), nil
}

// appendUnit appends a code point or lone surrogate, which fuses with a high
// one before it.
func appendUnit(dst []byte, r rune) []byte {
	if r < 0xD800 || r > 0xDFFF {
		return utf8.AppendRune(dst, r)
	}
	return item.AppendText(dst, item.FromUTF16([]uint16{uint16(r)}))
}

var (
	nan      = item.Number(math.NaN())
	infinity = item.Number(math.Inf(1))
)
