package jsregexp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// jsSpace is what \s means in JavaScript.
const jsSpace = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`

// errLook: the expression looks ahead or behind, or refers back to a group.
var errLook = errors.New("needs backtracking")

// translate rewrites JavaScript's syntax where Go's differs. Errors: errLook.
func translate(pattern string, dotAll bool) (string, error) {
	var out strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			used, err := translateEscape(&out, pattern[i+1:], inClass)
			if err != nil {
				return "", err
			}
			i += used
		case c == '[' && !inClass:
			inClass = true
			i += translateClassStart(&out, pattern[i:])
		case c == '[':
			out.WriteString(`\[`)
		case c == ']' && inClass:
			inClass = false
			out.WriteByte(c)
		case c == '(' && !inClass && looks(pattern[i:]):
			return "", errLook
		case c == '.' && !inClass && !dotAll:
			out.WriteString(`[^\n\r\x{2028}\x{2029}]`)
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), nil
}

func looks(s string) bool {
	return strings.HasPrefix(s, "(?=") || strings.HasPrefix(s, "(?!") || strings.HasPrefix(s, "(?<=") || strings.HasPrefix(s, "(?<!")
}

// translateClassStart writes the begin of a class; "[^]" means any character
// and "[]" none. It gives how many bytes beyond the first were read.
func translateClassStart(out *strings.Builder, s string) int {
	switch {
	case strings.HasPrefix(s, "[^]"):
		out.WriteString(`[\x{0}-\x{10ffff}`)
		return 1
	case strings.HasPrefix(s, "[]"):
		out.WriteString(`[^\x{0}-\x{10ffff}`)
		return 0
	case strings.HasPrefix(s, "[^"):
		out.WriteString("[^")
		return 1
	}
	out.WriteByte('[')
	return 0
}

// translateEscape writes what stands after a backslash and gives its length.
func translateEscape(out *strings.Builder, s string, inClass bool) (int, error) {
	switch c := s[0]; {
	case c >= '1' && c <= '9' && !inClass, c == 'k' && !inClass:
		return 0, errLook
	case c == '0':
		out.WriteString(`\x{0}`)
	case c == 'u':
		return translateUnicode(out, s), nil
	case c == 's' && inClass:
		out.WriteString(jsSpace)
	case c == 's':
		out.WriteString("[" + jsSpace + "]")
	case c == 'S' && !inClass:
		out.WriteString("[^" + jsSpace + "]")
	case c == 'b' && inClass:
		out.WriteString(`\x{8}`)
	case c == 'c' && len(s) > 1:
		fmt.Fprintf(out, `\x{%x}`, s[1]%32)
		return 2, nil
	case strings.IndexByte("dDwWsSbBtnvfrxpP", c) >= 0, c < '0', c > '9' && c < 'A', c > 'Z' && c < 'a', c > 'z':
		out.WriteByte('\\')
		out.WriteByte(c)
	default:
		out.WriteByte(c) // a letter that needs no escape
	}
	return 1, nil
}

func translateUnicode(out *strings.Builder, s string) int {
	digits, length := "", 5
	if end := strings.IndexByte(s, '}'); strings.HasPrefix(s, "u{") && end > 0 {
		digits, length = s[2:end], end+1
	} else if len(s) >= 5 {
		digits = s[1:5]
	}
	if code, err := strconv.ParseUint(digits, 16, 32); err == nil {
		fmt.Fprintf(out, `\x{%x}`, code)
		return length
	}
	out.WriteByte('u') // as in JavaScript, an escape that is none is the letter
	return 1
}
