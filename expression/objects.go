package expression

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// members collects what one of Object.keys, values and entries gives.
func (f *frame) members(args []item.Value, pick func(key string, v item.Value) item.Value) item.Value {
	v := argOf(args, 0)
	if v.IsNullish() {
		return f.throw()
	}
	var made []item.Value
	f.eachMember(v, func(key string, e item.Value) { made = append(made, pick(key, e)) })
	return item.Array(made)
}

func objectKeys(f *frame, _ item.Value, args []item.Value) item.Value {
	return f.members(args, func(key string, _ item.Value) item.Value { return item.String(key) })
}

func objectValues(f *frame, _ item.Value, args []item.Value) item.Value {
	return f.members(args, func(_ string, v item.Value) item.Value { return v })
}

func objectEntries(f *frame, _ item.Value, args []item.Value) item.Value {
	return f.members(args, func(key string, v item.Value) item.Value {
		return item.Array([]item.Value{item.String(key), v})
	})
}

func fromEntries(f *frame, _ item.Value, args []item.Value) item.Value {
	elems, ok := argOf(args, 0).Elems()
	if !ok || !f.charge(len(elems)) {
		return f.throw()
	}
	o := item.NewObject(len(elems))
	for _, e := range elems {
		if e.Kind() != item.KindArray && e.Kind() != item.KindObject {
			return f.throw()
		}
		o.Set(f.text(pairMember(e, 0)), pairMember(e, 1))
	}
	return o.Value()
}

// pairMember reads e[i] of an array or of an object with such keys.
func pairMember(e item.Value, i int) item.Value {
	if e.Kind() == item.KindArray {
		return e.Index(i)
	}
	return e.Get(string(rune('0' + i)))
}

func objectHasOwn(f *frame, _ item.Value, args []item.Value) item.Value {
	if argOf(args, 0).IsNullish() {
		return f.throw()
	}
	return hasOwnProperty(f, args[0], args[1:])
}

// maxIndent is the most that JSON.stringify indents.
const maxIndent = 10

// stringify is JSON.stringify(value, null, indent).
func stringify(f *frame, _ item.Value, args []item.Value) item.Value {
	if len(args) > 1 && !args[1].IsNullish() {
		if k := args[1].Kind(); k == item.KindArray {
			return f.refuse("JSON.stringify with a list of names")
		}
	}
	v := argOf(args, 0)
	if v.IsUndefined() {
		return v
	}
	if !f.weigh(v) {
		return item.Undefined
	}
	indent := f.indent(argOf(args, 2))
	if indent == "" {
		return f.made(v.JSON())
	}
	w := jsonWriter{f: f, indent: indent}
	w.value(v, "\n")
	return f.made(string(w.dst))
}

func (f *frame) indent(v item.Value) string {
	if n, ok := v.Number(); ok {
		return strings.Repeat(" ", clamp(n, maxIndent))
	}
	s, _ := v.Str()
	return item.Slice(s, 0, maxIndent)
}

// jsonWriter writes JSON over several lines.
type jsonWriter struct {
	f      *frame
	dst    []byte
	indent string
}

// value appends v; line is the line break with the indent of where v stands.
func (w *jsonWriter) value(v item.Value, line string) {
	if len(w.dst) > w.f.maxBytes {
		return
	}
	switch v.Kind() {
	case item.KindArray:
		elems, _ := v.Elems()
		if len(elems) == 0 {
			w.dst = append(w.dst, "[]"...)
			return
		}
		for i, e := range elems {
			w.open(i == 0, '[', line)
			w.value(e, line+w.indent)
		}
		w.dst = append(append(w.dst, line...), ']')
	case item.KindObject:
		o, _ := v.Obj()
		w.object(o, line)
	default:
		w.dst = v.AppendJSON(w.dst)
	}
}

func (w *jsonWriter) object(o *item.Object, line string) {
	first := true
	for key, e := range o.All() {
		if e.IsUndefined() {
			continue
		}
		w.open(first, '{', line)
		first = false
		w.dst = append(item.AppendQuoted(w.dst, key), ": "...)
		w.value(e, line+w.indent)
	}
	if first {
		w.dst = append(w.dst, "{}"...)
		return
	}
	w.dst = append(append(w.dst, line...), '}')
}

// open begins an element: with the bracket before the first, a comma before
// the others.
func (w *jsonWriter) open(first bool, bracket byte, line string) {
	if first {
		w.dst = append(w.dst, bracket)
	} else {
		w.dst = append(w.dst, ',')
	}
	w.dst = append(append(w.dst, line...), w.indent...)
}
