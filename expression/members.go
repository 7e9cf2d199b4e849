package expression

import (
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// deniedNames are members that lead out of an expression's data. n8n refuses
// them with the same words.
var deniedNames = setOf("__proto__ prototype constructor getPrototypeOf setPrototypeOf defineProperty defineProperties " +
	"getOwnPropertyDescriptor getOwnPropertyDescriptors __defineGetter__ __defineSetter__ __lookupGetter__ " +
	"__lookupSetter__ prepareStackTrace arguments caller callee")

// Names that values of each kind inherit in JavaScript. Reading one of them
// without a call gives a function, which is not supported.
var (
	objectNames = setOf("toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable")
	arrayNames  = setOf("at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap " +
		"forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort " +
		"splice toReversed toSorted toSpliced unshift values with")
	stringNames = setOf("at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf " +
		"localeCompare match matchAll normalize padEnd padStart repeat replace replaceAll search slice split startsWith " +
		"substr substring toLocaleLowerCase toLocaleUpperCase toLowerCase toUpperCase toWellFormed trim trimEnd trimLeft " +
		"trimRight trimStart anchor big blink bold fixed fontcolor fontsize italics link small strike sub sup")
	numberNames = setOf("toExponential toFixed toPrecision")
)

func setOf(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// inherited tells whether values of a kind have a member from their prototype.
func inherited(k item.Kind, key string) bool {
	if objectNames[key] {
		return true
	}
	switch k {
	case item.KindArray:
		return arrayNames[key]
	case item.KindString:
		return stringNames[key]
	case item.KindNumber:
		return numberNames[key]
	}
	return false
}

// denied is the error for a name of deniedNames.
func denied(source, name string, at span) *Error {
	return &Error{Code: CodeUnsupported, Message: `Cannot access "` + name + `" due to security concerns`, Source: source, Start: at.start, End: at.end}
}

// member is a member access whose name is known.
type member struct {
	key     string
	index   int // of an array element or character; -1: key is none
	suspect bool
	at      span
}

func newMember(key string, at span) *member {
	m := &member{key: key, index: -1, at: at, suspect: objectNames[key] || arrayNames[key] || stringNames[key] || numberNames[key]}
	if n, err := strconv.Atoi(key); err == nil && n >= 0 && strconv.Itoa(n) == key {
		m.index = n
	}
	return m
}

// get reads the member of a value.
func (m *member) get(f *frame, v item.Value) item.Value {
	if o, ok := v.Obj(); ok {
		if e, ok := o.Get(m.key); ok {
			return e
		}
		return m.missing(f, item.KindObject)
	}
	switch v.Kind() {
	case item.KindUndefined, item.KindNull:
		return f.throw()
	case item.KindRedacted:
		return v
	case item.KindArray:
		elems, _ := v.Elems()
		if m.index >= 0 && m.index < len(elems) {
			return elems[m.index]
		}
		if m.key == "length" {
			return item.Int(len(elems))
		}
	case item.KindString:
		return m.ofText(f, v)
	}
	return m.missing(f, v.Kind())
}

func (m *member) ofText(f *frame, v item.Value) item.Value {
	s, _ := v.Str()
	switch {
	case m.key == "length":
		return item.Int(f.length(s))
	case m.index >= 0:
		if c := item.CharAt(s, m.index); c != "" {
			return item.String(c)
		}
		return item.Undefined
	}
	return m.missing(f, item.KindString)
}

// missing is undefined, unless JavaScript would find a function.
func (m *member) missing(f *frame, k item.Kind) item.Value {
	if m.suspect && inherited(k, m.key) {
		return f.fail(CodeUnsupported, "Not supported in expressions: the function “"+m.key+"” without a call", m.at, nil)
	}
	return item.Undefined
}

// length is the number of UTF-16 units of a text.
func (f *frame) length(s string) int {
	f.charge(len(s) / bytesPerOperation)
	return item.UTF16Len(s)
}

// element reads v[key] for a key that was computed.
func (f *frame) element(v, key item.Value, at span) item.Value {
	if n, ok := key.Number(); ok {
		if elems, ok := v.Elems(); ok {
			if i := int(n); i >= 0 && i < len(elems) && float64(i) == n {
				return elems[i]
			}
		}
	}
	if v.IsNullish() {
		return f.throw()
	}
	text := f.text(key)
	if deniedNames[text] {
		err := denied(f.source, text, at)
		return f.fail(err.Code, err.Message, at, nil)
	}
	return newMember(text, at).get(f, v)
}

// hasOwn tells whether a value has a member of its own.
func hasOwn(v item.Value, key string) bool {
	if o, ok := v.Obj(); ok {
		_, has := o.Get(key)
		return has
	}
	var length int
	if elems, ok := v.Elems(); ok {
		length = len(elems)
	} else if s, ok := v.Str(); ok {
		length = item.UTF16Len(s)
	} else {
		return false
	}
	m := newMember(key, span{})
	return key == "length" || m.index >= 0 && m.index < length
}

// eachMember calls see for the own enumerable members of a value.
func (f *frame) eachMember(v item.Value, see func(key string, e item.Value)) {
	switch v.Kind() {
	case item.KindObject:
		o, _ := v.Obj()
		if !f.charge(o.Len()) {
			return
		}
		for key, e := range o.All() {
			see(key, e)
		}
	case item.KindArray:
		elems, _ := v.Elems()
		if !f.charge(len(elems)) {
			return
		}
		for i, e := range elems {
			see(strconv.Itoa(i), e)
		}
	case item.KindString:
		s, _ := v.Str()
		if !f.charge(len(s)) {
			return
		}
		for i, unit := range item.AppendUTF16(nil, s) {
			see(strconv.Itoa(i), item.String(item.FromUTF16([]uint16{unit})))
		}
	}
}
