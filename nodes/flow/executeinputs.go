package flow

import (
	"fmt"
	"slices"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// mapping is what the fields of another workflow's trigger get.
type mapping struct {
	values  nodes.Param[item.Value]
	defined bool // a value is given for each field
	convert bool
	schema  []mappedField
}

type mappedField struct {
	id, name, kind string
	removed        bool
}

func newMapping(c *nodes.Compile, path string) *mapping {
	raw := c.Raw(path)
	if raw.IsUndefined() {
		return nil
	}
	m := &mapping{
		values:  nodes.Any(c, path+".value", item.Null),
		defined: c.FixedText(path+".mappingMode", "defineBelow") == "defineBelow",
		convert: c.FixedFlag(path+".attemptToConvertTypes", false),
	}
	for _, f := range c.List(path + ".schema") {
		field := mappedField{}
		field.id, _ = f.Get("id").Str()
		field.kind, _ = f.Get("type").Str()
		field.removed, _ = f.Get("removed").Bool()
		if field.name, _ = f.Get("displayName").Str(); field.name == "" {
			field.name = field.id
		}
		m.schema = append(m.schema, field)
	}
	return m
}

// mapped gives the items for another workflow: with a mapping their json is what
// the mapping says, else they are as they came. first is the index of the first
// item in the input.
func (e *execute) mapped(c *nodes.Call, items []item.Item, first int) ([]item.Item, error) {
	out := make([]item.Item, len(items))
	for i, it := range items {
		it.Paired = item.PairOf(i)
		if m := e.inputs; m != nil && m.defined && len(m.schema) > 0 {
			json, err := m.json(c, first+i)
			if err != nil {
				return nil, err
			}
			it.JSON = json
		}
		out[i] = it
	}
	return out, nil
}

// json makes the json of input item i: the fields in the schema's order, null
// where no value is given.
func (m *mapping) json(c *nodes.Call, i int) (item.Value, error) {
	values, err := m.values.At(c, i)
	if err != nil {
		return item.Undefined, err
	}
	given, ok := values.Obj()
	if !ok {
		return item.Undefined, nodes.Fail("execute.inputs", "Cannot convert undefined or null to object", i)
	}
	out := item.NewObject(len(m.schema))
	for name, v := range given.All() {
		at := slices.IndexFunc(m.schema, func(f mappedField) bool { return f.id == name })
		if at >= 0 && m.schema[at].removed {
			continue
		}
		if at >= 0 {
			if v, err = m.value(&m.schema[at], v, i); err != nil {
				return item.Undefined, err
			}
		}
		out.Set(name, v)
	}
	for _, f := range m.schema {
		if _, ok := out.Get(f.id); !ok && !f.removed {
			out.Set(f.id, item.Null)
		}
	}
	return out.Value(), nil
}

// value checks one value against the kind of its field, and converts it where
// that is asked for.
func (m *mapping) value(f *mappedField, v item.Value, i int) (item.Value, error) {
	if v.IsNullish() || f.kind == "" || f.kind == "any" {
		return v, nil
	}
	kind := typing.Kind(f.kind)
	converted, ok := typing.Convert(v, kind)
	if ok && (m.convert || converted.Kind() == v.Kind()) {
		return converted, nil
	}
	fail := nodes.Fail("execute.inputs", fmt.Sprintf("Invalid input for '%s' [item %d]", f.name, i), i)
	fail.Description = typing.Expected(f.name, kind, v)
	return v, fail
}
