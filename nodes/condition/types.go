package condition

import (
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/jsdate"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

const (
	kindAny      typing.Kind = "any"
	kindDateTime typing.Kind = "dateTime"
)

// parse checks one side's type and, where types are not strict, converts it.
func (f *Filter) parse(v item.Value, k typing.Kind, strict bool, index, i int) (item.Value, error) {
	n, isNumber := v.Number()
	switch {
	case k == kindAny || v.IsNullish() || (k == typing.Number && isNumber && n != n):
		return v, nil
	case k == kindDateTime:
		if _, ok := dateOf(v, nil); ok {
			return v, nil
		}
		return v, mismatch(v, k, f.strict, index, i)
	case strict:
		if isKind(v, k) {
			return v, nil
		}
		return v, mismatch(v, k, f.strict, index, i)
	}
	if k == typing.Boolean {
		return f.looseBoolean(v), nil
	}
	if converted, ok := typing.Convert(v, k); ok {
		return converted, nil
	}
	return v, mismatch(v, k, f.strict, index, i)
}

// dateOf reads a moment as the conditions of n8n do: the text of a value, also
// of a number or of a list, in one of the usual forms in a zone, else as
// JavaScript's Date reads it.
func dateOf(v item.Value, zone *time.Location) (time.Time, bool) {
	if v.Kind() == item.KindDate {
		return typing.Time(v, zone)
	}
	text := v.ToString()
	if t, ok := typing.Time(item.String(text), zone); ok {
		return t, true
	}
	return jsdate.Parse(text)
}

// looseBoolean: from the filter's version 2 on, texts such as "false" and "0"
// count as what they say; anything else is true or false as in JavaScript.
func (f *Filter) looseBoolean(v item.Value) item.Value {
	if f.version >= 2 {
		if b, ok := typing.Convert(v, typing.Boolean); ok {
			return b
		}
	}
	return item.Bool(v.Truthy())
}

func isKind(v item.Value, k typing.Kind) bool {
	switch k {
	case typing.String:
		return v.Kind() == item.KindString
	case typing.Number:
		return v.Kind() == item.KindNumber
	case typing.Boolean:
		return v.Kind() == item.KindBool
	case typing.Array:
		return v.Kind() == item.KindArray
	}
	return v.Kind() == item.KindObject
}

func mismatch(v item.Value, k typing.Kind, strict bool, index, i int) error {
	text := v.ToString()
	message := fmt.Sprintf("Conversion error: the %s '%s' can't be converted to %s", v.TypeOf(), text, article(string(k)))
	if strict {
		message = fmt.Sprintf("Wrong type: '%s' is %s but was expecting %s", text, article(v.TypeOf()), article(string(k)))
	}
	fail := nodes.Fail("condition.type", fmt.Sprintf("%s [condition %d, item %d]", message, index, i), i)
	fail.Description = "Change the type of the comparison, or convert the value in an expression"
	if strict {
		fail.Description += ", or switch on \"Convert types where required\""
	}
	return fail
}

// bothMismatch is about two values of one type that is not the comparison's.
func bothMismatch(v item.Value, k typing.Kind, i int) error {
	fail := nodes.Fail("condition.type", fmt.Sprintf("Comparison type expects %s but both fields are %s", article(string(k)), article(v.TypeOf())), i)
	fail.Description = "Change the type of the comparison to that of the two values"
	return fail
}

func article(noun string) string {
	switch noun[0] {
	case 'a', 'e', 'i', 'o', 'u':
		return "an " + noun
	}
	return "a " + noun
}
