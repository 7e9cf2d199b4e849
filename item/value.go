package item

import (
	"math"
	"unsafe"
)

// Kind says what a [Value] is. The zero Kind is undefined, as the zero Value is.
type Kind uint8

// The kinds of values, with JavaScript's meaning. KindRedacted marks a value whose content was erased.
const (
	KindUndefined Kind = iota
	KindNull
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
	KindRedacted
	KindDate
)

var kindNames = [...]string{"undefined", "null", "boolean", "number", "string", "array", "object", "redacted", "date"}

// String is the kind's name in messages: "undefined", "null", "boolean", "number", "string", "array", "object",
// "redacted" or "date".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Value is an immutable JavaScript-like value. The zero Value is undefined. Values are small (24 bytes) and are passed
// by value; == on them is not defined, use [Equal] or [StrictEqual].
type Value struct {
	_ [0]func() // forbids ==, which would compare addresses of text
	// num holds the bits of a number or date, 1 for true, or the length of a string or array.
	num uint64
	// any holds nil for undefined, a Kind for null, booleans, numbers and redacted, or a pointer that tells its kind
	// by its type. None of these allocates when stored in an interface.
	any any
}

type (
	stringPtr *byte  // first byte of a string's text
	arrayPtr  *Value // first element of an array; never nil, so that it can serve as the array's identity
)

// The values of which there is only one.
var (
	Undefined = Value{}
	Null      = Value{any: KindNull}
	True      = Value{num: 1, any: KindBool}
	False     = Value{any: KindBool}
	// Redacted stands where content was erased. It is written as the JSON string "[redacted]", is truthy, equals only
	// itself and turns into the text "[redacted]" and the number NaN.
	Redacted = Value{any: KindRedacted}
)

const redactedText = "[redacted]"

// Bool returns True or False.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// Number returns f as a value. NaN and the infinities are numbers too; in JSON they become null.
func Number(f float64) Value {
	return Value{num: math.Float64bits(f), any: KindNumber}
}

// Int returns i as a number; beyond 2^53 it is rounded as JavaScript rounds.
func Int(i int) Value { return Number(float64(i)) }

// String returns s as a value. s is expected to be WTF-8; bytes that are not count as U+FFFD wherever characters matter.
func String(s string) Value {
	return Value{num: uint64(len(s)), any: stringPtr(unsafe.StringData(s))}
}

// Array returns an array of the elements and takes ownership of the slice: the caller must not change it afterwards.
func Array(elems []Value) Value {
	if len(elems) == 0 {
		elems = make([]Value, 1)[:0] // [] !== []: each empty array needs an address of its own
	}
	return Value{num: uint64(len(elems)), any: arrayPtr(unsafe.SliceData(elems))}
}

// Kind says what v is.
func (v Value) Kind() Kind {
	switch x := v.any.(type) {
	case nil:
		return KindUndefined
	case Kind:
		return x
	case stringPtr:
		return KindString
	case *Object:
		return KindObject
	default:
		return KindArray
	}
}

// IsUndefined reports whether v is undefined.
func (v Value) IsUndefined() bool { return v.any == nil }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.Kind() == KindNull }

// IsNullish reports whether v is undefined or null.
func (v Value) IsNullish() bool { return v.Kind() <= KindNull }

// Bool returns the boolean that v is; ok is false when v is not one. See [Value.Truthy] for a coercion.
func (v Value) Bool() (b, ok bool) {
	k, _ := v.any.(Kind)
	return k == KindBool && v.num != 0, k == KindBool
}

// Number returns the number that v is; ok is false when v is not one. See [Value.ToNumber] for a coercion.
func (v Value) Number() (f float64, ok bool) {
	if k, _ := v.any.(Kind); k != KindNumber {
		return 0, false
	}
	return math.Float64frombits(v.num), true
}

// Str returns the text that v is; ok is false when v is not a string. See [Value.ToString] for a coercion.
func (v Value) Str() (s string, ok bool) {
	p, ok := v.any.(stringPtr)
	if !ok {
		return "", false
	}
	return unsafe.String(p, v.num), true
}

// Elems returns the elements of the array that v is; ok is false when v is not one. The slice must only be read.
func (v Value) Elems() (elems []Value, ok bool) {
	p, ok := v.any.(arrayPtr)
	if !ok {
		return nil, false
	}
	return unsafe.Slice(p, v.num), true
}

// Obj returns the object that v is; ok is false when v is not one.
func (v Value) Obj() (o *Object, ok bool) {
	o, ok = v.any.(*Object)
	return o, ok
}

// Get returns the member of the object v under key, else Undefined.
func (v Value) Get(key string) Value {
	o, ok := v.any.(*Object)
	if !ok {
		return Undefined
	}
	m, _ := o.Get(key)
	return m
}

// Index returns element i of the array v, else Undefined.
func (v Value) Index(i int) Value {
	elems, ok := v.Elems()
	if !ok || i < 0 || i >= len(elems) {
		return Undefined
	}
	return elems[i]
}

// String describes v for debugging and logs: its JSON, or "undefined". It is not a coercion, see [Value.ToString].
func (v Value) String() string {
	if v.IsUndefined() {
		return "undefined"
	}
	return v.JSON()
}
