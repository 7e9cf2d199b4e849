package item

import (
	"strings"
	"unicode/utf8"
)

// units walks the UTF-16 units of a text.
type units struct {
	rest string
	low  uint16 // second half of a pair that was begun; 0: none
}

// next returns the next unit; ok is false at the end.
func (u *units) next() (unit uint16, ok bool) {
	if u.low != 0 {
		unit, u.low = u.low, 0
		return unit, true
	}
	if u.rest == "" {
		return 0, false
	}
	r, size := nextChar(u.rest)
	u.rest = u.rest[size:]
	if r < 0x10000 {
		return uint16(r), true
	}
	r -= 0x10000
	u.low = uint16(lowFirst + r&0x3FF)
	return uint16(highFirst + r>>10), true
}

// UTF16Len returns the length of s as JavaScript counts it: in UTF-16 units.
func UTF16Len(s string) int {
	n := asciiPrefix(s)
	for at := n; at < len(s); {
		r, size := nextChar(s[at:])
		at += size
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// asciiPrefix returns how many bytes s starts with that are ASCII: there, units and bytes are the same.
func asciiPrefix(s string) int {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return i
		}
	}
	return len(s)
}

// unitOffset returns the byte offset of UTF-16 unit i of s. inside is true when the unit is the second half of a pair;
// the offset is then that of the pair. Beyond the end it is len(s).
func unitOffset(s string, i int) (offset int, inside bool) {
	at := asciiPrefix(s[:min(i, len(s))])
	for unit := at; unit < i && at < len(s); {
		r, size := nextChar(s[at:])
		if r >= 0x10000 {
			if unit+1 == i {
				return at, true
			}
			unit++
		}
		unit++
		at += size
	}
	return at, false
}

// CodeUnitAt returns UTF-16 unit i of s, as charCodeAt does; ok is false out of range.
func CodeUnitAt(s string, i int) (unit uint16, ok bool) {
	if i < 0 {
		return 0, false
	}
	at, inside := unitOffset(s, i)
	u := units{rest: s[at:]}
	unit, ok = u.next()
	if inside {
		return u.next()
	}
	return unit, ok
}

// CharAt returns UTF-16 unit i of s as text, as charAt does: "" out of range, a lone surrogate for half a pair.
func CharAt(s string, i int) string {
	if i >= 0 && i < len(s) && asciiPrefix(s[:i+1]) > i {
		return s[i : i+1]
	}
	return Slice(s, i, i+1)
}

// Slice returns units from to to (exclusive) of s. Both are clamped to the length, and from >= to gives "". Negative
// numbers are clamped to 0: counting from the end is the caller's matter, as slice, substring and substr differ in it.
// Half a pair at either end becomes a lone surrogate.
func Slice(s string, from, to int) string {
	from = max(from, 0)
	if from >= to {
		return ""
	}
	start, headCut := unitOffset(s, from)
	if start == len(s) {
		return ""
	}
	length, tailCut := unitOffset(s[start:], to-from+boolInt(headCut))
	end := start + length
	if !headCut && !tailCut {
		return s[start:end]
	}
	dst := make([]byte, 0, end-start+6)
	if headCut {
		low, size := halfOf(s[start:], 1)
		dst = appendChar(dst, low)
		start += size
	}
	dst = append(dst, s[start:end]...)
	if tailCut {
		high, _ := halfOf(s[end:], 0)
		dst = appendChar(dst, high)
	}
	return string(dst)
}

// halfOf returns the high (0) or low (1) surrogate of the pair that s starts with, and the length of the pair.
func halfOf(s string, half int) (unit rune, size int) {
	r, size := nextChar(s)
	if half == 0 {
		return highFirst + (r-0x10000)>>10, size
	}
	return lowFirst + (r-0x10000)&0x3FF, size
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// AppendUTF16 appends the UTF-16 units of s.
func AppendUTF16(dst []uint16, s string) []uint16 {
	u := units{rest: s}
	for {
		unit, ok := u.next()
		if !ok {
			return dst
		}
		dst = append(dst, unit)
	}
}

// FromUTF16 returns the text of UTF-16 units; surrogates that do not form a pair stay alone.
func FromUTF16(text []uint16) string {
	dst := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); i++ {
		r := rune(text[i])
		if r >= highFirst && r < lowFirst && i+1 < len(text) {
			if low := rune(text[i+1]); low >= lowFirst && low < surrogateEnd {
				r = fuse(r, low)
				i++
			}
		}
		dst = appendChar(dst, r)
	}
	return string(dst)
}

// IndexOf returns the first unit at or after from where sub stands in s, or -1, as indexOf does. A lone surrogate in
// sub is found inside pairs too.
func IndexOf(s, sub string, from int) int {
	_, low := startsLow(sub)
	_, high := endsHigh(sub)
	if low || high {
		return indexUnits(AppendUTF16(nil, s), AppendUTF16(nil, sub), max(from, 0))
	}
	from = max(from, 0)
	if sub == "" {
		return min(from, UTF16Len(s))
	}
	start, inside := unitOffset(s, from)
	if inside { // sub starts with a whole character: go on after the pair
		start, from = start+utf8.UTFMax, from+1
	}
	at := strings.Index(s[start:], sub)
	if at < 0 {
		return -1
	}
	return from + UTF16Len(s[start:start+at])
}

func indexUnits(s, sub []uint16, from int) int {
	for at := from; at <= len(s)-len(sub); at++ {
		i := 0
		for i < len(sub) && s[at+i] == sub[i] {
			i++
		}
		if i == len(sub) {
			return at
		}
	}
	return -1
}
