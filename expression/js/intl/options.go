package intl

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Error is one that a script throws.
type Error struct {
	// Kind is the name of its constructor.
	Kind, Message string
}

// Error gives the kind and the message.
func (e *Error) Error() string { return e.Kind + ": " + e.Message }

func rangeError(format string, args ...any) error {
	return &Error{"RangeError", fmt.Sprintf(format, args...)}
}

func typeError(format string, args ...any) error {
	return &Error{"TypeError", fmt.Sprintf(format, args...)}
}

// options reads the options of a constructor. The first error stays.
type options struct {
	service string
	values  item.Value
	err     error
}

// text reads an option that is one of some words; without words any text is
// right. It gives otherwise where the option is not there (ECMA-402 9.2.12).
func (o *options) text(name, otherwise string, words ...string) string {
	v := o.values.Get(name)
	if v.IsUndefined() || o.err != nil {
		return otherwise
	}
	text := v.ToString()
	if len(words) > 0 && !slices.Contains(words, text) {
		o.err = rangeError("Value %s out of range for %s options property %s", text, o.caller(), name)
		return otherwise
	}
	return text
}

// caller is what error messages name: the constructor or the method that
// asked for it.
func (o *options) caller() string {
	if v := o.values.Get("method"); !v.IsUndefined() {
		return v.ToString()
	}
	return "Intl." + o.service
}

func (o *options) has(name string) bool { return !o.values.Get(name).IsUndefined() }

// flag reads a boolean; set is false where it is not there.
func (o *options) flag(name string) (on, set bool) {
	v := o.values.Get(name)
	if v.IsUndefined() {
		return false, false
	}
	switch v.Kind() {
	case item.KindBool:
		b, _ := v.Bool()
		return b, true
	case item.KindNumber:
		n, _ := v.Number()
		return n != 0 && n == n, true
	case item.KindString:
		s, _ := v.Str()
		return s != "", true
	}
	return false, true
}

// number reads a whole number within bounds (ECMA-402 9.2.14).
func (o *options) number(name string, least, most, otherwise int) int {
	v := o.values.Get(name)
	if v.IsUndefined() || o.err != nil {
		return otherwise
	}
	n := math.NaN()
	switch v.Kind() {
	case item.KindNumber:
		n, _ = v.Number()
	case item.KindString:
		s, _ := v.Str()
		if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
			n = f
		}
	case item.KindNull:
		n = 0
	case item.KindBool:
		n = 0
		if b, _ := v.Bool(); b {
			n = 1
		}
	}
	if n != n || n < float64(least) || n > float64(most) {
		o.err = rangeError("%s value is out of range.", name)
		return otherwise
	}
	return int(n)
}

// wellFormedType says whether a text can be a value of a -u- keyword.
func wellFormedType(s string) bool {
	for part := range strings.SplitSeq(strings.ToLower(s), "-") {
		if len(part) < 3 || len(part) > 8 || !isAlnum(part) {
			return false
		}
	}
	return true
}

// numberingSystem chooses digits: of the option, the keyword, the locale.
func (o *options) numberingSystem(l *locale) string {
	asked := o.text("numberingSystem", "")
	if asked != "" && !wellFormedType(asked) && o.err == nil {
		o.err = rangeError("Invalid numberingSystem : %s", asked)
	}
	asked = strings.ToLower(asked)
	keyed, inTag := l.tag.value("nu")
	if asked != "" && digitsOf(asked) != "" {
		if inTag && keyed != asked {
			l.drop("nu")
		}
		return asked
	}
	if inTag && digitsOf(keyed) != "" {
		return keyed
	}
	l.drop("nu")
	if own := l.data.text("n/defaultNumberingSystem"); own != "" {
		return own
	}
	return "latn"
}

func (l *locale) drop(key string) {
	l.tag.keywords = slices.DeleteFunc(slices.Clone(l.tag.keywords), func(k keyword) bool { return k.key == key })
}

// digitsOf are the ten digits of a numbering system.
func digitsOf(system string) string {
	if system == "latn" {
		return "0123456789"
	}
	return shared("digits/" + system + "/_digits")
}
