package nodes

import (
	"slices"

	"github.com/jobsprint/jobsprint/item"
)

// Effective gives the parameters of a step as expressions see them: those that
// the version shows, in the order of the definition, with the defaults of those
// that are not given. Expressions stay as they are written.
func (d *Definition) Effective(version float64, params item.Value) item.Value {
	return effective(d.Fields, version, params, params)
}

// effective gives the members of an object; conditions may name members beside
// a field or at the top.
func effective(fields []Field, version float64, top, params item.Value) item.Value {
	out := item.NewObject(len(fields))
	for i := range fields {
		f := &fields[i]
		if !f.visible(fields, version, top, params) || !out.Value().Get(f.Name).IsUndefined() {
			continue
		}
		given := params.Get(f.Name)
		switch {
		case given.IsUndefined():
			given = f.initial()
		case f.Kind == "fixedCollection":
			given = f.groups(version, top, given)
		}
		if !given.IsUndefined() {
			out.Set(f.Name, given)
		}
	}
	return out.Value()
}

// groups fills the defaults in the rows of a fixed collection.
func (f *Field) groups(version float64, top, given item.Value) item.Value {
	o, ok := given.Obj()
	if !ok {
		return given
	}
	out := item.NewObject(len(f.Fields))
	for name, group := range o.All() {
		g, known := firstNamed(f.Fields, name)
		rows, isList := group.Elems()
		switch {
		case !known || len(g.Fields) == 0:
			out.Set(name, group)
		case isList:
			filled := make([]item.Value, len(rows))
			for i, row := range rows {
				filled[i] = effective(g.Fields, version, top, row)
			}
			out.Set(name, item.Array(filled))
		default:
			out.Set(name, effective(g.Fields, version, top, group))
		}
	}
	return out.Value()
}

// initial is what a field that is not given reads as.
func (f *Field) initial() item.Value {
	switch {
	case !f.Default.IsUndefined():
		return f.Default
	case f.Kind == "collection", f.Kind == "fixedCollection", f.Kind == "assignmentCollection", f.Kind == "filter":
		return item.NewObject(0).Value()
	case f.Kind == "notice":
		return item.String("")
	}
	return item.Undefined
}

func (f *Field) visible(fields []Field, version float64, top, params item.Value) bool {
	holds := func(c Condition) bool {
		return slices.ContainsFunc(c.Values, func(v item.Value) bool { return item.Equal(v, conditionValue(c.Field, fields, version, top, params)) })
	}
	for _, c := range f.ShowWhen {
		if !holds(c) {
			return false
		}
	}
	return !slices.ContainsFunc(f.HideWhen, holds)
}

// conditionValue is what a condition looks at: the version, a member beside the
// field or at the top, or the default of one that is not given.
func conditionValue(name string, fields []Field, version float64, top, params item.Value) item.Value {
	if name == "@version" {
		return item.Number(version)
	}
	if v := params.Get(name); !v.IsUndefined() {
		return v
	}
	if f, ok := firstNamed(fields, name); ok {
		return f.initial()
	}
	return top.Get(name)
}

// firstNamed is the first field of a name; a field may stand once for each time
// that it is shown.
func firstNamed(fields []Field, name string) (*Field, bool) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return &fields[i], true
}
