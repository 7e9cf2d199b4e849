package intl

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// decimal is an exact number: 0.d1d2d3… times ten to the power of point.
// Zero has no digits.
type decimal struct {
	negative bool
	infinite bool
	nan      bool
	digits   []byte // '0' to '9', neither first nor last is '0'
	point    int
}

func decimalOf(f float64) decimal {
	d := decimal{negative: math.Signbit(f), infinite: math.IsInf(f, 0), nan: f != f}
	if d.infinite || d.nan || f == 0 {
		d.negative = d.negative && !d.nan
		return d
	}
	text := strconv.FormatFloat(math.Abs(f), 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	d.point, _ = strconv.Atoi(exponent)
	d.point++
	d.digits = []byte(strings.Replace(mantissa, ".", "", 1))
	d.trim()
	return d
}

// parseDecimal reads what a string says as a number (ECMA-402 15.5.21); a text
// that is none is not a number.
func parseDecimal(text string) decimal {
	text = strings.TrimSpace(text)
	if text == "" {
		return decimal{}
	}
	rest := strings.TrimLeft(text, "+-")
	d := decimal{negative: text[0] == '-'}
	if len(text)-len(rest) > 1 {
		return decimal{nan: true}
	}
	if rest == "Infinity" {
		d.infinite = true
		return d
	}
	if len(rest) > 2 && rest[0] == '0' && strings.ContainsRune("xXoObB", rune(rest[1])) && rest == text {
		n, err := strconv.ParseUint(rest, 0, 64)
		if err != nil || strings.Contains(rest, "_") {
			return decimal{nan: true}
		}
		return decimalOf(float64(n))
	}
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(rest), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !isDigitsOrNone(whole) || !isDigitsOrNone(fraction) {
		return decimal{nan: true}
	}
	d.point = len(whole)
	if scaled {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > 100_000 || n < -100_000 {
			return decimal{nan: err != nil, infinite: n > 0, negative: d.negative}
		}
		d.point += n
	}
	d.digits = []byte(whole + fraction)
	d.trim()
	return d
}

func isDigitsOrNone(s string) bool { return s == "" || isDigits(s) }

// trim takes away zeros at both ends.
func (d *decimal) trim() {
	for len(d.digits) > 0 && d.digits[0] == '0' {
		d.digits = d.digits[1:]
		d.point--
	}
	for len(d.digits) > 0 && d.digits[len(d.digits)-1] == '0' {
		d.digits = d.digits[:len(d.digits)-1]
	}
	if len(d.digits) == 0 {
		d.point = 0
	}
}

func (d decimal) zero() bool { return len(d.digits) == 0 && !d.infinite && !d.nan }

// magnitude is the power of ten of the first digit; 0 for zero.
func (d decimal) magnitude() int {
	if len(d.digits) == 0 {
		return 0
	}
	return d.point - 1
}

// digit at a power of ten.
func (d decimal) digit(power int) byte {
	if i := d.point - 1 - power; i >= 0 && i < len(d.digits) {
		return d.digits[i]
	}
	return '0'
}

// rounding says how a decimal is rounded.
type rounding struct {
	mode      string
	increment int // 1, 2, 5, 10, …
}

// round gives d rounded to a multiple of increment times ten to the power.
func (r rounding) round(d decimal, power int) decimal {
	if d.infinite || d.nan || len(d.digits) == 0 {
		return d
	}
	if r.increment > 1 {
		return r.toIncrement(d, power)
	}
	keep := d.point - power // digits that stay
	if keep >= len(d.digits) {
		return d
	}
	var rest []byte
	kept := decimal{negative: d.negative, point: d.point}
	if keep < 0 {
		rest = append(slices.Repeat([]byte{'0'}, -keep), d.digits...)
		kept.point = power
	} else {
		kept.digits, rest = slices.Clone(d.digits[:keep]), d.digits[keep:]
	}
	odd := len(kept.digits) > 0 && (kept.digits[len(kept.digits)-1]-'0')%2 == 1
	if r.up(d.negative, halfOf(rest), odd) {
		kept.increase()
	}
	kept.trim()
	return kept
}

// halfOf compares digits after the point with one half: -1, 0 or 1; -2 says
// that they are zero.
func halfOf(rest []byte) int {
	some := slices.ContainsFunc(rest, func(c byte) bool { return c != '0' })
	switch {
	case !some:
		return -2
	case rest[0] < '5':
		return -1
	case rest[0] == '5' && !slices.ContainsFunc(rest[1:], func(c byte) bool { return c != '0' }):
		return 0
	}
	return 1
}

// up says whether what is left over makes the last digit greater.
func (r rounding) up(negative bool, half int, odd bool) bool {
	if half == -2 {
		return false
	}
	switch r.mode {
	case "ceil":
		return !negative
	case "floor":
		return negative
	case "expand":
		return true
	case "trunc":
		return false
	}
	if half != 0 {
		return half > 0
	}
	switch r.mode {
	case "halfCeil":
		return !negative
	case "halfFloor":
		return negative
	case "halfTrunc":
		return false
	case "halfEven":
		return odd
	}
	return true // halfExpand
}

// increase adds one to the last digit that is kept.
func (d *decimal) increase() {
	if len(d.digits) == 0 {
		d.digits = []byte{'1'}
		d.point++
		return
	}
	for i := len(d.digits) - 1; i >= 0; i-- {
		if d.digits[i] != '9' {
			d.digits[i]++
			return
		}
		d.digits[i] = '0'
	}
	d.digits = append([]byte{'1'}, d.digits...)
	d.point++
}

// toIncrement rounds to a multiple by dividing, rounding and multiplying.
func (r rounding) toIncrement(d decimal, power int) decimal {
	quotient, exact := d.divide(r.increment, power)
	if !exact { // a remainder behind what was kept of the quotient
		quotient.digits = append(quotient.digits, slices.Repeat([]byte{'0'}, max(0, quotient.point-power+2-len(quotient.digits)))...)
		quotient.digits = append(quotient.digits, '1')
	}
	rounded := rounding{mode: r.mode, increment: 1}.round(quotient, power)
	return rounded.times(r.increment)
}

// divide gives d/n with two digits beyond the power; exact says whether
// nothing is left.
func (d decimal) divide(n, power int) (decimal, bool) {
	q := decimal{negative: d.negative, point: d.point}
	rest := 0
	for p := d.point - 1; p >= min(power-2, d.point-len(d.digits)); p-- {
		rest = rest*10 + int(d.digit(p)-'0')
		q.digits = append(q.digits, '0'+byte(rest/n))
		rest %= n
	}
	q.trim()
	return q, rest == 0
}

func (d decimal) times(n int) decimal {
	out := decimal{negative: d.negative, point: d.point}
	carry := 0
	for i := len(d.digits) - 1; i >= 0; i-- {
		carry += int(d.digits[i]-'0') * n
		out.digits = append(out.digits, '0'+byte(carry%10))
		carry /= 10
	}
	for ; carry > 0; carry /= 10 {
		out.digits = append(out.digits, '0'+byte(carry%10))
		out.point++
	}
	slices.Reverse(out.digits)
	out.trim()
	return out
}
