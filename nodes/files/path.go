package files

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// unset removes the member at a path of names with dots.
func unset(v item.Value, path string) item.Value {
	o, ok := v.Obj()
	if !ok {
		return v
	}
	if _, direct := o.Get(path); direct {
		return o.Without(path).Value()
	}
	name, rest, more := strings.Cut(path, ".")
	member, found := o.Get(name)
	switch {
	case !found:
		return v
	case !more:
		return o.Without(name).Value()
	}
	return o.With(name, unset(member, rest)).Value()
}

// jsonError words what is wrong with a JSON text as V8 does.
func jsonError(text string) error {
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("Unexpected end of JSON input") //nolint:staticcheck // V8's words
	}
	_, err := item.Parse([]byte(text), item.Limits{})
	at := errorOffset(text, err)
	if at >= len(text) {
		return fmt.Errorf("Unexpected end of JSON input") //nolint:staticcheck // V8's words
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	units := item.UTF16Len(text)
	const around, short = 10, 40
	if units <= short {
		return fmt.Errorf("Unexpected token '%c', %q is not valid JSON", r, rawQuote(text)) //nolint:staticcheck // V8's words
	}
	place := item.UTF16Len(text[:at])
	from, to := max(0, place-around), min(units, place+around)
	excerpt := item.Slice(text, from, to)
	left, right := "...", "..."
	if from == 0 {
		left = ""
	}
	if to == units {
		right = ""
	}
	return fmt.Errorf("Unexpected token '%c', %s\"%s\"%s is not valid JSON", r, left, excerpt, right) //nolint:staticcheck // V8's words
}
