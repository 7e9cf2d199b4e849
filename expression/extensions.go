package expression

import "github.com/jobsprint/jobsprint/item"

// extension is one of n8n's own methods. They exist only as a call behind a
// dot, and unlike JavaScript's own they refuse other kinds of values with an
// error that the person sees.
type extension func(f *frame, name string, v item.Value, at span) item.Value

var extensions = map[string]extension{
	"first":   firstOrLast,
	"last":    firstOrLast,
	"isEmpty": func(_ *frame, _ string, v item.Value, _ span) item.Value { return item.Bool(isBlank(v)) },
	"isNotEmpty": func(_ *frame, _ string, v item.Value, _ span) item.Value {
		return item.Bool(!isBlank(v))
	},
}

// extension compiles link i, a call without arguments of one of n8n's own
// methods.
func (c *compiler) extension(n chain, i int, s *step) (known bool) {
	l, call := n.links[i], n.links[i+1]
	do := extensions[l.key]
	if do == nil || l.quoted || len(call.args) > 0 {
		return false
	}
	at := l.at
	s.do = func(f *frame, v item.Value) item.Value { return do(f, l.key, v, at) }
	return true
}

func firstOrLast(f *frame, name string, v item.Value, at span) item.Value {
	elems, ok := v.Elems()
	switch {
	case v.IsNullish():
		return f.fail(CodeType, name+" can't be used on "+v.Kind().String()+" value", at, nil)
	case !ok:
		return f.fail(CodeType, name+`() is only callable on type "Array"`, at, nil)
	case len(elems) == 0:
		return item.Undefined
	case name == "last":
		return elems[len(elems)-1]
	}
	return elems[0]
}

// isBlank is isEmpty(), which counts 0, NaN and false as empty too.
func isBlank(v item.Value) bool {
	switch v.Kind() {
	case item.KindNumber, item.KindBool:
		return !v.Truthy()
	}
	return isEmpty(v)
}
