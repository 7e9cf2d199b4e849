package expression

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// lexer cuts the code of one region into tokens. Offsets are those of the
// whole source.
type lexer struct {
	source string
	at     int // next byte
	end    int // of the region
}

// next returns the next token. The error is an *Error.
func (l *lexer) next() (token, error) {
	newline, err := l.skipSpace()
	if err != nil {
		return token{}, err
	}
	start := l.at
	t := token{at: span{start, start}, newline: newline}
	if start == l.end {
		return t, nil
	}
	c := l.source[start]
	switch {
	case c == '\'' || c == '"':
		t.kind = tokText
		t.text, err = l.quoted(c)
	case c == '`':
		t.kind = tokTemplate
		l.at++
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		t.kind = tokNumber
		t.number, err = l.numeral()
	case l.nameLength(start) > 0:
		t.kind = tokName
		l.at += l.nameLength(start)
		t.text = l.source[start:l.at]
	case c == '\\':
		return token{}, l.unsupported("escapes in names", span{start, start + 1})
	default:
		t.kind = tokPunct
		t.text, err = l.punctuator()
	}
	t.at.end = l.at
	return t, err
}

// peek returns the byte n after the current one, 0 beyond the end.
func (l *lexer) peek(n int) byte {
	if l.at+n >= l.end {
		return 0
	}
	return l.source[l.at+n]
}

// skipSpace passes white space and comments and reports whether a line ended.
func (l *lexer) skipSpace() (newline bool, err error) {
	for l.at < l.end {
		rest := l.source[l.at:l.end]
		if strings.HasPrefix(rest, "//") {
			l.at += lineLength(rest)
			continue
		}
		if strings.HasPrefix(rest, "/*") {
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				return false, l.syntax("A comment is not closed", span{l.at, l.end})
			}
			newline = newline || lineLength(rest[:n+2]) < n+2
			l.at += n + 4
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		if !item.IsSpace(r) {
			return newline, nil
		}
		newline = newline || isLineEnd(r)
		l.at += size
	}
	return newline, nil
}

// lineLength returns how many bytes of s stand before the first line end.
func lineLength(s string) int {
	if n := strings.IndexFunc(s, isLineEnd); n >= 0 {
		return n
	}
	return len(s)
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029 }

func isDigit(c byte) bool { return c-'0' <= 9 }

// nameLength returns the length of the name at an offset, 0 when none begins
// there.
func (l *lexer) nameLength(start int) int {
	for i, r := range l.source[start:l.end] {
		if !isNameRune(r, i > 0) {
			return i
		}
	}
	return l.end - start
}

func isNameRune(r rune, inside bool) bool {
	switch {
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '$' || r == '_':
		return true
	case r >= '0' && r <= '9':
		return inside
	case r < utf8.RuneSelf:
		return false
	case unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r):
		return true
	}
	return inside && (r == 0x200C || r == 0x200D ||
		unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue))
}

func (l *lexer) punctuator() (string, error) {
	rest := l.source[l.at:l.end]
	for _, p := range punctuators {
		if !strings.HasPrefix(rest, p) {
			continue
		}
		if p == "?." && isDigit(l.peek(2)) { // a?.5:b is a condition
			continue
		}
		l.at += len(p)
		return p, nil
	}
	_, size := utf8.DecodeRuneInString(rest)
	return "", l.syntax("This character cannot stand here", span{l.at, l.at + size})
}

func (l *lexer) syntax(message string, at span) *Error {
	return &Error{Code: CodeSyntax, Message: message, Source: l.source, Start: at.start, End: at.end}
}

func (l *lexer) unsupported(what string, at span) *Error {
	return unsupported(l.source, what, at)
}

// unsupported says that the engine does not know something.
func unsupported(source, what string, at span) *Error {
	return &Error{Code: CodeUnsupported, Message: "Not supported in expressions: " + what, Source: source, Start: at.start, End: at.end}
}
