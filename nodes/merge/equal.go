package merge

import (
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// fuzzyEqual compares loosely: a number with its text, a boolean with 1, 0 and
// its texts, a list or an object with its JSON, and whatever is empty with
// whatever else is.
func fuzzyEqual(a, b item.Value) bool {
	if item.Equal(a, b) || isEmpty(a) && isEmpty(b) {
		return true
	}
	if rank(a) > rank(b) {
		a, b = b, a
	}
	switch a.Kind() {
	case item.KindString:
		text, _ := a.Str()
		switch b.Kind() {
		case item.KindNumber:
			return b.ToString() == text
		case item.KindBool:
			if b.Truthy() {
				return strings.EqualFold(text, "true") || text == "1"
			}
			return strings.EqualFold(text, "false") || text == "0"
		case item.KindArray, item.KindObject:
			parsed, err := item.Parse([]byte(text), item.Limits{})
			return err == nil && item.Equal(parsed, b)
		}
	case item.KindNumber:
		return b.Kind() == item.KindBool && a.ToNumber() == b.ToNumber()
	}
	return false
}

// rank orders the kinds for fuzzyEqual.
func rank(v item.Value) int {
	switch v.Kind() {
	case item.KindString:
		return 0
	case item.KindNumber:
		return 1
	}
	return 2
}

// fuzzyValue is fuzzyEqual where null is like 0 too.
func fuzzyValue(a, b item.Value) bool {
	isZero := func(v item.Value) bool {
		text, isText := v.Str()
		n, isNumber := v.Number()
		return isText && text == "0" || isNumber && n == 0
	}
	return fuzzyEqual(a, b) || a.IsNull() && isZero(b) || b.IsNull() && isZero(a)
}

// fuzzyPresent is fuzzyValue where what is missing is like nothing else.
func fuzzyPresent(a, b item.Value) bool {
	return a.IsUndefined() == b.IsUndefined() && fuzzyValue(a, b)
}

// isEmpty reports whether a value is null, missing, an empty text or an empty
// list.
func isEmpty(v item.Value) bool {
	elems, isList := v.Elems()
	return isBlank(v) || isList && len(elems) == 0
}

// isEmptyList reports whether a text is the JSON of an empty list.
func isEmptyList(text string) bool {
	inner, ok := strings.CutPrefix(strings.TrimSpace(text), "[")
	return ok && strings.TrimSpace(inner) == "]"
}

// appendKey writes a text that is the same for equal values and only for them.
func appendKey(key []byte, v item.Value) []byte {
	key = append(key, byte('0'+v.Kind()))
	switch v.Kind() {
	case item.KindArray:
		elems, _ := v.Elems()
		for _, e := range elems {
			key = append(appendKey(key, e), ',')
		}
		return append(key, ']')
	case item.KindObject:
		o, _ := v.Obj()
		names := make([]string, 0, o.Len())
		for name, member := range o.All() {
			if !member.IsUndefined() {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			key = item.AppendQuoted(key, name)
			member, _ := o.Get(name)
			key = append(appendKey(key, member), ',')
		}
		return append(key, '}')
	case item.KindString:
		text, _ := v.Str()
		return item.AppendQuoted(key, text)
	case item.KindDate:
		return append(key, v.ISODate()...)
	}
	return v.AppendString(key)
}

// appendFuzzy writes a text that is the same for values that are loosely equal;
// some others share it.
func appendFuzzy(key []byte, v item.Value) []byte {
	text := v.ToString()
	switch k := v.Kind(); {
	case isEmpty(v) || k == item.KindString && isEmptyList(text):
		return append(key, 'e')
	case k == item.KindArray || k == item.KindObject:
		return appendKey(append(key, 'o'), v)
	case k == item.KindString && strings.IndexAny(strings.TrimSpace(text), "{[") == 0:
		if parsed, err := item.Parse([]byte(text), item.Limits{}); err == nil {
			return appendKey(append(key, 'o'), parsed)
		}
	case strings.EqualFold(text, "true") || text == "1":
		return append(key, 't')
	case strings.EqualFold(text, "false") || text == "0":
		return append(key, 'e')
	}
	return item.AppendQuoted(append(key, 's'), text)
}
