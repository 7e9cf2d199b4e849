package expression

import (
	"math"
	"math/big"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
)

// native is a function of this engine: a method of this, or a global function.
// args must not be kept.
type native func(f *frame, this item.Value, args []item.Value) item.Value

// method holds what a name means for each kind of value; nil where the kind
// has no such method.
type method struct {
	text, list, number, boolean, object native
}

func (m *method) of(k item.Kind) native {
	switch k {
	case item.KindString:
		return m.text
	case item.KindArray:
		return m.list
	case item.KindNumber:
		return m.number
	case item.KindBool:
		return m.boolean
	case item.KindObject:
		return m.object
	}
	return nil
}

// methods are those that need no function as an argument.
var methods = map[string]*method{
	"toString":       {text: textOfValue, list: join0, number: numberToString, boolean: textOfValue, object: textOfValue},
	"hasOwnProperty": {text: hasOwnProperty, list: hasOwnProperty, number: hasOwnProperty, boolean: hasOwnProperty, object: hasOwnProperty},
	"toFixed":        {number: toFixed},

	"toUpperCase": {text: toUpperCase},
	"toLowerCase": {text: toLowerCase},
	"trim":        {text: trim},
	"trimStart":   {text: trimStart},
	"trimEnd":     {text: trimEnd},
	"split":       {text: split},
	"startsWith":  {text: startsWith},
	"endsWith":    {text: endsWith},
	"substring":   {text: substring},
	"substr":      {text: substr},
	"replace":     {text: replaceFirst},
	"replaceAll":  {text: replaceAll},
	"padStart":    {text: padStart},
	"padEnd":      {text: padEnd},
	"repeat":      {text: repeat},
	"charAt":      {text: charAt},
	"charCodeAt":  {text: charCodeAt},
	"codePointAt": {text: codePointAt},

	"includes":    {text: textIncludes, list: listIncludes},
	"indexOf":     {text: textIndexOf, list: listIndexOf},
	"lastIndexOf": {text: textLastIndexOf, list: listLastIndexOf},
	"slice":       {text: textSlice, list: listSlice},
	"concat":      {text: textConcat, list: listConcat},
	"at":          {text: textAt, list: listAt},

	"join": {list: join},
	"flat": {list: flat},
}

// argOf returns argument i, undefined when it is missing.
func argOf(args []item.Value, i int) item.Value {
	if i < len(args) {
		return args[i]
	}
	return item.Undefined
}

// integer is ToIntegerOrInfinity of argument i, or missing when it is
// undefined.
func (f *frame) integer(args []item.Value, i int, missing float64) float64 {
	v := argOf(args, i)
	if v.IsUndefined() {
		return missing
	}
	n := math.Trunc(f.number(v))
	if n != n {
		return 0
	}
	return n
}

// relative turns a position that counts from the end when negative into one
// between 0 and length.
func relative(n float64, length int) int {
	if n < 0 {
		n += float64(length)
	}
	return clamp(n, length)
}

func clamp(n float64, length int) int {
	return int(max(0, min(n, float64(length))))
}

// refuse ends the evaluation at what only a JavaScript engine knows.
func (f *frame) refuse(what string) item.Value {
	return f.fail(CodeUnsupported, "Not supported in expressions: "+what, wholeOf(f.source), nil)
}

func textOfValue(_ *frame, this item.Value, _ []item.Value) item.Value {
	return item.String(this.ToString())
}

func hasOwnProperty(f *frame, this item.Value, args []item.Value) item.Value {
	return item.Bool(hasOwn(this, f.text(argOf(args, 0))))
}

// numberToString takes a radix.
func numberToString(f *frame, this item.Value, args []item.Value) item.Value {
	x, _ := this.Number()
	radix := f.integer(args, 0, 10)
	switch {
	case radix < 2 || radix > 36:
		return f.throw()
	case radix == 10 || math.IsNaN(x) || math.IsInf(x, 0):
		return item.String(this.ToString())
	case x != math.Trunc(x) || math.Abs(x) > 1<<53:
		return item.String(radixText(x, int(radix)))
	}
	return item.String(strconv.FormatInt(int64(x), int(radix)))
}

// toFixed rounds the exact value of the number; halves go away from zero.
func toFixed(f *frame, this item.Value, args []item.Value) item.Value {
	x, _ := this.Number()
	digits := f.integer(args, 0, 0)
	switch {
	case digits < 0 || digits > 100:
		return f.throw()
	case math.IsNaN(x) || math.Abs(x) >= 1e21:
		return item.String(this.ToString())
	}
	n := int(digits)
	text := strconv.FormatFloat(math.Abs(x), 'f', n, 64)
	if isHalf(math.Abs(x), n) {
		text = strconv.FormatFloat(math.Nextafter(math.Abs(x), math.Inf(1)), 'f', n, 64)
	}
	if x < 0 {
		text = "-" + text
	}
	return item.String(text)
}

// isHalf tells whether x lies exactly between two numbers of n decimals.
func isHalf(x float64, n int) bool {
	text := strconv.FormatFloat(x, 'f', n+1, 64)
	if text[len(text)-1] != '5' {
		return false
	}
	exact, _ := new(big.Rat).SetString(text)
	return exact.Cmp(new(big.Rat).SetFloat64(x)) == 0
}
