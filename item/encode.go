package item

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// AppendJSON appends what JSON.stringify(v) returns: members that are undefined are dropped, undefined elements are
// null, NaN and the infinities are null, -0 is 0, lone surrogates are written as \ud800. Where JSON.stringify returns
// no text, for undefined itself, it is null. It allocates nothing but room in dst.
func (v Value) AppendJSON(dst []byte) []byte {
	var lost bool
	return v.appendJSON(dst, &lost)
}

// appendJSON is AppendJSON and sets lost where the text does not say all: see exact.go.
func (v Value) appendJSON(dst []byte, lost *bool) []byte {
	switch x := v.any.(type) {
	case Kind:
		return v.appendScalar(dst, x, lost)
	case stringPtr:
		s, _ := v.Str()
		return AppendQuoted(dst, s)
	case *Object:
		return x.appendJSON(dst, lost)
	case arrayPtr:
		dst = append(dst, '[')
		elems, _ := v.Elems()
		for i := range elems {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = elems[i].appendJSON(dst, lost)
		}
		return append(dst, ']')
	default:
		*lost = true // undefined
		return append(dst, "null"...)
	}
}

func (v Value) appendScalar(dst []byte, kind Kind, lost *bool) []byte {
	switch kind {
	case KindNumber:
		f := math.Float64frombits(v.num)
		if f-f != 0 { // NaN or infinite
			*lost = true
			return append(dst, "null"...)
		}
		if f == 0 && v.num != 0 { // -0
			*lost = true
		}
		return AppendNumber(dst, f)
	case KindBool:
		if v.num != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case KindRedacted:
		return append(dst, `"`+redactedText+`"`...)
	case KindDate:
		*lost = true
		return v.appendDateJSON(dst)
	default:
		return append(dst, "null"...)
	}
}

func (o *Object) appendJSON(dst []byte, lost *bool) []byte {
	dst = append(dst, '{')
	first := true
	for i := range o.members {
		m := &o.members[i]
		if m.val.any == nil {
			*lost = true
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = AppendQuoted(dst, m.key)
		dst = append(dst, ':')
		dst = m.val.appendJSON(dst, lost)
	}
	return append(dst, '}')
}

// JSON returns what [Value.AppendJSON] writes.
func (v Value) JSON() string { return string(v.AppendJSON(nil)) }

// MarshalJSON makes Value a [encoding/json.Marshaler]. It never fails.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// UnmarshalJSON makes Value a [encoding/json.Unmarshaler] within [DefaultLimits].
func (v *Value) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data, Limits{})
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}

const hexDigits = "0123456789abcdef"

// plain is true for the bytes that stand in a JSON string as they are and need no look at their neighbours.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// AppendQuoted appends s as a JSON string, quotes included, as JSON.stringify writes it; bad bytes become U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if i = skipPlain(s, i); i == len(s) {
			break
		}
		if s[i] < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, s[i])
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError || size != 1 {
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		dst, size = appendIllFormed(dst, s[i:])
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// skipPlain returns the first position at or after i whose byte is not plain.
func skipPlain(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if special(load8(s[i:])) != 0 {
			break
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// load8 reads the first eight bytes of s; the compiler makes one load of it.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special is not zero when one of the eight bytes in w is a control character, a quote, a backslash, or not ASCII. Of
// the bits set, the lowest belongs to the first such byte.
func special(w uint64) uint64 {
	quote := w ^ ones*'"'
	backslash := w ^ ones*'\\'
	return ((w - ones*' ') | (quote - ones) | (backslash - ones) | w) & highs
}

// firstSpecial returns the position of the first special byte in b, at most len(b).
func firstSpecial(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if special(binary.LittleEndian.Uint64(b[i:])) != 0 {
			break
		}
	}
	for i < len(b) && plain[b[i]] {
		i++
	}
	return i
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// appendIllFormed appends the escape of the lone surrogate that s starts with, else U+FFFD for its first byte.
func appendIllFormed(dst []byte, s string) (out []byte, size int) {
	unit, ok := surrogateAt(s)
	if !ok {
		return append(dst, "\uFFFD"...), 1
	}
	return append(dst, '\\', 'u', hexDigits[unit>>12], hexDigits[unit>>8&15], hexDigits[unit>>4&15], hexDigits[unit&15]), 3
}
