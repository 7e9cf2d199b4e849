package binary

import (
	"math"
	"strconv"
)

// SizeText is a size as n8n prints it: three digits and a unit of powers of thousand, such as "1.23 kB".
func SizeText(bytes int64) string {
	units := [...]string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	if bytes < 1000 {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	n, unit := float64(bytes), min(int(math.Log10(float64(bytes))/3), len(units)-1)
	n /= math.Pow(1000, float64(unit))
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'e', 2, 64), 64)
	if err != nil {
		rounded = n
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64) + " " + units[unit]
}
