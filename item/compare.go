package item

import "math"

// StrictEqual returns a === b: equal primitives of one kind, or the very same array or object. NaN equals nothing.
// See [Equal] for a comparison of contents.
func StrictEqual(a, b Value) bool {
	kind := a.Kind()
	if kind != b.Kind() {
		return false
	}
	switch kind {
	case KindNumber, KindDate:
		return math.Float64frombits(a.num) == math.Float64frombits(b.num)
	case KindString:
		x, _ := a.Str()
		y, _ := b.Str()
		return x == y
	case KindBool:
		return a.num == b.num
	case KindArray:
		return a.num == b.num && a.any.(arrayPtr) == b.any.(arrayPtr)
	case KindObject:
		return a.any.(*Object) == b.any.(*Object)
	default:
		return true
	}
}

// LooseEqual returns a == b: null equals undefined; between different kinds, arrays and objects count as their text,
// and then both as numbers.
func LooseEqual(a, b Value) bool {
	x, y := a.Kind(), b.Kind()
	switch {
	case x == y:
		return StrictEqual(a, b)
	case x <= KindNull || y <= KindNull:
		return x <= KindNull && y <= KindNull
	case x == KindRedacted || y == KindRedacted:
		return false
	case x >= KindArray && y >= KindArray:
		return false
	}
	a, b = a.primitive(), b.primitive()
	if a.Kind() == KindString && b.Kind() == KindString {
		return StrictEqual(a, b)
	}
	return a.ToNumber() == b.ToNumber()
}

// Less returns a < b: by UTF-16 units when both are text (arrays and objects count as theirs), else as numbers. ok is
// false when a number is NaN: JavaScript's <, <=, > and >= are all false then. a <= b is ok and not Less(b, a).
func Less(a, b Value) (less, ok bool) {
	a, b = a.ordinal(), b.ordinal()
	x, xText := a.Str()
	y, yText := b.Str()
	if xText && yText {
		return CompareStrings(x, y) < 0, true
	}
	m, n := a.ToNumber(), b.ToNumber()
	return m < n, m == m && n == n
}

// Equal compares contents deeply. Numbers compare as in Array.includes (NaN equals itself, 0 equals -0); the order of
// keys does not matter; a member that is undefined equals one that is absent.
func Equal(a, b Value) bool {
	kind := a.Kind()
	if kind != b.Kind() {
		return false
	}
	switch kind {
	case KindNumber:
		x, y := math.Float64frombits(a.num), math.Float64frombits(b.num)
		return x == y || (x != x && y != y)
	case KindArray:
		return equalElems(a, b)
	case KindObject:
		return equalMembers(a.any.(*Object), b.any.(*Object))
	default:
		return StrictEqual(a, b)
	}
}

func equalElems(a, b Value) bool {
	if StrictEqual(a, b) {
		return true
	}
	x, _ := a.Elems()
	y, _ := b.Elems()
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !Equal(x[i], y[i]) {
			return false
		}
	}
	return true
}

func equalMembers(a, b *Object) bool {
	if a == b {
		return true
	}
	if a.sameKeys(b) {
		for i := range a.members {
			if !Equal(a.members[i].val, b.members[i].val) {
				return false
			}
		}
		return true
	}
	defined := 0
	for key, x := range a.All() {
		if x.IsUndefined() {
			continue
		}
		defined++
		if y, _ := b.Get(key); !Equal(x, y) {
			return false
		}
	}
	return defined == b.defined()
}

// sameKeys reports whether a and b have the same keys in the same order.
func (o *Object) sameKeys(b *Object) bool {
	if len(o.members) != len(b.members) {
		return false
	}
	for i := range o.members {
		if o.members[i].key != b.members[i].key {
			return false
		}
	}
	return true
}

// defined counts the members that are not undefined.
func (o *Object) defined() int {
	n := 0
	for i := range o.members {
		if !o.members[i].val.IsUndefined() {
			n++
		}
	}
	return n
}
