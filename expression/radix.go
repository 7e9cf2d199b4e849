package expression

import (
	"math"
	"math/big"
	"strings"
)

const radixDigits = "0123456789abcdefghijklmnopqrstuvwxyz"

// radixText writes a number in a base other than ten as V8 does: as many digits of
// the fraction as tell it from its neighbours, the last one rounded; of a large
// number the digits that tell nothing are zeros.
func radixText(x float64, radix int) string {
	sign := ""
	if x < 0 {
		sign, x = "-", -x
	}
	whole := math.Floor(x)
	fraction, carry := radixFraction(x, x-whole, radix)
	return sign + radixWhole(whole+carry, radix) + fraction
}

// radixFraction gives the digits behind the point, with it, and what rounding
// carries over.
func radixFraction(x, fraction float64, radix int) (string, float64) {
	base := float64(radix)
	delta := math.Max(0.5*(math.Nextafter(x, math.Inf(1))-x), math.SmallestNonzeroFloat64)
	var digits []int
	for fraction >= delta {
		fraction *= base
		delta *= base
		digit := math.Floor(fraction)
		digits = append(digits, int(digit))
		fraction -= digit
		up := fraction > 0.5 || fraction == 0.5 && int(digit)%2 == 1
		if !up || fraction+delta <= 1 {
			continue
		}
		for len(digits) > 0 && digits[len(digits)-1] == radix-1 {
			digits = digits[:len(digits)-1]
		}
		if len(digits) == 0 {
			return "", 1
		}
		digits[len(digits)-1]++
		break
	}
	if len(digits) == 0 {
		return "", 0
	}
	text := []byte{'.'}
	for _, d := range digits {
		text = append(text, radixDigits[d])
	}
	return string(text), 0
}

// radixWhole writes a whole number: the digits below half of its distance to the
// next one are zeros.
func radixWhole(whole float64, radix int) string {
	base, zeros := float64(radix), 0
	half := math.Ldexp(1, math.Ilogb(max(whole, 1))-53)
	for unit := base; unit <= half; unit *= base {
		whole /= base
		zeros++
	}
	n, _ := big.NewFloat(math.Round(whole)).Int(nil)
	return n.Text(radix) + strings.Repeat("0", zeros)
}
