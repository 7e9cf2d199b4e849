// Package typing converts values to the types that typed fields and conditions
// ask for, with n8n's rules: what counts as a number, when a text is a boolean,
// which texts are read as JSON.
package typing

import (
	"math"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Kind is a type that a value can be asked to have, by n8n's name for it.
type Kind string

// The kinds.
const (
	String  Kind = "string"
	Number  Kind = "number"
	Boolean Kind = "boolean"
	Array   Kind = "array"
	Object  Kind = "object"
)

// Known reports whether k is one of the kinds.
func (k Kind) Known() bool {
	switch k {
	case String, Number, Boolean, Array, Object:
		return true
	}
	return false
}

// Convert gives v as kind k; ok is false where it cannot be one. Null and
// undefined are of every kind and become null. A kind that is not known
// converts nothing.
func Convert(v item.Value, k Kind) (converted item.Value, ok bool) {
	if v.IsNullish() {
		return item.Null, true
	}
	switch k {
	case String:
		return toString(v), true
	case Number:
		n := v.ToNumber()
		return item.Number(n), !math.IsNaN(n)
	case Boolean:
		return toBoolean(v)
	case Array:
		return toArray(v)
	case Object:
		return toObject(v)
	}
	return v, false
}

// Describe says what v is, for the end of a sentence such as "but we got".
func Describe(v item.Value) string {
	switch v.Kind() {
	case item.KindArray:
		return "array"
	case item.KindObject, item.KindDate:
		return "object"
	}
	return "'" + v.ToString() + "'"
}

// Expected is the sentence about a field that has the wrong type.
func Expected(field string, k Kind, got item.Value) string {
	return "'" + field + "' expects a " + string(k) + " but we got " + Describe(got)
}

func toString(v item.Value) item.Value {
	switch v.Kind() {
	case item.KindString:
		return v
	case item.KindArray, item.KindObject, item.KindDate: // a date with the quotes of JSON
		return item.String(v.JSON())
	}
	return item.String(v.ToString())
}

func toBoolean(v item.Value) (item.Value, bool) {
	if v.Kind() == item.KindBool {
		return v, true
	}
	if text, ok := v.Str(); ok {
		switch strings.ToLower(text) {
		case "true":
			return item.True, true
		case "false":
			return item.False, true
		case "":
			return v, false
		}
	}
	switch v.ToNumber() {
	case 0:
		return item.False, true
	case 1:
		return item.True, true
	}
	return v, false
}

func toArray(v item.Value) (item.Value, bool) {
	if v.Kind() == item.KindArray {
		return v, true
	}
	text, ok := v.Str()
	if !ok {
		return v, false
	}
	parsed, err := item.Parse([]byte(text), item.Limits{})
	if err != nil {
		parsed, err = item.Parse([]byte(strings.ReplaceAll(text, "'", `"`)), item.Limits{})
	}
	if err != nil || parsed.Kind() != item.KindArray {
		return v, false
	}
	return parsed, true
}

func toObject(v item.Value) (item.Value, bool) {
	if k := v.Kind(); k == item.KindObject || k == item.KindDate {
		return v, true
	}
	text, ok := v.Str()
	if !ok {
		return v, false
	}
	parsed, err := item.Parse([]byte(text), item.Limits{})
	if err != nil {
		parsed, err = item.Parse(relax(text), item.Limits{})
	}
	if err != nil || (parsed.Kind() != item.KindObject && !parsed.IsNullish()) {
		return v, false
	}
	return parsed, true
}
