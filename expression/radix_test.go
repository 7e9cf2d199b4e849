package expression

import (
	"math"
	"testing"
)

func TestRadixText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x     float64
		radix int
		want  string
	}{
		{0.5, 2, "0.1"}, {0.1, 3, "0.0022002200220022002200220022002201"}, {12345678.9, 2, "101111000110000101001110.11100110011001100110011001101"},
		{255.255, 16, "ff.4147ae147ae"}, {-0.75, 36, "-0.r"}, {1e21, 7, "5135235413265003022600000"}, {1.0 / 3, 36, "0.c"},
		{123.456, 8, "173.3513615237574734"}, {1 << 54, 2, "1000000000000000000000000000000000000000000000000000000"},
		{1 << 57, 5, "2202103431220134404342010"}, {1 << 58, 36, "26u152ugy70g"}, {1e25, 7, "305115115464104443660000000000"}, {1e25, 36, "198exbvshgps00000"},
	} {
		if got := radixText(c.x, c.radix); got != c.want {
			t.Errorf("%v in base %d: %s, want %s", c.x, c.radix, got, c.want)
		}
	}
	for _, x := range []float64{math.MaxFloat64, math.SmallestNonzeroFloat64, 1 - 1e-16} {
		for radix := 2; radix <= 36; radix++ {
			if len(radixText(x, radix)) == 0 {
				t.Error(x, radix)
			}
		}
	}
}
