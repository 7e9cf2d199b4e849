package expression

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// functions are the global functions.
var functions = map[string]native{
	"String": func(f *frame, _ item.Value, args []item.Value) item.Value {
		if len(args) == 0 {
			return item.String("")
		}
		return item.String(f.text(args[0]))
	},
	"Number": func(f *frame, _ item.Value, args []item.Value) item.Value {
		if len(args) == 0 {
			return item.Int(0)
		}
		return item.Number(f.number(args[0]))
	},
	"Boolean": func(_ *frame, _ item.Value, args []item.Value) item.Value {
		return item.Bool(argOf(args, 0).Truthy())
	},
	"parseInt":   parseInt,
	"parseFloat": parseFloat,
	"isNaN": func(f *frame, _ item.Value, args []item.Value) item.Value {
		return item.Bool(math.IsNaN(f.number(argOf(args, 0))))
	},
	"isFinite": func(f *frame, _ item.Value, args []item.Value) item.Value {
		return item.Bool(isFinite(f.number(argOf(args, 0))))
	},
	"encodeURIComponent": uriFunction(encode, "-_.!~*'()"),
	"encodeURI":          uriFunction(encode, "-_.!~*'();/?:@&=+$,#"),
	"decodeURIComponent": uriFunction(decode, ""),
	"decodeURI":          uriFunction(decode, ";/?:@&=+$,#"),
	"$if":                ifFunction,
	"$ifEmpty":           ifEmpty,
}

// namespaces hold the functions that stand behind a dot.
var namespaces = map[string]map[string]native{
	"Math": {
		"abs": ofNumber(math.Abs), "ceil": ofNumber(math.Ceil), "floor": ofNumber(math.Floor), "trunc": ofNumber(math.Trunc),
		"sqrt": ofNumber(math.Sqrt), "sign": ofNumber(sign), "round": ofNumber(round),
		"fround": ofNumber(func(x float64) float64 { return float64(float32(x)) }),
		"clz32":  ofNumber(func(x float64) float64 { return float64(bits.LeadingZeros32(uint32(toInt32(x)))) }),
		"max": func(f *frame, _ item.Value, args []item.Value) item.Value {
			return item.Number(f.numbers(args, math.Max, math.Inf(-1)))
		},
		"min": func(f *frame, _ item.Value, args []item.Value) item.Value {
			return item.Number(f.numbers(args, math.Min, math.Inf(1)))
		},
		"pow": func(f *frame, _ item.Value, args []item.Value) item.Value {
			return item.Number(power(f.number(argOf(args, 0)), f.number(argOf(args, 1))))
		},
	},
	"Object": {"keys": objectKeys, "values": objectValues, "entries": objectEntries, "fromEntries": fromEntries, "hasOwn": objectHasOwn},
	"JSON":   {"stringify": stringify, "parse": parseJSON},
	"Number": {
		"isInteger":     numberTest(func(x float64) bool { return isFinite(x) && x == math.Trunc(x) }),
		"isSafeInteger": numberTest(func(x float64) bool { return x == math.Trunc(x) && math.Abs(x) < 1<<53 }),
		"isFinite":      numberTest(isFinite),
		"isNaN":         numberTest(math.IsNaN),
		"parseInt":      parseInt,
		"parseFloat":    parseFloat,
	},
	"String": {"fromCharCode": fromCharCode},
	"Array": {
		"isArray": func(_ *frame, _ item.Value, args []item.Value) item.Value {
			return item.Bool(argOf(args, 0).Kind() == item.KindArray)
		},
		"of": func(_ *frame, _ item.Value, args []item.Value) item.Value {
			return item.Array(append([]item.Value(nil), args...))
		},
	},
}

var namespaceConstants = map[string]map[string]float64{
	"Math": {
		"PI": math.Pi, "E": math.E, "LN2": math.Ln2, "LN10": math.Ln10, "LOG2E": math.Log2E, "LOG10E": math.Log10E,
		"SQRT2": math.Sqrt2, "SQRT1_2": math.Sqrt2 / 2,
	},
	"Number": {
		"MAX_SAFE_INTEGER": 1<<53 - 1, "MIN_SAFE_INTEGER": -(1<<53 - 1), "EPSILON": 0x1p-52,
		"MAX_VALUE": math.MaxFloat64, "MIN_VALUE": math.SmallestNonzeroFloat64,
	},
}

// global compiles a call of a global function or a member of a namespace.
// used is how many links that takes, -1 when base is neither.
func (c *compiler) global(base name, links []link) (run code, used int) {
	if do := functions[base.text]; do != nil && links[0].kind == linkCall {
		return c.nativeCall(do, base.text, links[0]), 1
	}
	members := namespaces[base.text]
	if members == nil {
		return nil, -1
	}
	l := links[0]
	if x, ok := namespaceConstants[base.text][l.key]; ok && l.kind == linkMember {
		return constant(item.Number(x)), 1
	}
	at := base.span.to(l.at)
	switch {
	case l.kind != linkMember:
		return c.unsupported("“"+base.text+"” with a computed name", at), 1
	case deniedNames[l.key]:
		return c.fail(denied(c.source, l.key, l.at)), 1
	case members[l.key] != nil && len(links) > 1 && links[1].kind == linkCall:
		return c.nativeCall(members[l.key], l.key, links[1]), 2
	case base.text == "Object" && l.key == "assign" && len(links) > 1 && links[1].kind == linkCall:
		return c.assignCall(links[1]), 2
	}
	return c.unsupported("“"+base.text+"."+l.key+"”", at), 1
}

func (c *compiler) nativeCall(do native, name string, call link) code {
	if name == "$if" && len(call.args) == 0 {
		return c.fail(&Error{Code: CodeSyntax, Message: "$if needs a condition and a value", Source: c.source, Start: call.at.start, End: call.at.end})
	}
	c.builds = true
	args := c.arguments(call.args)
	return func(f *frame) item.Value {
		base := len(f.stack)
		args(f)
		v := item.Undefined
		if !f.failed && f.charge(1) {
			v = do(f, item.Undefined, f.stack[base:len(f.stack):len(f.stack)])
		}
		f.stack = f.stack[:base]
		return v
	}
}

// assignCall compiles Object.assign onto an object that is written out, which
// is the same as spreading the others into it.
func (c *compiler) assignCall(call link) code {
	if len(call.args) > 0 && !call.args[0].spread {
		if target, ok := call.args[0].node.(objectLiteral); ok {
			for _, a := range call.args[1:] {
				if a.spread {
					return c.unsupported("Object.assign with a list of objects", a.place())
				}
				target.members = append(target.members[:len(target.members):len(target.members)], property{spread: true, value: a.node})
			}
			return c.object(target)
		}
	}
	return c.unsupported("Object.assign onto an object that others see (write Object.assign({}, …))", call.at)
}

func ofNumber(do func(float64) float64) native {
	return func(f *frame, _ item.Value, args []item.Value) item.Value {
		return item.Number(do(f.number(argOf(args, 0))))
	}
}

func numberTest(test func(float64) bool) native {
	return func(_ *frame, _ item.Value, args []item.Value) item.Value {
		x, ok := argOf(args, 0).Number()
		return item.Bool(ok && test(x))
	}
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// round is Math.round: halves go up.
func round(x float64) float64 {
	down := math.Floor(x)
	if x-down < 0.5 {
		return math.Copysign(down, x)
	}
	return math.Copysign(math.Ceil(x), x)
}

func parseInt(f *frame, _ item.Value, args []item.Value) item.Value {
	s := strings.TrimLeftFunc(f.text(argOf(args, 0)), item.IsSpace)
	radix := int(toInt32(f.number(argOf(args, 1))))
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if (radix == 0 || radix == 16) && len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		s, radix = s[2:], 16
	}
	if radix == 0 {
		radix = 10
	}
	if radix < 2 || radix > 36 {
		return nan
	}
	end := 0
	for end < len(s) && digitOf(s[end]) < radix {
		end++
	}
	if end == 0 {
		return nan
	}
	x := digitsValue(s[:end], radix)
	if negative {
		x = -x
	}
	return item.Number(x)
}

// digitsValue reads digits of any base, rounded once.
func digitsValue(digits string, radix int) float64 {
	if n, err := strconv.ParseInt(digits, radix, 64); err == nil {
		return float64(n)
	}
	if radix == 10 {
		x, _ := strconv.ParseFloat(digits, 64)
		return x
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > 1024 { // beyond float64 in every base
		return math.Inf(1)
	}
	n, _ := new(big.Int).SetString(digits, radix)
	x, _ := new(big.Float).SetInt(n).Float64()
	return x
}

// parseFloat reads the longest number that the text begins with.
func parseFloat(f *frame, _ item.Value, args []item.Value) item.Value {
	s := strings.TrimLeftFunc(f.text(argOf(args, 0)), item.IsSpace)
	end := numberLength(s)
	if end > 0 {
		x, _ := strconv.ParseFloat(s[:end], 64)
		return item.Number(x)
	}
	for word, x := range map[string]float64{"Infinity": 1, "+Infinity": 1, "-Infinity": -1} {
		if strings.HasPrefix(s, word) {
			return item.Number(math.Inf(int(x)))
		}
	}
	return nan
}

// numberLength is the length of the decimal number at the start of s.
func numberLength(s string) int {
	at := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		at++
	}
	whole := digitCount(s[at:])
	at += whole
	if at < len(s) && s[at] == '.' {
		fraction := digitCount(s[at+1:])
		if whole+fraction == 0 {
			return 0
		}
		whole += fraction
		at += 1 + fraction
	}
	if whole == 0 {
		return 0
	}
	if at < len(s) && s[at]|0x20 == 'e' {
		sign := at + 1
		if sign < len(s) && (s[sign] == '-' || s[sign] == '+') {
			sign++
		}
		if n := digitCount(s[sign:]); n > 0 {
			at = sign + n
		}
	}
	return at
}

func digitCount(s string) int {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return i
		}
	}
	return len(s)
}

func fromCharCode(f *frame, _ item.Value, args []item.Value) item.Value {
	units := make([]uint16, len(args))
	for i, a := range args {
		units[i] = uint16(toInt32(f.number(a)))
	}
	return item.String(item.FromUTF16(units))
}

// ifFunction is n8n's $if(condition, then, else).
func ifFunction(_ *frame, _ item.Value, args []item.Value) item.Value {
	switch {
	case argOf(args, 0).Truthy():
		return argOf(args, 1)
	case len(args) < 3:
		return item.False
	}
	return args[2]
}

// ifEmpty is n8n's $ifEmpty(value, fallback).
func ifEmpty(f *frame, _ item.Value, args []item.Value) item.Value {
	if len(args) != 2 {
		return f.fail(CodeType, "expected two arguments (value, defaultValue) for this function", wholeOf(f.source), nil)
	}
	if isEmpty(args[0]) {
		return args[1]
	}
	return args[0]
}

func isEmpty(v item.Value) bool {
	switch v.Kind() {
	case item.KindUndefined, item.KindNull:
		return true
	case item.KindString:
		s, _ := v.Str()
		return s == ""
	case item.KindArray:
		elems, _ := v.Elems()
		return len(elems) == 0
	case item.KindObject:
		o, _ := v.Obj()
		return o.Len() == 0
	}
	return false
}

// parseJSON is JSON.parse without a function.
func parseJSON(f *frame, _ item.Value, args []item.Value) item.Value {
	if len(args) > 1 && !args[1].IsNullish() {
		return f.refuse("JSON.parse with a function")
	}
	s := f.text(argOf(args, 0))
	if !f.charge(1 + len(s)/8) {
		return item.Undefined
	}
	v, err := item.Parse([]byte(s), item.Limits{MaxBytes: f.maxBytes, MaxDepth: maxValueDepth})
	switch {
	case err == nil:
		return v
	case errors.Is(err, item.ErrTooLarge) || errors.Is(err, item.ErrTooDeep) || errors.Is(err, item.ErrTooMany):
		return f.fail(CodeLimit, "The text is too large for JSON.parse", wholeOf(f.source), err)
	}
	return f.throw()
}
