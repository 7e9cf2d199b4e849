package events

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// object writes the JSON of one event field by field, in the order of the
// calls. Fields with zero values are left out, so that a reader of any version
// finds the zero value for what was not written.
type object struct {
	b    []byte
	open bool
}

func newObject(dst []byte) *object { return &object{b: append(dst, '{')} }

func (o *object) key(k string) {
	if o.open {
		o.b = append(o.b, ',')
	}
	o.open = true
	o.b = append(append(append(o.b, '"'), k...), '"', ':')
}

func (o *object) str(k, s string) {
	if s != "" {
		o.key(k)
		o.b = item.String(s).AppendJSON(o.b)
	}
}

func (o *object) int(k string, n int64) {
	if n != 0 {
		o.key(k)
		o.b = strconv.AppendInt(o.b, n, 10)
	}
}

func (o *object) bool(k string, v bool) {
	if v {
		o.key(k)
		o.b = append(o.b, "true"...)
	}
}

func (o *object) time(k string, t time.Time) {
	if !t.IsZero() {
		o.int(k, t.UnixMilli())
	}
}

func (o *object) bytes(k string, b []byte) {
	if len(b) > 0 {
		o.key(k)
		o.b = append(o.b, '"')
		o.b = base64.StdEncoding.AppendEncode(o.b, b)
		o.b = append(o.b, '"')
	}
}

func (o *object) value(k string, v item.Value) {
	if !v.IsUndefined() {
		o.key(k)
		o.b = v.AppendJSON(o.b)
	}
}

func (o *object) ref(k string, r item.Ref) {
	if r.Address != "" {
		sub := o.sub(k)
		sub.str("owner", r.Owner)
		sub.str("address", r.Address)
		sub.int("bytes", r.Bytes)
		sub.str("mediaType", r.MediaType)
		sub.str("digest", r.Digest)
		o.endSub(sub)
	}
}

// sub begins an object inside this one; endSub ends it.
func (o *object) sub(k string) *object {
	o.key(k)
	return newObject(o.b)
}

func (o *object) endSub(s *object) { o.b = s.end() }

// list writes an array of n elements, each written by f as one object.
func (o *object) list(k string, n int, f func(i int, e *object)) {
	if n == 0 {
		return
	}
	o.key(k)
	o.b = append(o.b, '[')
	for i := range n {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		e := newObject(o.b)
		f(i, e)
		o.b = e.end()
	}
	o.b = append(o.b, ']')
}

func (o *object) end() []byte { return append(o.b, '}') }

// fields reads the members of a stored object. A member that is absent or of
// another kind reads as the zero value: the writer leaves zero values out.
type fields struct{ item.Value }

func (f fields) str(k string) string {
	s, _ := f.Get(k).Str()
	return s
}

func (f fields) int(k string) int64 {
	n, _ := f.Get(k).Number()
	return int64(n)
}

func (f fields) bool(k string) bool {
	b, _ := f.Get(k).Bool()
	return b
}

func (f fields) time(k string) time.Time {
	ms := f.int(k)
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func (f fields) bytes(k string) ([]byte, error) {
	s := f.str(k)
	if s == "" {
		return nil, nil
	}
	return base64.StdEncoding.DecodeString(s)
}

func (f fields) sub(k string) fields { return fields{f.Get(k)} }

func (f fields) ref(k string) item.Ref {
	r := f.sub(k)
	return item.Ref{
		Owner: r.str("owner"), Address: r.str("address"), Bytes: r.int("bytes"),
		MediaType: r.str("mediaType"), Digest: r.str("digest"),
	}
}

// each calls f for every element of an array member.
func (f fields) each(k string, visit func(e fields)) {
	list, _ := f.Get(k).Elems()
	for _, e := range list {
		visit(fields{e})
	}
}

func (f fields) strings(k string) []string {
	var out []string
	f.each(k, func(e fields) {
		if s, ok := e.Str(); ok {
			out = append(out, s)
		}
	})
	return out
}

func (o *object) strings(k string, list []string) {
	if len(list) == 0 {
		return
	}
	vals := make([]item.Value, len(list))
	for i, s := range list {
		vals[i] = item.String(s)
	}
	o.value(k, item.Array(vals))
}

func (o *object) elems(k string, list []item.Value) {
	if len(list) > 0 {
		o.value(k, item.Array(list))
	}
}

func (f fields) elems(k string) []item.Value {
	list, _ := f.Get(k).Elems()
	return list
}
