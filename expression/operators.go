package expression

import (
	"math"
	"math/big"

	"github.com/jobsprint/jobsprint/item"
)

func (c *compiler) unary(n unary) code {
	x := c.compile(n.x)
	switch n.op {
	case "!":
		return func(f *frame) item.Value { return item.Bool(!x(f).Truthy()) }
	case "-":
		return func(f *frame) item.Value { return item.Number(-f.number(x(f))) }
	case "+":
		return func(f *frame) item.Value { return item.Number(f.number(x(f))) }
	case "~":
		return func(f *frame) item.Value { return item.Number(float64(^toInt32(f.number(x(f))))) }
	case "typeof":
		return func(f *frame) item.Value { return item.String(x(f).TypeOf()) }
	default: // void
		return func(f *frame) item.Value {
			x(f)
			return item.Undefined
		}
	}
}

// operator works on two values.
type operator func(f *frame, l, r item.Value) item.Value

func (c *compiler) binary(n binary) code {
	l, r := c.compile(n.l), c.compile(n.r)
	switch n.op {
	case "&&":
		return func(f *frame) item.Value {
			if v := l(f); !v.Truthy() {
				return v
			}
			return r(f)
		}
	case "||":
		return func(f *frame) item.Value {
			if v := l(f); v.Truthy() {
				return v
			}
			return r(f)
		}
	case "??":
		return func(f *frame) item.Value {
			if v := l(f); !v.IsNullish() {
				return v
			}
			return r(f)
		}
	}
	if do, ok := arithmetic[n.op]; ok {
		return func(f *frame) item.Value {
			a, b := l(f), r(f)
			return item.Number(do(f.number(a), f.number(b)))
		}
	}
	do := operators[n.op]
	return func(f *frame) item.Value {
		a, b := l(f), r(f)
		if a.Kind() == item.KindArray || b.Kind() == item.KindArray {
			if n.op != "===" && n.op != "!==" && n.op != "in" && !(f.weigh(a) && f.weigh(b)) {
				return item.Undefined
			}
		}
		return do(f, a, b)
	}
}

// arithmetic is what turns both operands into numbers.
var arithmetic = map[string]func(a, b float64) float64{
	"-":   func(a, b float64) float64 { return a - b },
	"*":   func(a, b float64) float64 { return a * b },
	"/":   func(a, b float64) float64 { return a / b },
	"%":   math.Mod,
	"**":  power,
	"&":   func(a, b float64) float64 { return float64(toInt32(a) & toInt32(b)) },
	"|":   func(a, b float64) float64 { return float64(toInt32(a) | toInt32(b)) },
	"^":   func(a, b float64) float64 { return float64(toInt32(a) ^ toInt32(b)) },
	"<<":  func(a, b float64) float64 { return float64(toInt32(a) << (uint32(toInt32(b)) & 31)) },
	">>":  func(a, b float64) float64 { return float64(toInt32(a) >> (uint32(toInt32(b)) & 31)) },
	">>>": func(a, b float64) float64 { return float64(uint32(toInt32(a)) >> (uint32(toInt32(b)) & 31)) },
}

var operators = map[string]operator{
	"+":   add,
	"===": func(_ *frame, a, b item.Value) item.Value { return item.Bool(item.StrictEqual(a, b)) },
	"!==": func(_ *frame, a, b item.Value) item.Value { return item.Bool(!item.StrictEqual(a, b)) },
	"==":  func(_ *frame, a, b item.Value) item.Value { return item.Bool(item.LooseEqual(a, b)) },
	"!=":  func(_ *frame, a, b item.Value) item.Value { return item.Bool(!item.LooseEqual(a, b)) },
	"<": func(_ *frame, a, b item.Value) item.Value {
		less, _ := item.Less(a, b)
		return item.Bool(less)
	},
	">": func(_ *frame, a, b item.Value) item.Value {
		less, _ := item.Less(b, a)
		return item.Bool(less)
	},
	"<=": func(_ *frame, a, b item.Value) item.Value {
		more, ok := item.Less(b, a)
		return item.Bool(ok && !more)
	},
	">=": func(_ *frame, a, b item.Value) item.Value {
		less, ok := item.Less(a, b)
		return item.Bool(ok && !less)
	},
	"in": in,
}

// add is +, which refuses to make texts that are too large.
func add(f *frame, a, b item.Value) item.Value {
	x, xNumber := a.Number()
	y, yNumber := b.Number()
	if xNumber && yNumber {
		return item.Number(x + y)
	}
	s, _ := a.Str()
	t, _ := b.Str()
	if !f.chargeBytes(len(s) + len(t)) {
		return item.Undefined
	}
	return item.Add(a, b)
}

// in tells whether a value has a member, inherited ones included.
func in(f *frame, a, b item.Value) item.Value {
	if b.Kind() != item.KindArray && b.Kind() != item.KindObject {
		return f.throw()
	}
	key := f.text(a)
	return item.Bool(hasOwn(b, key) || inherited(b.Kind(), key) || deniedNames[key])
}

// toInt32 is the conversion of the bitwise operators.
func toInt32(x float64) int32 {
	if i := int32(x); float64(i) == x {
		return i
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	x = math.Mod(math.Trunc(x), 1<<32)
	return int32(uint32(int64(x)))
}

// powerPrecision is enough for whole exponents up to maxExactExponent to be
// rounded once.
const (
	powerPrecision   = 192
	maxExactExponent = 4096
)

// power is **. Whole exponents are rounded once; for others JavaScript leaves
// the last digit to the engine.
func power(x, y float64) float64 {
	switch {
	case math.IsNaN(y) || math.Abs(x) == 1 && math.IsInf(y, 0):
		return math.NaN()
	case y == 0.5 && x > 0:
		return math.Sqrt(x)
	case y != math.Trunc(y) || math.Abs(y) > maxExactExponent || x == 0 || math.IsNaN(x) || math.IsInf(x, 0):
		return math.Pow(x, y)
	}
	result := new(big.Float).SetPrec(powerPrecision).SetInt64(1)
	square := new(big.Float).SetPrec(powerPrecision).SetFloat64(x)
	for n := int(math.Abs(y)); n > 0; n >>= 1 {
		if n&1 == 1 {
			result.Mul(result, square)
		}
		square.Mul(square, square)
	}
	if y < 0 {
		result.Quo(new(big.Float).SetPrec(powerPrecision).SetInt64(1), result)
	}
	f, _ := result.Float64()
	return f
}
