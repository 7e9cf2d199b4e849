package expression

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// toUpperCase follows Unicode's full mapping, as JavaScript does: ß becomes SS.
func toUpperCase(f *frame, this item.Value, _ []item.Value) item.Value {
	s := f.this(this)
	if isASCII(s) {
		return item.String(strings.ToUpper(s))
	}
	return f.made(upper(s))
}

func upper(s string) string {
	dst := make([]byte, 0, len(s)+8)
	for s != "" {
		size := charLength(s)
		r, _ := utf8.DecodeRuneInString(s)
		switch long := longUppercase[r]; {
		case r == utf8.RuneError: // half a pair stays
			dst = append(dst, s[:size]...)
		case long != "":
			dst = append(dst, long...)
		default:
			dst = utf8.AppendRune(dst, unicode.ToUpper(r))
		}
		s = s[size:]
	}
	return string(dst)
}

// toLowerCase follows Unicode's full mapping: İ becomes i with a dot above,
// and Σ at the end of a word ς.
func toLowerCase(f *frame, this item.Value, _ []item.Value) item.Value {
	s := f.this(this)
	if isASCII(s) {
		return item.String(strings.ToLower(s))
	}
	return f.made(lower(s))
}

func lower(s string) string {
	dst := make([]byte, 0, len(s)+8)
	for at := 0; at < len(s); {
		size := charLength(s[at:])
		r, _ := utf8.DecodeRuneInString(s[at:])
		switch {
		case r == utf8.RuneError:
			dst = append(dst, s[at:at+size]...)
		case r == 'İ':
			dst = append(dst, "i\u0307"...)
		case r == 'Σ' && wordBefore(s[:at]) && !wordAfter(s[at+size:]):
			dst = append(dst, "ς"...)
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
		at += size
	}
	return string(dst)
}

// wordBefore and wordAfter look for a letter with case, past what a word may
// hold besides (Unicode's Final_Sigma).
func wordBefore(s string) bool {
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !caseIgnorable(r) {
			return isCased(r)
		}
		s = s[:len(s)-size]
	}
	return false
}

func wordAfter(s string) bool {
	for _, r := range s {
		if !caseIgnorable(r) {
			return isCased(r)
		}
	}
	return false
}

func isCased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

func caseIgnorable(r rune) bool {
	return strings.ContainsRune("'.:·’‘․‧︓﹒﹕＇．：", r) ||
		unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// charLength returns the length of the first character of s; half a surrogate
// pair counts as one.
func charLength(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && len(s) >= 3 && s[0] == 0xED {
		return 3
	}
	return size
}
