package item

import (
	"math"
	"math/bits"
	"strconv"
	"unsafe"
)

// FormatNumber returns f as JavaScript's Number::toString does: the shortest digits that read back as f, plain between
// 1e-6 and 1e21, else with an exponent; -0 is "0".
func FormatNumber(f float64) string {
	if i := int(f); uint(i) < 100 && float64(i) == f {
		return strconv.Itoa(i) // small numbers come from a table without allocating
	}
	var buf [32]byte
	return string(AppendNumber(buf[:0], f))
}

// AppendNumber appends what [FormatNumber] returns.
func AppendNumber(dst []byte, f float64) []byte {
	const exact = 1 << 53
	if f > -exact && f < exact {
		if i := int64(f); float64(i) == f {
			return strconv.AppendInt(dst, i, 10)
		}
	}
	abs := math.Abs(f)
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case abs > math.MaxFloat64:
		if f < 0 {
			dst = append(dst, '-')
		}
		return append(dst, "Infinity"...)
	case abs >= 1e-6 && abs < 1e21:
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' { // 1e-07: JavaScript has no leading zero
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// StringToNumber is Number(s) of JavaScript for text: white space around is ignored, nothing is 0, and what is not a
// number literal as a whole is NaN.
func StringToNumber(s string) float64 {
	s = TrimSpace(s)
	if s == "" {
		return 0
	}
	if len(s) > 2 && s[0] == '0' {
		switch s[1] | 0x20 {
		case 'x':
			return radixNumber(s[2:], 4)
		case 'o':
			return radixNumber(s[2:], 3)
		case 'b':
			return radixNumber(s[2:], 1)
		}
	}
	if isDecimalLiteral(s) {
		f, _ := strconv.ParseFloat(s, 64) // out of range is ±Infinity, as in JavaScript
		return f
	}
	switch s {
	case "Infinity", "+Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	return math.NaN()
}

// isDecimalLiteral reports whether s is StrDecimalLiteral without Infinity: [+-] digits [. digits] [e [+-] digits],
// with digits on at least one side of the point.
func isDecimalLiteral(s string) bool {
	i := 0
	if s[0] == '+' || s[0] == '-' {
		i = 1
	}
	whole := countDigits(s[i:])
	i += whole
	fraction := 0
	if i < len(s) && s[i] == '.' {
		fraction = countDigits(s[i+1:])
		i += 1 + fraction
	}
	if whole+fraction == 0 {
		return false
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		n := countDigits(s[i:])
		if n == 0 {
			return false
		}
		i += n
	}
	return i == len(s)
}

func countDigits(s string) int {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return i
		}
	}
	return len(s)
}

// radixNumber reads digits of shift bits each, rounding to nearest even; NaN when one is not a digit.
func radixNumber(s string, shift int) float64 {
	var top uint64 // the first 61 to 64 significant bits; the last bit is sticky for all that follow
	dropped := 0
	for i := range len(s) {
		d := digitValue(s[i])
		if d >= 1<<shift {
			return math.NaN()
		}
		if bits.LeadingZeros64(top) >= shift {
			top = top<<shift | uint64(d)
			continue
		}
		dropped += shift
		if d != 0 {
			top |= 1
		}
	}
	return math.Ldexp(float64(top), dropped)
}

// digitValue is the value of a digit of base 16; 255 when c is none.
func digitValue(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// powersOfTen are as many as a number of 15 digits can have decimals.
var powersOfTen = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15,
}

// parseJSONNumber reads the number at the start of b and returns its length, 0 when b does not start with a JSON
// number. Beyond the range of float64 it is ±Infinity, as JSON.parse has it.
func parseJSONNumber(b []byte) (f float64, n int) {
	i := 0
	negative := b[0] == '-'
	if negative {
		i = 1
	}
	first := i
	var mantissa uint64
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		mantissa = mantissa*10 + uint64(b[i]-'0')
	}
	digits := i - first
	if digits == 0 || (digits > 1 && b[first] == '0') {
		return 0, 0
	}
	fraction := 0
	if i < len(b) && b[i] == '.' {
		for i++; i < len(b) && b[i]-'0' <= 9; i++ {
			mantissa = mantissa*10 + uint64(b[i]-'0')
			fraction++
		}
		if fraction == 0 {
			return 0, 0
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		return parseExponent(b, i)
	}
	switch {
	case fraction == 0 && digits <= 19: // fits in 64 bits: one rounding, at the conversion
		f = float64(mantissa)
	case digits+fraction <= 15: // both are exact in float64: one rounding, at the division
		f = float64(mantissa) / powersOfTen[fraction]
	default:
		return slowNumber(b[:i]), i
	}
	if negative {
		f = -f
	}
	return f, i
}

// parseExponent finishes a number whose exponent starts at i.
func parseExponent(b []byte, i int) (f float64, n int) {
	i++
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return 0, 0
	}
	return slowNumber(b[:i]), i
}

func slowNumber(b []byte) float64 {
	f, _ := strconv.ParseFloat(unsafe.String(unsafe.SliceData(b), len(b)), 64) // keeps nothing of b but in its error
	return f
}
