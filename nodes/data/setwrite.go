package data

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// writer changes one JSON object field by field.
type writer struct {
	base    item.Value // used until something is written
	room    int        // how many fields are expected
	builder *item.ObjectBuilder
}

func newWriter(base item.Value, room int) *writer { return &writer{base: base, room: room} }

func (w *writer) start() *item.ObjectBuilder {
	if w.builder != nil {
		return w.builder
	}
	if o, ok := w.base.Obj(); ok && o.Len() > 0 {
		w.builder = item.FromObject(o)
	} else {
		w.builder = item.NewObject(w.room)
	}
	return w.builder
}

// set writes one key as it is.
func (w *writer) set(key string, v item.Value) { w.start().Set(key, v) }

// setPath writes at a path of keys and indexes.
func (w *writer) setPath(path string, v item.Value) error {
	next, err := item.SetPath(w.start().Value(), path, v)
	if err != nil {
		return err
	}
	o, _ := next.Obj()
	w.builder = item.FromObject(o)
	return nil
}

func (w *writer) value() item.Value {
	if w.builder != nil {
		return w.builder.Value()
	}
	if w.base.Kind() == item.KindObject {
		return w.base
	}
	return item.NewObject(0).Value()
}

// isPlain reports whether a name is one key, with dots as well as without.
func isPlain(name string) bool { return name == "" || !strings.ContainsAny(name, ".[") }
