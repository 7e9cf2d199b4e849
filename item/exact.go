package item

import (
	"math"
	"strconv"
	"strings"
)

// JSON has no dates, no undefined, no NaN, no infinities and no -0, but steps hand them on. The stored form of an item
// therefore says beside its json which values those are, in a member that only such items have:
//
//	{"json":{"at":"1970-01-01T00:00:00.000Z","n":null},"exact":{"/at":"date","/n":"NaN"}}
//
// so that what is read back is what was written, and a step that is replayed sees what it saw.

// The marks of values that JSON holds in another form. An undefined member, which JSON leaves out, is marked by its
// position in its object instead.
const (
	markDate      = "date"
	markUndefined = "undefined"
	markNaN       = "NaN"
	markInfinity  = "Infinity"
	markMinus     = "-Infinity"
	markZero      = "-0"
)

// markOf is the mark of a value; empty where JSON holds it as it is.
func markOf(v Value) string {
	switch v.Kind() {
	case KindDate:
		return markDate
	case KindUndefined:
		return markUndefined
	case KindNumber:
		switch f := math.Float64frombits(v.num); {
		case f != f:
			return markNaN
		case math.IsInf(f, 1):
			return markInfinity
		case math.IsInf(f, -1):
			return markMinus
		case f == 0 && math.Signbit(f):
			return markZero
		}
	}
	return ""
}

// marked gives the value that a mark stands for; was is what JSON holds in its place.
func marked(mark string, was Value) (Value, bool) {
	switch mark {
	case markDate:
		if was.IsNullish() {
			return Date(math.NaN()), true
		}
		text, _ := was.Str()
		ms, ok := parseISODate(text)
		return Date(ms), ok
	case markUndefined:
		return Undefined, true
	case markNaN:
		return Number(math.NaN()), true
	case markInfinity:
		return Number(math.Inf(1)), true
	case markMinus:
		return Number(math.Inf(-1)), true
	case markZero:
		return Number(math.Copysign(0, -1)), true
	}
	return was, false
}

// marks collects the marks inside of v, each under its JSON pointer.
func marks(b *ObjectBuilder, pointer string, v Value) {
	if mark := markOf(v); mark != "" {
		b.Set(pointer, String(mark))
		return
	}
	if elems, ok := v.Elems(); ok {
		for i, e := range elems {
			marks(b, pointer+"/"+strconv.Itoa(i), e)
		}
		return
	}
	o, _ := v.Obj()
	for i := range o.Len() {
		key, member := o.At(i)
		at := pointer + "/" + pointerEscapes.Replace(ToWellFormed(key))
		if member.IsUndefined() {
			b.Set(at, Int(i))
			continue
		}
		marks(b, at, member)
	}
}

// appendExact appends the marks of v as a member, comma first; there must be some.
func appendExact(dst []byte, v Value) []byte {
	b := NewObject(1)
	marks(b, "", v)
	return b.Value().AppendJSON(append(dst, `,"exact":`...))
}

// exactly puts the marked values back into what was parsed. Marks that fit nothing are passed over.
func exactly(v, marks Value) Value {
	o, ok := marks.Obj()
	if !ok {
		return v
	}
	for pointer, mark := range o.All() {
		if strings.HasPrefix(pointer, "/") {
			v = restore(v, strings.Split(pointer[1:], "/"), mark)
		}
	}
	return v
}

var pointerUnescapes = strings.NewReplacer("~1", "/", "~0", "~")

func restore(v Value, path []string, mark Value) Value {
	if len(path) == 0 {
		text, _ := mark.Str()
		if exact, ok := marked(text, v); ok {
			return exact
		}
		return v
	}
	key := pointerUnescapes.Replace(path[0])
	if elems, ok := v.Elems(); ok {
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(elems) {
			return v
		}
		list := append([]Value(nil), elems...)
		list[i] = restore(elems[i], path[1:], mark)
		return Array(list)
	}
	o, ok := v.Obj()
	if !ok {
		return v
	}
	member, there := o.Get(key)
	if at, isPlace := mark.Number(); isPlace && len(path) == 1 && !there {
		return insertUndefined(o, key, int(at))
	}
	if !there {
		return v
	}
	return o.With(key, restore(member, path[1:], mark)).Value()
}

// insertUndefined puts an undefined member at its position.
func insertUndefined(o *Object, key string, at int) Value {
	b := NewObject(o.Len() + 1)
	for i := range o.Len() {
		if i == at {
			b.Set(key, Undefined)
		}
		name, v := o.At(i)
		b.Set(name, v)
	}
	return b.Set(key, Undefined).Value()
}
