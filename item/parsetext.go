package item

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// text reads the string that starts at pos. Text without escapes is one scan and one copy.
func (p *parser) text(isKey bool) (s string, ok bool) {
	body := p.data[p.pos+1:]
	n := firstSpecial(body)
	if n < len(body) && body[n] == '"' {
		p.pos += n + 2
		return p.keep(body[:n], isKey), true
	}
	decoded, n, ok := p.decode(body, n)
	if !ok {
		return "", false
	}
	p.pos += n + 2
	return p.keep(decoded, isKey), true
}

func (p *parser) keep(b []byte, isKey bool) string {
	if !isKey {
		return p.intern(b)
	}
	slot := p.keys.slot(b)
	if *slot != string(b) {
		*slot = p.intern(b)
	}
	return *slot
}

// decode reads a string body from i, before which all is plain, to its closing quote at n. What it returns is part of
// body, or lies in p.buf when anything had to be replaced.
func (p *parser) decode(body []byte, i int) (text []byte, n int, ok bool) {
	start, replaced := 0, false // body[start:i] is not yet in p.buf
	for ; ; i += firstSpecial(body[i:]) {
		if i == len(body) {
			p.failHere(i, `the string does not end; expected '"'`)
			return nil, 0, false
		}
		c := body[i]
		if c == '"' {
			break
		}
		if c < ' ' {
			p.failHere(i, fmt.Sprintf(`control characters must be escaped in strings; write \u%04x`, c))
			return nil, 0, false
		}
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRune(body[i:]); r != utf8.RuneError || size != 1 {
				i += size
				continue
			}
		}
		if !replaced {
			p.buf, replaced = p.buf[:0], true
		}
		p.buf = append(p.buf, body[start:i]...)
		size := p.replace(body, i)
		if size == 0 {
			return nil, 0, false
		}
		i += size
		start = i
	}
	if !replaced {
		return body[:i], i, true
	}
	p.buf = append(p.buf, body[start:i]...)
	return p.buf, i, true
}

// replace appends to p.buf what the escape or the bad bytes at i stand for, and returns how many bytes they are; 0
// after an error.
func (p *parser) replace(body []byte, i int) (size int) {
	if body[i] != '\\' {
		if p.limits.RejectInvalidUTF8 {
			p.failAt(ErrInvalidUTF8, p.pos+1+i, "this is not valid UTF-8; save the text as UTF-8")
			return 0
		}
		p.buf = append(p.buf, "\uFFFD"...)
		return badSequence(body[i:])
	}
	if i+1 == len(body) {
		p.failHere(i+1, "the escape does not end")
		return 0
	}
	if c := unescape[body[i+1]]; c != 0 {
		p.buf = append(p.buf, c)
		return 2
	}
	unit, ok := hex4(body[i+1:])
	if !ok {
		p.failHere(i, `this escape is not known; use \" \\ \/ \b \f \n \r \t or \u with four hex digits`)
		return 0
	}
	p.appendUnit(unit)
	return 6
}

// appendUnit appends a UTF-16 unit to p.buf; a low surrogate completes the high one before it.
func (p *parser) appendUnit(unit rune) {
	if unit >= lowFirst && unit < surrogateEnd && len(p.buf) >= 3 {
		tail := len(p.buf) - 3
		if high, ok := endsHigh(string(p.buf[tail:])); ok {
			p.buf = utf8.AppendRune(p.buf[:tail], fuse(high, unit))
			return
		}
	}
	p.buf = appendChar(p.buf, unit)
}

// unescape maps the character after a backslash to what it stands for; 0 where it is not one of the short escapes.
var unescape = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hex4 reads "u" and four hex digits.
func hex4(b []byte) (unit rune, ok bool) {
	if len(b) < 5 || b[0] != 'u' {
		return 0, false
	}
	for _, c := range b[1:5] {
		d := digitValue(c)
		if d > 15 {
			return 0, false
		}
		unit = unit<<4 | rune(d)
	}
	return unit, true
}

// badSequence returns how many bytes of b one U+FFFD stands for: the longest start of a character that is valid so far,
// at least one byte. This is how browsers decode (Unicode, "substitution of maximal subparts").
func badSequence(b []byte) int {
	lead := b[0]
	want, low, high := 0, byte(0x80), byte(0xBF) // bytes after the lead; bounds of the first of them
	switch {
	case lead >= 0xC2 && lead <= 0xDF:
		want = 1
	case lead >= 0xE0 && lead <= 0xEF:
		want = 2
	case lead >= 0xF0 && lead <= 0xF4:
		want = 3
	}
	switch lead {
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n <= want && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// step is one part of the way to an error: a key, or an index when it is not negative.
type step struct {
	key   string
	index int
}

// fail notes that the text is wrong at pos.
func (p *parser) fail(msg string) (Value, bool) {
	p.failAt(ErrSyntax, p.pos, msg+", not "+p.found(p.pos))
	return Undefined, false
}

// failHere notes that the string that starts at pos is wrong at byte i of its body.
func (p *parser) failHere(i int, msg string) { p.failAt(ErrSyntax, p.pos+1+i, msg) }

func (p *parser) failLimit(reason error, offset int, format string, limit int) (Value, bool) {
	p.failAt(reason, offset, fmt.Sprintf(format, limit))
	return Undefined, false
}

func (p *parser) failAt(reason error, offset int, msg string) {
	p.err = &SyntaxError{Offset: offset, Msg: msg, reason: reason}
}

// found names what stands at offset.
func (p *parser) found(offset int) string {
	if offset >= len(p.data) {
		return "the end of the text"
	}
	r, size := utf8.DecodeRune(p.data[offset:])
	if r == utf8.RuneError && size == 1 {
		return fmt.Sprintf("byte 0x%02X", p.data[offset])
	}
	if r == 0xFEFF {
		return "a byte order mark"
	}
	return strconv.QuoteRune(r)
}

// quote shows a key in a message, cut when it is long.
func quote(key string) string {
	const most = 60
	if len(key) > most {
		key = ToWellFormed(key[:most]) + "…"
	}
	return strconv.Quote(ToWellFormed(key))
}
