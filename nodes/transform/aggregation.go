package transform

import (
	"math"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// prefixes are what the names of summaries begin with, by the kind.
var prefixes = map[string]string{
	"append": "appended", "average": "average", "concatenate": "concatenated", "count": "count",
	"countUnique": "unique_count", "max": "max", "min": "min", "sum": "sum",
}

// aggregation makes one value of the values of a field.
type aggregation struct {
	field, kind, separator string
	empty                  bool // null, what is missing and empty texts count
	numbers                bool // max and min look at numbers only
}

func (a *aggregation) of(values []item.Value) item.Value {
	if a.numbers && (a.kind == "max" || a.kind == "min") {
		values = numbersOf(values)
	}
	switch a.kind {
	case "average":
		sum, n := sumOf(values)
		return item.Number(sum / n)
	case "sum":
		sum, _ := sumOf(values)
		return item.Number(sum)
	case "max":
		return extreme(values, func(v, best item.Value) bool { return lessThan(best, v) })
	case "min":
		return extreme(values, lessThan)
	}
	if !a.empty {
		values = filled(values)
	}
	switch a.kind {
	case "concatenate":
		return item.String(concatenated(values, a.separator))
	case "count":
		return item.Int(len(values))
	case "countUnique":
		return item.Int(different(values))
	}
	list := make([]item.Value, len(values))
	for i, v := range values {
		if list[i] = v; v.IsUndefined() {
			list[i] = item.Null
		}
	}
	return item.Array(list)
}

func isFilled(v item.Value) bool {
	text, isText := v.Str()
	return !v.IsNullish() && (!isText || text != "")
}

func filled(values []item.Value) []item.Value {
	out := make([]item.Value, 0, len(values))
	for _, v := range values {
		if isFilled(v) {
			out = append(out, v)
		}
	}
	return out
}

// sumOf adds up what is a number; texts do not count.
func sumOf(values []item.Value) (sum, n float64) {
	for _, v := range values {
		if f, ok := v.Number(); ok {
			sum += f
			n++
		}
	}
	return sum, n
}

func numbersOf(values []item.Value) []item.Value {
	var out []item.Value
	for _, v := range values {
		if v.Kind() == item.KindNumber {
			out = append(out, v)
		}
	}
	return out
}

func lessThan(a, b item.Value) bool {
	less, ok := item.Less(a, b)
	return less && ok
}

// extreme is the value that is better than all before it; null where there is
// none.
func extreme(values []item.Value, better func(v, best item.Value) bool) item.Value {
	best := item.Null
	for _, v := range values {
		if isFilled(v) && (best.IsNull() || better(v, best)) {
			best = v
		}
	}
	return best
}

func concatenated(values []item.Value, separator string) string {
	var out strings.Builder
	for i, v := range values {
		if i > 0 {
			out.WriteString(separator)
		}
		if k := v.Kind(); k == item.KindArray || k == item.KindObject {
			out.WriteString(v.JSON())
		} else {
			out.WriteString(v.ToString())
		}
	}
	return out.String()
}

// different counts the values as a JavaScript Set does: every list and object is
// one of its own.
func different(values []item.Value) int {
	type key struct {
		kind item.Kind
		text string
		num  float64
	}
	seen := map[key]bool{}
	n := 0
	for _, v := range values {
		k := key{kind: v.Kind()}
		switch v.Kind() {
		case item.KindArray, item.KindObject, item.KindDate:
			n++
			continue
		case item.KindNumber:
			if k.num, _ = v.Number(); math.IsNaN(k.num) {
				k.num, k.text = 0, "NaN"
			}
		default:
			k.text = v.ToString()
		}
		seen[k] = true
	}
	return n + len(seen)
}
