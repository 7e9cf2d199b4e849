package gateway

import (
	"fmt"
	"math"
	"strings"

	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

// form reads the fields of a command's body. Every fault is gathered, so that
// one answer names them all; fields that nobody asked for are faults too.
type form struct {
	o      *item.Object
	known  []string
	faults []wire.Fault
	code   string
}

func newForm(o *item.Object) *form { return &form{o: o} }

// value gives a field; undefined when it is absent or null.
func (f *form) value(name string) item.Value {
	f.known = append(f.known, name)
	v := f.o.Value().Get(name)
	if v.IsNull() {
		return item.Undefined
	}
	return v
}

// text reads a field that is a string of at most limit bytes.
func (f *form) text(name string, limit int) string {
	v := f.value(name)
	s, ok := v.Str()
	switch {
	case !v.IsUndefined() && !ok:
		f.fault(codeInvalid, name, "must be a string, not "+article(v.Kind()))
	case len(s) > limit:
		f.fault(codeInvalid, name, fmt.Sprintf("may have %d bytes; this has %d", limit, len(s)))
	}
	return s
}

// flag reads a boolean.
func (f *form) flag(name string, fallback bool) bool {
	v := f.value(name)
	if v.IsUndefined() {
		return fallback
	}
	b, ok := v.Bool()
	if !ok {
		f.fault(codeInvalid, name, "must be true or false, not "+article(v.Kind()))
	}
	return b
}

// whole reads a field that is a whole number from lo; fallback when absent.
func (f *form) whole(name string, fallback, lo int) int {
	v := f.value(name)
	if v.IsUndefined() {
		return fallback
	}
	n, ok := v.Number()
	if !ok || n != math.Trunc(n) || n < float64(lo) || n > 1<<31 {
		f.fault(codeInvalid, name, fmt.Sprintf("must be a whole number from %d", lo))
		return fallback
	}
	return int(n)
}

// fault notes what is wrong with a field, or with element i of it.
func (f *form) fault(code, name, what string, i ...string) {
	if f.code == "" {
		f.code = code
	}
	at := pointer(append([]string{name}, i...)...)
	f.faults = append(f.faults, wire.Fault{Detail: fmt.Sprintf("%q %s.", at[1:], what), Pointer: at})
}

// done gives the faults as one problem, or nil.
func (f *form) done() error {
	for name := range f.o.All() {
		if !contains(f.known, name) {
			f.fault(codeUnknownField, name, "is not a field of this operation; known are: "+listed(f.known))
		}
	}
	if len(f.faults) == 0 {
		return nil
	}
	p := refuse(f.code, f.faults[0].Detail).at(f.faults[0].Pointer)
	if len(f.faults) > 1 {
		p.Errors = f.faults
	}
	return p
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointer is the JSON pointer to a member of the body, or deeper.
func pointer(tokens ...string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte('/')
		b.WriteString(pointerEscapes.Replace(t))
	}
	return b.String()
}

// article puts "a" or "an" before the name of a kind.
func article(k item.Kind) string {
	switch k {
	case item.KindArray, item.KindObject:
		return "an " + k.String()
	case item.KindNull, item.KindUndefined:
		return k.String()
	}
	return "a " + k.String()
}
