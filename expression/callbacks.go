package expression

import (
	"slices"

	"github.com/jobsprint/jobsprint/item"
)

// callbackMethod is an array method that calls a function for its elements.
// rest holds the arguments after the function.
type callbackMethod func(f *frame, list item.Value, elems []item.Value, l *lambda, rest []item.Value) item.Value

var callbacks = map[string]callbackMethod{
	"map":           mapElems,
	"flatMap":       flatMap,
	"filter":        filter,
	"some":          some,
	"every":         every,
	"find":          find,
	"findIndex":     findIndex,
	"findLast":      findLast,
	"findLastIndex": findLastIndex,
	"reduce":        reduce,
	"reduceRight":   reduceRight,
}

func (c *compiler) callbackMethod(do callbackMethod, call link) func(*frame, item.Value) item.Value {
	l := c.lambda(call)
	if l == nil {
		return nil
	}
	rest := c.arguments(call.args[1:])
	return func(f *frame, v item.Value) item.Value {
		if v.IsNullish() {
			return f.throw()
		}
		base := len(f.stack)
		rest(f)
		elems, ok := v.Elems()
		if !ok {
			f.throw()
		}
		if !f.failed && f.charge(1) {
			v = do(f, v, elems, l, f.stack[base:len(f.stack):len(f.stack)])
		}
		f.stack = f.stack[:base]
		return v
	}
}

// each calls the function for the elements until see returns false. It stops
// when the evaluation has failed.
func (l *lambda) each(f *frame, list item.Value, elems []item.Value, see func(i int, result item.Value) bool) {
	args := make([]item.Value, 3)
	for i := range elems {
		args[0], args[1], args[2] = elems[i], item.Int(i), list
		result := l.call(f, args)
		if f.failed || !see(i, result) {
			return
		}
	}
}

func mapElems(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	made := make([]item.Value, 0, len(elems))
	l.each(f, list, elems, func(_ int, result item.Value) bool {
		made = append(made, result)
		return true
	})
	return item.Array(made)
}

func flatMap(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	var made []item.Value
	l.each(f, list, elems, func(_ int, result item.Value) bool {
		inner, ok := result.Elems()
		if !ok {
			made = append(made, result)
			return true
		}
		made = append(made, inner...)
		return f.charge(len(inner))
	})
	return item.Array(made)
}

func filter(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	var made []item.Value
	l.each(f, list, elems, func(i int, result item.Value) bool {
		if result.Truthy() {
			made = append(made, elems[i])
		}
		return true
	})
	return item.Array(made)
}

// position returns the first index for which the function is truthy, or is
// not when truthy is false; -1 when there is none.
func (l *lambda) position(f *frame, list item.Value, elems []item.Value, truthy bool) int {
	found := -1
	l.each(f, list, elems, func(i int, result item.Value) bool {
		if result.Truthy() == truthy {
			found = i
		}
		return found < 0
	})
	return found
}

// lastPosition is position from the end, for truthy.
func (l *lambda) lastPosition(f *frame, list item.Value, elems []item.Value) int {
	args := make([]item.Value, 3)
	for i := len(elems) - 1; i >= 0; i-- {
		args[0], args[1], args[2] = elems[i], item.Int(i), list
		if l.call(f, args).Truthy() || f.failed {
			return i
		}
	}
	return -1
}

func some(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	return item.Bool(l.position(f, list, elems, true) >= 0)
}

func every(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	return item.Bool(l.position(f, list, elems, false) < 0)
}

func find(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	return list.Index(l.position(f, list, elems, true))
}

func findIndex(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	return item.Int(l.position(f, list, elems, true))
}

func findLast(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	return list.Index(l.lastPosition(f, list, elems))
}

func findLastIndex(f *frame, list item.Value, elems []item.Value, l *lambda, _ []item.Value) item.Value {
	return item.Int(l.lastPosition(f, list, elems))
}

func reduce(f *frame, list item.Value, elems []item.Value, l *lambda, rest []item.Value) item.Value {
	return fold4(f, list, elems, l, rest, 0, 1)
}

func reduceRight(f *frame, list item.Value, elems []item.Value, l *lambda, rest []item.Value) item.Value {
	return fold4(f, list, elems, l, rest, len(elems)-1, -1)
}

// fold4 calls the function with (result so far, element, index, list), from
// index i on.
func fold4(f *frame, list item.Value, elems []item.Value, l *lambda, rest []item.Value, i, by int) item.Value {
	if len(rest) == 0 && len(elems) == 0 {
		return f.throw()
	}
	var sum item.Value
	if len(rest) > 0 {
		sum = rest[0]
	} else {
		sum = elems[i]
		i += by
	}
	args := make([]item.Value, 4)
	for ; i >= 0 && i < len(elems) && !f.failed; i += by {
		args[0], args[1], args[2], args[3] = sum, elems[i], item.Int(i), list
		sum = l.call(f, args)
	}
	return sum
}

// sorting are the methods that order a list. Those that change it in place
// are allowed where nobody else has the list.
var sorting = setOf("sort toSorted reverse toReversed")

func (c *compiler) sortMethod(key string, call link) func(*frame, item.Value) item.Value {
	var l *lambda
	switch {
	case key == "reverse" || key == "toReversed":
		return onList(reversed)
	case len(call.args) > 0:
		if l = c.lambda(call); l == nil {
			return nil
		}
	}
	return onList(func(f *frame, elems []item.Value) item.Value { return sorted(f, elems, l) })
}

func onList(do func(f *frame, elems []item.Value) item.Value) func(*frame, item.Value) item.Value {
	return func(f *frame, v item.Value) item.Value {
		elems, ok := v.Elems()
		if !ok || !f.charge(1+len(elems)) {
			return f.throw()
		}
		return do(f, elems)
	}
}

func reversed(_ *frame, elems []item.Value) item.Value {
	made := slices.Clone(elems)
	slices.Reverse(made)
	return item.Array(made)
}

// sorted returns the elements in the order of a function, or of their texts
// when l is nil; undefined stands last.
func sorted(f *frame, elems []item.Value, l *lambda) item.Value {
	defined := make([]item.Value, 0, len(elems))
	for _, e := range elems {
		if !e.IsUndefined() {
			defined = append(defined, e)
		}
	}
	if l != nil {
		sortBy(f, defined, l)
	} else {
		sortTexts(f, defined)
	}
	for len(defined) < len(elems) {
		defined = append(defined, item.Undefined)
	}
	return item.Array(defined)
}

func sortBy(f *frame, elems []item.Value, l *lambda) {
	args := make([]item.Value, 2)
	slices.SortStableFunc(elems, func(a, b item.Value) int {
		if f.failed {
			return 0
		}
		args[0], args[1] = a, b
		switch n := f.number(l.call(f, args)); {
		case n < 0:
			return -1
		case n > 0:
			return 1
		}
		return 0
	})
}

func sortTexts(f *frame, elems []item.Value) {
	type entry struct {
		text string
		item.Value
	}
	entries := make([]entry, len(elems))
	for i, e := range elems {
		entries[i] = entry{f.text(e), e}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		if !f.charge(1) {
			return 0
		}
		return item.CompareStrings(a.text, b.text)
	})
	for i := range entries {
		elems[i] = entries[i].Value
	}
}
