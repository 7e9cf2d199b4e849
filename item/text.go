package item

import (
	"strings"
	"unicode/utf8"
)

// Surrogates stand in WTF-8 as three bytes: ED A0..AF xx a high one, ED B0..BF xx a low one.
const (
	surrogateLead = 0xED
	highFirst     = 0xD800
	lowFirst      = 0xDC00
	surrogateEnd  = 0xE000
)

// surrogateAt returns the lone surrogate that s starts with; ok is false when it starts with none.
func surrogateAt(s string) (unit rune, ok bool) {
	if len(s) < 3 || s[0] != surrogateLead || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), true
}

// nextChar returns the first code point of s (a lone surrogate counts as one, a bad byte as U+FFFD) and its length.
func nextChar(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		if unit, ok := surrogateAt(s); ok {
			return unit, 3
		}
	}
	return r, size
}

// appendChar appends a code point, a lone surrogate included. It does not fuse, see [AppendText].
func appendChar(dst []byte, r rune) []byte {
	if r >= highFirst && r < surrogateEnd {
		return append(dst, surrogateLead, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(dst, r)
}

func fuse(high, low rune) rune {
	return 0x10000 + (high-highFirst)<<10 + (low - lowFirst)
}

// endsHigh returns the lone high surrogate that s ends with.
func endsHigh(s string) (unit rune, ok bool) {
	if len(s) < 3 || s[len(s)-3] != surrogateLead {
		return 0, false
	}
	unit, ok = surrogateAt(s[len(s)-3:])
	return unit, ok && unit < lowFirst
}

// startsLow returns the lone low surrogate that s starts with.
func startsLow(s string) (unit rune, ok bool) {
	unit, ok = surrogateAt(s)
	return unit, ok && unit >= lowFirst
}

// Concat returns a followed by b, as JavaScript joins strings: when a ends with a high surrogate and b starts with a
// low one, they become one code point. Text that may hold surrogates is only ever joined by this or [AppendText].
func Concat(a, b string) string {
	if low, ok := startsLow(b); ok {
		if high, ok := endsHigh(a); ok {
			return a[:len(a)-3] + string(fuse(high, low)) + b[3:]
		}
	}
	return a + b
}

// AppendText appends s to the text in dst, fusing surrogates at the seam as [Concat] does.
func AppendText(dst []byte, s string) []byte {
	low, ok := startsLow(s)
	if !ok || len(dst) < 3 {
		return append(dst, s...)
	}
	if high, ok := endsHigh(string(dst[len(dst)-3:])); ok {
		dst = utf8.AppendRune(dst[:len(dst)-3], fuse(high, low))
		s = s[3:]
	}
	return append(dst, s...)
}

// IsWellFormed reports whether s holds neither lone surrogates nor bad bytes: whether it is valid UTF-8.
func IsWellFormed(s string) bool { return utf8.ValidString(s) }

// ToWellFormed returns s with U+FFFD for every lone surrogate and bad byte: what may leave the engine as UTF-8.
func ToWellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	dst := make([]byte, 0, len(s)+8)
	for len(s) > 0 {
		r, size := nextChar(s)
		dst = utf8.AppendRune(dst, r) // writes a surrogate as U+FFFD
		s = s[size:]
	}
	return string(dst)
}

// TrimSpace removes what JavaScript calls white space and line terminators from both ends.
func TrimSpace(s string) string { return strings.TrimFunc(s, IsSpace) }

// IsSpace reports whether r is white space or a line terminator to JavaScript: tab to carriage return, space, no-break
// space, the byte order mark, line and paragraph separator, and the space separators of Unicode.
func IsSpace(r rune) bool {
	switch {
	case r <= ' ':
		return r == ' ' || (r >= '\t' && r <= '\r')
	case r < 0x2000:
		return r == 0xA0 || r == 0x1680
	default:
		return r <= 0x200A || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000 || r == 0xFEFF
	}
}

// CompareStrings orders text as JavaScript does, by UTF-16 units: -1 when a is before b, 0 when equal, 1 when after.
// It differs from the order of bytes where characters beyond U+FFFF or surrogates meet U+D800..FFFF.
func CompareStrings(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) {
		return compareRest(a, b, i)
	}
	if a[i] < utf8.RuneSelf && b[i] < utf8.RuneSelf {
		return sign(int(a[i]) - int(b[i]))
	}
	return compareRest(a, b, i)
}

// compareRest compares from the start of the character that holds byte i, before which a and b are equal.
func compareRest(a, b string, i int) int {
	for back := 0; back < 3 && i > 0 && ((i < len(a) && !utf8.RuneStart(a[i])) || (i < len(b) && !utf8.RuneStart(b[i]))); back++ {
		i--
	}
	x, y := units{rest: a[i:]}, units{rest: b[i:]}
	for {
		ux, okX := x.next()
		uy, okY := y.next()
		switch {
		case !okX && !okY:
			return 0
		case !okX:
			return -1
		case !okY:
			return 1
		case ux != uy:
			return sign(int(ux) - int(uy))
		}
	}
}

func sign(d int) int {
	switch {
	case d < 0:
		return -1
	case d > 0:
		return 1
	}
	return 0
}
