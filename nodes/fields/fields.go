// Package fields is how step types name fields of items: a key, or with dots a
// way into nested values, and lists of names with commas between them.
package fields

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Access says how names are read.
type Access struct {
	// Plain takes every name as a key as it is; else dots and brackets lead into
	// nested values.
	Plain bool
}

// Get is the value of a field. A key that is written like a path and stands in
// the object itself comes first.
func (a Access) Get(v item.Value, name string) item.Value {
	if o, ok := v.Obj(); ok {
		if got, ok := o.Get(name); ok || a.Plain {
			return got
		}
	} else if a.Plain {
		return item.Undefined
	}
	if name == "" {
		return item.Undefined
	}
	return item.GetPath(v, name)
}

// Set gives v with a field; what cannot be set, such as a name below a list,
// changes nothing.
func (a Access) Set(v item.Value, name string, x item.Value) item.Value {
	o, ok := v.Obj()
	if !ok {
		return v
	}
	if _, has := o.Get(name); has || a.Plain || name == "" {
		return o.With(name, x).Value()
	}
	out, err := item.SetPath(v, name, x)
	if err != nil {
		return v
	}
	return out
}

// Unset gives v without a field.
func (a Access) Unset(v item.Value, name string) item.Value {
	o, ok := v.Obj()
	if !ok {
		return v
	}
	if _, has := o.Get(name); has || a.Plain || name == "" {
		return o.Without(name).Value()
	}
	return item.DeletePath(v, name)
}

// List reads names with commas between them; white space around a name does not
// count, and neither do names that are empty.
func List(text string) []string {
	var names []string
	for part := range strings.SplitSeq(text, ",") {
		if part = item.TrimSpace(part); part != "" {
			names = append(names, part)
		}
	}
	return names
}

// Last is the name without what leads to it: "c" for "a.b.c".
func Last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// NotFound is the remark that no item has a field.
func NotFound(name string) item.Value {
	group := item.NewObject(3).
		Set("key", item.String("fieldNotFound")).
		Set("summary", item.String("{count} fields weren't found in your input items")).
		Set("label", item.String(name))
	return item.NewObject(3).
		Set("message", item.String(fmt.Sprintf("The field '%s' wasn't found in any input item", name))).
		Set("location", item.String("outputPane")).
		Set("group", group.Value()).Value()
}

// Pick gives an object of the members that keep asks for, in the object's order.
func Pick(o *item.Object, keep func(name string) bool) item.Value {
	out := item.NewObject(o.Len())
	for name, v := range o.All() {
		if keep(name) {
			out.Set(name, v)
		}
	}
	return out.Value()
}

// Missing reports which of the names no item has; the order is that of the names.
func (a Access) Missing(items []item.Item, names []string) []string {
	var missing []string
	for _, name := range names {
		if !a.anyHas(items, name) {
			missing = append(missing, name)
		}
	}
	return missing
}

func (a Access) anyHas(items []item.Item, name string) bool {
	for i := range items {
		if !a.Get(items[i].JSON, name).IsUndefined() {
			return true
		}
	}
	return false
}
