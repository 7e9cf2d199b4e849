package data

import (
	"fmt"
	"math"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// setField is one field to write.
type setField struct {
	name  nodes.Param[string]
	value nodes.Param[item.Value]
	kind  typing.Kind // empty: the value as it is
	dots  bool
	// marked adds the item's index to messages about types.
	marked bool
	// list numbers the list that the field stands in.
	list int
}

// namedValue is what the expressions of a field gave.
type namedValue struct {
	name  string
	value item.Value
}

// evaluate gives the names and values of fields for an item.
func evaluate(c *nodes.Call, i int, fields []setField) ([]namedValue, error) {
	out := make([]namedValue, len(fields))
	for k := range fields {
		var err error
		if out[k].name, err = fields[k].name.At(c, i); err != nil {
			return nil, err
		}
		if out[k].value, err = fields[k].value.At(c, i); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (f *setField) write(got namedValue, i int, w *writer, ignore bool) error {
	name := got.name
	v, err := f.typed(name, got.value, ignore, i)
	if err != nil {
		return err
	}
	if !f.dots || isPlain(name) {
		w.set(name, v)
		return nil
	}
	if err := w.setPath(name, v); err != nil {
		return nodes.Fail("set.name", "the field name '"+name+"' cannot be used: "+err.Error()+"; rename it, or switch dot notation off in the options", i)
	}
	return nil
}

func (f *setField) typed(name string, v item.Value, ignore bool, i int) (item.Value, error) {
	if f.kind == "" {
		return v, nil
	}
	converted, ok := typing.Convert(v, f.kind)
	switch {
	case ok:
		return converted, nil
	case ignore:
		return v, nil
	}
	message := typing.Expected(name, f.kind, v)
	if f.marked {
		message += fmt.Sprintf(" [item %d]", i)
	}
	fail := nodes.Fail("set.type", message, i)
	fail.Description = "To fix the error try to change the type for the field \"" + name + "\" or activate the option “Ignore Type Conversion Errors” to apply a less strict type validation"
	return v, fail
}

// newFields reads the fields of version 3 and later.
func newFields(c *nodes.Compile, dots bool) []setField {
	path, member := "assignments.assignments", "value"
	if c.Version < 3.3 {
		path = "fields.values"
	}
	var fields []setField
	for i, raw := range c.List(path) {
		at := fmt.Sprintf("%s[%d]", path, i)
		kind, ok := fieldKind(c, raw)
		if !ok {
			c.Problem(at+".type", "the type %s is not supported; choose string, number, boolean, array or object", raw.Get("type").JSON())
			continue
		}
		if c.Version < 3.3 {
			member = string(kind) + "Value"
		}
		fields = append(fields, setField{
			name:  nodes.From(c, at+".name", textOr(raw.Get("name"), ""), nodes.ToText),
			value: nodes.From(c, at+"."+member, valueOr(c, raw.Get(member), kind), asIs),
			kind:  kind, dots: dots, marked: true,
		})
	}
	return fields
}

func fieldKind(c *nodes.Compile, raw item.Value) (typing.Kind, bool) {
	name, isText := raw.Get("type").Str()
	if c.Version >= 3.3 {
		if name == "" {
			name = "string"
		}
		return typing.Kind(name), typing.Kind(name).Known()
	}
	if !isText {
		return typing.String, raw.Get("type").IsUndefined()
	}
	for _, k := range []typing.Kind{typing.String, typing.Number, typing.Boolean, typing.Array, typing.Object} {
		if name == string(k)+"Value" {
			return k, true
		}
	}
	return "", false
}

// valueOr gives a field its default: n8n leaves defaults out of what it stores.
func valueOr(c *nodes.Compile, v item.Value, kind typing.Kind) item.Value {
	if !v.IsUndefined() || c.Version >= 3.3 {
		return v
	}
	switch kind {
	case typing.Boolean:
		return item.String("true")
	case typing.Object:
		return item.NewObject(0).Value()
	}
	return item.String("")
}

// oldFields reads the fields of versions 1 and 2, which are written in the
// order of their types.
func oldFields(c *nodes.Compile, dots bool) []setField {
	var fields []setField
	for list, kind := range []typing.Kind{typing.Boolean, typing.Number, typing.String} {
		path := "values." + string(kind)
		for i, raw := range c.List(path) {
			at := fmt.Sprintf("%s[%d]", path, i)
			fields = append(fields, setField{
				name:  nodes.From(c, at+".name", textOr(raw.Get("name"), "propertyName"), nodes.ToText),
				value: nodes.From(c, at+".value", oldValueOr(raw.Get("value"), kind), oldConvert(c.Version, kind)),
				dots:  dots, list: list,
			})
		}
	}
	return fields
}

func oldValueOr(v item.Value, kind typing.Kind) item.Value {
	if !v.IsUndefined() {
		return v
	}
	switch kind {
	case typing.Boolean:
		return item.False
	case typing.Number:
		return item.Int(0)
	}
	return item.String("")
}

// oldConvert: version 1 writes what it gets; version 2 makes numbers of what is
// given for them.
func oldConvert(version float64, kind typing.Kind) func(item.Value) (item.Value, error) {
	if version < 2 || kind != typing.Number {
		return asIs
	}
	return func(v item.Value) (item.Value, error) {
		if v.IsUndefined() {
			return v, nil
		}
		if n := v.ToNumber(); !math.IsNaN(n) && !v.IsNull() {
			return item.Number(n), nil
		}
		return v, nil
	}
}

func asIs(v item.Value) (item.Value, error) { return v, nil }

func textOr(v item.Value, def string) item.Value {
	if v.IsUndefined() {
		return item.String(def)
	}
	return v
}
