package expression

import (
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// uriFunction is a function from text to text with a set of characters that
// it leaves alone; ok is false for what JavaScript calls a malformed URI.
func uriFunction(do func(s, kept string) (text string, ok bool), kept string) native {
	return func(f *frame, _ item.Value, args []item.Value) item.Value {
		s := f.text(argOf(args, 0))
		if !f.chargeBytes(len(s)) {
			return item.Undefined
		}
		text, ok := do(s, kept)
		if !ok {
			return f.throw()
		}
		return f.made(text)
	}
}

const hexDigits = "0123456789ABCDEF"

func encode(s, kept string) (string, bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	dst := make([]byte, 0, len(s)+16)
	for i := range len(s) {
		c := s[i]
		if isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(kept, c) >= 0 {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return string(dst), true
}

// decode leaves escapes of the characters in kept as they are.
func decode(s, kept string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	dst := make([]byte, 0, len(s))
	for at := 0; at < len(s); {
		if s[at] != '%' {
			dst = append(dst, s[at])
			at++
			continue
		}
		char, n, ok := decodeChar(s[at:])
		if !ok {
			return "", false
		}
		if len(char) == 1 && strings.IndexByte(kept, char[0]) >= 0 {
			char = s[at : at+n]
		}
		dst = append(dst, char...)
		at += n
	}
	return string(dst), true
}

// decodeChar reads the escapes of one character.
func decodeChar(s string) (char string, length int, ok bool) {
	var buffer [utf8.UTFMax]byte
	for n := range buffer {
		at := 3 * n
		if at+2 >= len(s) || s[at] != '%' || digitOf(s[at+1]) > 15 || digitOf(s[at+2]) > 15 {
			return "", 0, false
		}
		buffer[n] = byte(digitOf(s[at+1])<<4 | digitOf(s[at+2]))
		if utf8.FullRune(buffer[:n+1]) {
			valid := utf8.Valid(buffer[:n+1])
			return string(buffer[:n+1]), at + 3, valid
		}
	}
	return "", 0, false
}
