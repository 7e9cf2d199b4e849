package nodes

import "github.com/jobsprint/jobsprint/item"

// When is a condition on another field; "@version" names the type version.
func When(field string, values ...any) Condition {
	c := Condition{Field: field}
	for _, v := range values {
		c.Values = append(c.Values, constant(v))
	}
	return c
}

// Show gives the field with conditions that must hold for it to be shown.
func (f Field) Show(conditions ...Condition) Field {
	f.ShowWhen = append(append([]Condition(nil), f.ShowWhen...), conditions...)
	return f
}

// TextField is a field for a text.
func TextField(name, label, def, doc string) Field {
	return Field{Name: name, Label: label, Kind: "string", Default: item.String(def), Doc: doc}
}

// NumberField is a field for a number.
func NumberField(name, label string, def float64, doc string) Field {
	return Field{Name: name, Label: label, Kind: "number", Default: item.Number(def), Doc: doc}
}

// FlagField is a field that is on or off.
func FlagField(name, label string, def bool, doc string) Field {
	return Field{Name: name, Label: label, Kind: "boolean", Default: item.Bool(def), Doc: doc}
}

// JSONField is a field for JSON as text.
func JSONField(name, label, def, doc string) Field {
	return Field{Name: name, Label: label, Kind: "json", Default: item.String(def), Doc: doc}
}

// ChoiceField is a field with a fixed list of values; the first is the default.
func ChoiceField(name, label, doc string, options ...Option) Field {
	return Field{Name: name, Label: label, Kind: "options", Default: item.String(options[0].Value), Doc: doc, Options: options}
}

// OptionsField is a collection of fields of which each may be added.
func OptionsField(name, label string, fields ...Field) Field {
	return Field{Name: name, Label: label, Kind: "collection", Fields: fields}
}

// GroupField is a fixed collection: each of its fields is a group.
func GroupField(name, label, doc string, groups ...Field) Field {
	return Field{Name: name, Label: label, Kind: "fixedCollection", Doc: doc, Fields: groups}
}

// ListField is a group that may stand more than once.
func ListField(name, label string, fields ...Field) Field {
	return Field{Name: name, Label: label, Kind: "collection", Multiple: true, Fields: fields}
}

// Need marks the field as required.
func (f Field) Need() Field {
	f.Required = true
	return f
}

// Choose is an option whose label says enough.
func Choose(value, label string) Option { return Option{Value: value, Label: label} }

// constant makes a value of a plain Go constant.
func constant(v any) item.Value {
	switch v := v.(type) {
	case string:
		return item.String(v)
	case bool:
		return item.Bool(v)
	case float64:
		return item.Number(v)
	case int:
		return item.Int(v)
	}
	panic("nodes: a condition's value must be a text, a number or a boolean")
}

// Hide gives the field with conditions of which any hides it.
func (f Field) Hide(conditions ...Condition) Field {
	f.HideWhen = append(append([]Condition(nil), f.HideWhen...), conditions...)
	return f
}
