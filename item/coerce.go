package item

import "math"

// Truthy reports whether v counts as true in a condition: all but undefined, null, false, 0, NaN and "".
func (v Value) Truthy() bool {
	switch v.Kind() {
	case KindUndefined, KindNull:
		return false
	case KindBool, KindString: // num is 1 for true, or the length
		return v.num != 0
	case KindNumber:
		f := math.Float64frombits(v.num)
		return f != 0 && f == f
	default:
		return true
	}
}

// TypeOf returns what JavaScript's typeof returns: "undefined", "object" (null, arrays and redacted included),
// "boolean", "number" or "string".
func (v Value) TypeOf() string {
	switch k := v.Kind(); k {
	case KindUndefined, KindBool, KindNumber, KindString:
		return k.String()
	default:
		return "object"
	}
}

// ToString returns String(v) of JavaScript: arrays are joined with commas, other objects are "[object Object]".
func (v Value) ToString() string {
	switch v.Kind() {
	case KindUndefined:
		return "undefined"
	case KindNull:
		return "null"
	case KindBool:
		if v.num != 0 {
			return "true"
		}
		return "false"
	case KindNumber:
		return FormatNumber(math.Float64frombits(v.num))
	case KindString:
		s, _ := v.Str()
		return s
	case KindArray:
		return string(appendJoined(nil, v))
	case KindRedacted:
		return redactedText
	case KindDate:
		return v.dateString()
	default:
		return "[object Object]"
	}
}

// AppendString appends String(v) to the text in dst; surrogates fuse at the seam as in [Concat].
func (v Value) AppendString(dst []byte) []byte {
	switch v.Kind() {
	case KindNumber:
		return AppendNumber(dst, math.Float64frombits(v.num))
	case KindArray:
		return appendJoined(dst, v)
	default:
		return AppendText(dst, v.ToString())
	}
}

// appendJoined appends array.join(","): undefined and null become nothing.
func appendJoined(dst []byte, array Value) []byte {
	elems, _ := array.Elems()
	for i, e := range elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !e.IsNullish() {
			dst = e.AppendString(dst)
		}
	}
	return dst
}

// ToNumber returns Number(v) of JavaScript: undefined is NaN, null 0, true 1, text what [StringToNumber] reads, arrays
// and objects the number of their text, dates their milliseconds.
func (v Value) ToNumber() float64 {
	switch v.Kind() {
	case KindNull:
		return 0
	case KindBool:
		return float64(v.num)
	case KindNumber, KindDate:
		return math.Float64frombits(v.num)
	case KindString:
		s, _ := v.Str()
		return StringToNumber(s)
	case KindArray:
		return StringToNumber(v.ToString())
	default:
		return math.NaN()
	}
}

// primitive is ToPrimitive: arrays, objects and redacted become text.
func (v Value) primitive() Value {
	if v.Kind() >= KindArray {
		return String(v.ToString())
	}
	return v
}

// ordinal is ToPrimitive with the hint "number": as primitive, but dates become numbers.
func (v Value) ordinal() Value {
	if v.Kind() == KindDate {
		return Number(v.ToNumber())
	}
	return v.primitive()
}

// Add returns a + b of JavaScript: text joined when either is text (arrays and objects count as theirs), else the sum.
func Add(a, b Value) Value {
	a, b = a.primitive(), b.primitive()
	if a.Kind() == KindString || b.Kind() == KindString {
		return String(Concat(a.ToString(), b.ToString()))
	}
	return Number(a.ToNumber() + b.ToNumber())
}
