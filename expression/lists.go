package expression

import (
	"math"
	"slices"

	"github.com/jobsprint/jobsprint/item"
)

// sameValueZero is the equality of includes: === in which NaN equals itself.
func sameValueZero(a, b item.Value) bool {
	if x, ok := a.Number(); ok && x != x {
		y, ok := b.Number()
		return ok && y != y
	}
	return item.StrictEqual(a, b)
}

func listIncludes(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	from := relative(f.integer(args, 1, 0), len(elems))
	f.charge(len(elems))
	x := argOf(args, 0)
	return item.Bool(slices.ContainsFunc(elems[from:], func(e item.Value) bool { return sameValueZero(e, x) }))
}

func listIndexOf(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	from := relative(f.integer(args, 1, 0), len(elems))
	f.charge(len(elems))
	x := argOf(args, 0)
	at := slices.IndexFunc(elems[from:], func(e item.Value) bool { return item.StrictEqual(e, x) })
	if at < 0 {
		return item.Int(-1)
	}
	return item.Int(from + at)
}

func listLastIndexOf(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	last := float64(len(elems) - 1)
	if len(args) > 1 {
		n := f.integer(args, 1, 0)
		if n < 0 {
			n += float64(len(elems))
		}
		last = min(last, n)
	}
	f.charge(len(elems))
	x := argOf(args, 0)
	for i := int(max(last, -1)); i >= 0; i-- {
		if item.StrictEqual(elems[i], x) {
			return item.Int(i)
		}
	}
	return item.Int(-1)
}

func listSlice(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	from := relative(f.integer(args, 0, 0), len(elems))
	to := relative(f.integer(args, 1, float64(len(elems))), len(elems))
	if from >= to || !f.charge(to-from) {
		return item.Array(nil)
	}
	return item.Array(slices.Clone(elems[from:to]))
}

func listConcat(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	if !f.charge(len(elems) + len(args)) {
		return item.Undefined
	}
	made := slices.Clone(elems)
	for _, a := range args {
		inner, ok := a.Elems()
		if !ok {
			made = append(made, a)
			continue
		}
		if !f.charge(len(inner)) {
			return item.Undefined
		}
		made = append(made, inner...)
	}
	return item.Array(made)
}

func listAt(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	n := f.integer(args, 0, 0)
	if n < 0 {
		n += float64(len(elems))
	}
	if n < 0 || n >= float64(len(elems)) {
		return item.Undefined
	}
	return elems[int(n)]
}

func join0(f *frame, this item.Value, _ []item.Value) item.Value { return join(f, this, nil) }

func join(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	separator := ","
	if v := argOf(args, 0); !v.IsUndefined() {
		separator = f.text(v)
	}
	if !f.weigh(this) || !f.chargeBytes(len(elems)*len(separator)) {
		return item.Undefined
	}
	var dst []byte
	for i, e := range elems {
		if i > 0 {
			dst = item.AppendText(dst, separator)
		}
		if !e.IsNullish() {
			dst = e.AppendString(dst)
		}
	}
	return f.made(string(dst))
}

func flat(f *frame, this item.Value, args []item.Value) item.Value {
	elems, _ := this.Elems()
	depth := min(f.integer(args, 0, 1), maxValueDepth)
	return item.Array(f.flatten(nil, elems, int(max(depth, 0))))
}

func (f *frame) flatten(dst, elems []item.Value, depth int) []item.Value {
	if !f.charge(1 + len(elems)) {
		return dst
	}
	for _, e := range elems {
		if inner, ok := e.Elems(); ok && depth > 0 {
			dst = f.flatten(dst, inner, depth-1)
		} else {
			dst = append(dst, e)
		}
	}
	return dst
}

// numbers turns all arguments into numbers.
func (f *frame) numbers(args []item.Value, fold func(sum, x float64) float64, sum float64) float64 {
	for _, a := range args {
		x := f.number(a)
		if math.IsNaN(x) || math.IsNaN(sum) {
			sum = math.NaN()
			continue
		}
		sum = fold(sum, x)
	}
	return sum
}
