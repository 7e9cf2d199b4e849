// Copyright 2026 The quickjs-go Authors. All rights reserved.
// Use of the source code is governed by a BSD-style
// license that can be found in the LICENSE file.

package intl

import (
	"math"
	"strings"
)

// numberValue converts a value arriving from javascript to a dec. QuickJS tags
// integers that fit as such, so those never take the float64 detour.
func numberValue(v any) (dec, string) {
	var f float64
	switch x := v.(type) {
	case int:
		return decFromInt(int64(x)), ""
	case int64:
		return decFromInt(x), ""
	case float64:
		f = x
	case string:
		// A string arrives from a BigInt or from format("123.45"). Parsing its
		// digits keeps it exact, which a detour through a float64 would not do
		// for a BigInt of more than 17 of them.
		d, ok := decFromDecimalString(strings.TrimSpace(x))
		if !ok {
			return dec{}, "NaN"
		}

		return d, ""
	case bool:
		if x {
			return decFromInt(1), ""
		}

		return dec{}, ""
	case nil:
		return dec{}, ""
	default:
		return dec{}, "NaN"
	}
	switch {
	case math.IsNaN(f):
		return dec{}, "NaN"
	case math.IsInf(f, 1):
		return dec{}, "Infinity"
	case math.IsInf(f, -1):
		return dec{}, "-Infinity"
	}
	return decFromFloat(f), ""
}

// compactScale divides d by the largest power of a thousand not greater than
// it, up to a trillion, and returns that power's exponent along with the
// result.
func compactScale(d dec) (int, dec) {
	m := d.magnitude() / 3 * 3
	switch {
	case d.magnitude() < 3:
		m = 0
	case m > 12:
		m = 12
	}
	return m, d.scale(-m)
}

// compactRound rounds to an integer but keeps two significant digits, which is
// what compact notation does when no digit option overrides it.
func compactRound(d dec, mode string) dec {
	return d.roundTo(max(d.exp, 2), mode)
}

func compactSuffix(magnitude int, display string) string {
	i := magnitude/3 - 1
	if i < 0 || i > 3 {
		return ""
	}

	if display == "long" {
		return [...]string{"thousand", "million", "billion", "trillion"}[i]
	}

	return [...]string{"K", "M", "B", "T"}[i]
}

// groupIntegerDigits splits the integer digits into the groups en-US separates
// with a comma. The grouping mode is ECMA-402's resolved useGrouping value.
func groupIntegerDigits(ip string, useGrouping any) []string {
	n := len(ip)
	switch useGrouping {
	case false:
		return []string{ip}
	case "min2":
		if n < 5 {
			return []string{ip}
		}
	default:
		if n < 4 {
			return []string{ip}
		}
	}
	var r []string
	if k := n % 3; k != 0 {
		r = append(r, ip[:k])
		ip = ip[k:]
	}
	for ; ip != ""; ip = ip[3:] {
		r = append(r, ip[:3])
	}
	return r
}
