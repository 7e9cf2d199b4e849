package files

import (
	"errors"
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
	_, err := item.Parse([]byte(text), item.Limits{})
	var at *item.SyntaxError
	if !errors.As(err, &at) || at.Offset >= len(text) {
		return errors.New("Unexpected end of JSON input") //nolint:staticcheck // V8's words
	}
	place := item.UTF16Len(text[:at.Offset])
	if message := placed(text, at); message != "" {
		return fmt.Errorf("%s in JSON at position %d (line %d column %d)", message, place, at.Line, at.Column)
	}
	r, _ := utf8.DecodeRuneInString(text[at.Offset:])
	return fmt.Errorf("Unexpected token '%c', %s is not valid JSON", r, excerpt(text, place)) //nolint:staticcheck // V8's words
}

// placed are the messages that V8 gives with a place.
func placed(text string, at *item.SyntaxError) string {
	before := strings.TrimRight(text[:at.Offset], " \t\r\n")
	switch {
	case strings.HasPrefix(at.Msg, "expected nothing more"):
		return "Unexpected non-whitespace character after JSON"
	case strings.HasPrefix(at.Msg, "expected ',' or ']'"):
		return "Expected ',' or ']' after array element"
	case strings.HasPrefix(at.Msg, "expected ',' or '}'"):
		return "Expected ',' or '}' after property value"
	case strings.HasPrefix(at.Msg, "expected ':'"):
		return "Expected ':' after property name"
	case strings.HasPrefix(at.Msg, "expected a key") && strings.HasSuffix(before, ","):
		return "Expected double-quoted property name"
	case strings.HasPrefix(at.Msg, "expected a key"):
		return "Expected property name or '}'"
	case strings.HasPrefix(at.Msg, "the string does not end"):
		return "Unterminated string"
	}
	return ""
}

// excerpt is the text, or ten characters around a place where it is longer than 40.
func excerpt(text string, place int) string {
	units := item.UTF16Len(text)
	if units <= 40 {
		return `"` + text + `"`
	}
	from, to := max(0, place-10), min(units, place+10)
	out := `"` + item.Slice(text, from, to) + `"`
	if from > 0 {
		out = "..." + out
	}
	if to < units {
		out += "..."
	}
	return out
}
