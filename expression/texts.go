package expression

import (
	"math"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// plain is String(argument i). Searching for half a surrogate pair is left to
// JavaScript: the texts of this engine do not hold pairs as two halves.
func (f *frame) plain(args []item.Value, i int) string {
	s := f.text(argOf(args, i))
	if !item.IsWellFormed(s) {
		f.refuse("searching for half a character")
	}
	return s
}

func (f *frame) this(v item.Value) string {
	s, _ := v.Str()
	f.charge(len(s) / bytesPerOperation)
	return s
}

func trim(f *frame, this item.Value, _ []item.Value) item.Value {
	return item.String(item.TrimSpace(f.this(this)))
}

func trimStart(f *frame, this item.Value, _ []item.Value) item.Value {
	return item.String(strings.TrimLeftFunc(f.this(this), item.IsSpace))
}

func trimEnd(f *frame, this item.Value, _ []item.Value) item.Value {
	return item.String(strings.TrimRightFunc(f.this(this), item.IsSpace))
}

// split cuts at a text; at "" into UTF-16 units.
func split(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	limit := float64(math.MaxUint32)
	if v := argOf(args, 1); !v.IsUndefined() {
		limit = float64(uint32(toInt32(f.number(v))))
	}
	var parts []string
	switch separator := argOf(args, 0); {
	case limit == 0:
	case separator.IsUndefined():
		parts = []string{s}
	default:
		parts = f.cut(s, f.plain(args, 0))
	}
	if float64(len(parts)) > limit {
		parts = parts[:int(limit)]
	}
	made := make([]item.Value, len(parts))
	for i, part := range parts {
		made[i] = item.String(part)
	}
	return item.Array(made)
}

func (f *frame) cut(s, separator string) []string {
	if separator != "" {
		if !f.charge(1 + strings.Count(s, separator)) {
			return nil
		}
		return strings.Split(s, separator)
	}
	if !f.charge(len(s)) {
		return nil
	}
	var parts []string
	for _, unit := range item.AppendUTF16(nil, s) {
		parts = append(parts, item.FromUTF16([]uint16{unit}))
	}
	return parts
}

func startsWith(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	from := clamp(f.integer(args, 1, 0), len(s))
	return item.Bool(strings.HasPrefix(item.Slice(s, from, len(s)), f.plain(args, 0)))
}

func endsWith(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	to := clamp(f.integer(args, 1, math.Inf(1)), len(s))
	return item.Bool(strings.HasSuffix(item.Slice(s, 0, to), f.plain(args, 0)))
}

func textIncludes(f *frame, this item.Value, args []item.Value) item.Value {
	return item.Bool(f.find(this, args) >= 0)
}

func textIndexOf(f *frame, this item.Value, args []item.Value) item.Value {
	return item.Int(f.find(this, args))
}

func (f *frame) find(this item.Value, args []item.Value) int {
	s := f.this(this)
	return item.IndexOf(s, f.text(argOf(args, 0)), clamp(f.integer(args, 1, 0), len(s)))
}

func textLastIndexOf(f *frame, this item.Value, args []item.Value) item.Value {
	s, search := f.this(this), f.plain(args, 0)
	if v := argOf(args, 1); !v.IsUndefined() {
		if n := f.number(v); n == n {
			s = item.Slice(s, 0, clamp(max(math.Trunc(n), 0), len(s))+item.UTF16Len(search))
		}
	}
	at := strings.LastIndex(s, search)
	if at < 0 {
		return item.Int(-1)
	}
	return item.Int(item.UTF16Len(s[:at]))
}

func textSlice(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := item.UTF16Len(s)
	return item.String(item.Slice(s, relative(f.integer(args, 0, 0), n), relative(f.integer(args, 1, float64(n)), n)))
}

func substring(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := item.UTF16Len(s)
	from, to := clamp(f.integer(args, 0, 0), n), clamp(f.integer(args, 1, float64(n)), n)
	return item.String(item.Slice(s, min(from, to), max(from, to)))
}

func substr(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := item.UTF16Len(s)
	from := relative(f.integer(args, 0, 0), n)
	length := clamp(f.integer(args, 1, float64(n)), n)
	return item.String(item.Slice(s, from, min(from+length, n)))
}

func textConcat(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	for _, a := range args {
		t := f.text(a)
		if !f.chargeBytes(len(s) + len(t)) {
			return item.Undefined
		}
		s = item.Concat(s, t)
	}
	return item.String(s)
}

func textAt(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := f.integer(args, 0, 0)
	if n < 0 {
		n += float64(item.UTF16Len(s))
	}
	if n < 0 || n >= float64(len(s)) {
		return item.Undefined
	}
	if c := item.CharAt(s, int(n)); c != "" {
		return item.String(c)
	}
	return item.Undefined
}

func charAt(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := f.integer(args, 0, 0)
	if n < 0 || n >= float64(len(s)) {
		return item.String("")
	}
	return item.String(item.CharAt(s, int(n)))
}

func charCodeAt(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := f.integer(args, 0, 0)
	if n < 0 || n >= float64(len(s)) {
		return nan
	}
	unit, ok := item.CodeUnitAt(s, int(n))
	if !ok {
		return nan
	}
	return item.Int(int(unit))
}

func codePointAt(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := f.integer(args, 0, 0)
	if n < 0 || n >= float64(len(s)) {
		return item.Undefined
	}
	high, ok := item.CodeUnitAt(s, int(n))
	if !ok {
		return item.Undefined
	}
	low, _ := item.CodeUnitAt(s, int(n)+1)
	if high&0xFC00 == 0xD800 && low&0xFC00 == 0xDC00 {
		return item.Int(0x10000 + int(high-0xD800)<<10 + int(low-0xDC00))
	}
	return item.Int(int(high))
}

func repeat(f *frame, this item.Value, args []item.Value) item.Value {
	s := f.this(this)
	n := f.integer(args, 0, 0)
	if n < 0 || math.IsInf(n, 1) {
		return f.throw()
	}
	if s == "" || n == 0 {
		return item.String("")
	}
	if !f.chargeBytes(int(min(n, 1<<40)) * len(s)) {
		return item.Undefined
	}
	return item.String(repeated(s, int(n)))
}

func repeated(s string, n int) string {
	if item.IsWellFormed(s) {
		return strings.Repeat(s, n)
	}
	var dst []byte // halves of pairs meet at the seams
	for range n {
		dst = item.AppendText(dst, s)
	}
	return string(dst)
}

func padStart(f *frame, this item.Value, args []item.Value) item.Value {
	return item.String(item.Concat(f.padding(this, args), f.this(this)))
}

func padEnd(f *frame, this item.Value, args []item.Value) item.Value {
	return item.String(item.Concat(f.this(this), f.padding(this, args)))
}

// padding is what this lacks to the length asked for.
func (f *frame) padding(this item.Value, args []item.Value) string {
	filler := " "
	if v := argOf(args, 1); !v.IsUndefined() {
		filler = f.text(v)
	}
	missing := f.integer(args, 0, 0) - float64(item.UTF16Len(f.this(this)))
	if missing <= 0 || filler == "" || !f.chargeBytes(int(min(missing, 1<<40))) {
		return ""
	}
	n := int(missing)
	return item.Slice(repeated(filler, 1+n/item.UTF16Len(filler)), 0, n)
}
