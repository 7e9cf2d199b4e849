package vm

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/jobsprint/jobsprint/item"
)

// Tags of values in messages. After the tag follow: an integer as a zigzag
// varint; a double or date as eight bytes; a text as its length and bytes; an
// array as a count and values; an object as a count, keys and values. Counts
// are varints towards the engine and four bytes from it. A key is 0 or 1 and a
// text, or 2 more than the number of an earlier key that was marked by 1.
const (
	tagUndefined = iota
	tagNull
	tagFalse
	tagTrue
	tagDouble
	tagInt
	tagString
	tagArray
	tagObject
	tagDate
	tagBigInt
	tagBoxed
	tagBytes
)

var errMessage = errors.New("a message of the JavaScript engine cannot be read")

// encoder writes values for the engine.
type encoder struct {
	dst  []byte
	keys map[string]uint64
}

// maxKeptBuffer is how large a buffer may be to be kept for the next message.
const maxKeptBuffer = 1 << 20

// maxKeys is how many keys are given numbers in one message.
const maxKeys = 2048

func (e *encoder) reset() {
	if cap(e.dst) > maxKeptBuffer {
		e.dst = nil
	}
	e.dst = e.dst[:0]
	if e.keys == nil {
		e.keys = map[string]uint64{}
	}
	clear(e.keys)
}

func (e *encoder) uint(v uint64) { e.dst = binary.AppendUvarint(e.dst, v) }

func (e *encoder) text(s string) {
	e.uint(uint64(len(s)))
	e.dst = append(e.dst, s...)
}

func (e *encoder) bytes(b []byte) {
	e.dst = append(e.dst, tagBytes)
	e.uint(uint64(len(b)))
	e.dst = append(e.dst, b...)
}

func (e *encoder) double(tag byte, f float64) {
	e.dst = append(e.dst, tag)
	e.dst = binary.LittleEndian.AppendUint64(e.dst, math.Float64bits(f))
}

func (e *encoder) key(key string) {
	if n, ok := e.keys[key]; ok {
		e.uint(n + 2)
		return
	}
	if len(e.keys) < maxKeys {
		e.keys[key] = uint64(len(e.keys))
		e.dst = append(e.dst, 1)
	} else {
		e.dst = append(e.dst, 0)
	}
	e.text(key)
}

func (e *encoder) value(v item.Value) {
	switch v.Kind() {
	case item.KindNull:
		e.dst = append(e.dst, tagNull)
	case item.KindBool:
		if b, _ := v.Bool(); b {
			e.dst = append(e.dst, tagTrue)
		} else {
			e.dst = append(e.dst, tagFalse)
		}
	case item.KindNumber:
		n, _ := v.Number()
		e.number(n)
	case item.KindString:
		s, _ := v.Str()
		e.dst = append(e.dst, tagString)
		e.text(s)
	case item.KindDate:
		ms, _ := v.Date()
		e.double(tagDate, ms)
	case item.KindArray:
		elems, _ := v.Elems()
		e.dst = append(e.dst, tagArray)
		e.uint(uint64(len(elems)))
		for _, m := range elems {
			e.value(m)
		}
	case item.KindObject:
		o, _ := v.Obj()
		e.dst = append(e.dst, tagObject)
		e.uint(uint64(o.Len()))
		for key, m := range o.All() {
			e.key(key)
			e.value(m)
		}
	case item.KindRedacted:
		e.dst = append(e.dst, tagString)
		e.text(v.ToString())
	default:
		e.dst = append(e.dst, tagUndefined)
	}
}

func (e *encoder) number(n float64) {
	i := int32(n)
	if float64(i) != n || (i == 0 && math.Signbit(n)) {
		e.double(tagDouble, n)
		return
	}
	e.dst = append(e.dst, tagInt)
	e.uint(uint64(uint32(i<<1) ^ uint32(i>>31)))
}

// decoder reads values of the engine.
type decoder struct {
	src  []byte
	keys []string
	err  error
}

// maxNested is deeper than the engine writes.
const maxNested = 600

func (d *decoder) reset(src []byte) {
	d.src, d.err = src, nil
	d.keys = d.keys[:0]
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = errMessage
	}
	d.src = nil
}

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.src)) {
		d.fail()
		return nil
	}
	b := d.src[:n]
	d.src = d.src[n:]
	return b
}

func (d *decoder) byte() byte {
	if len(d.src) == 0 {
		d.fail()
		return 0
	}
	b := d.src[0]
	d.src = d.src[1:]
	return b
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.src)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.src = d.src[n:]
	return v
}

func (d *decoder) text() string { return string(d.take(d.uint())) }

func (d *decoder) double() float64 {
	b := d.take(8)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// count reads how many parts of at least size bytes follow.
func (d *decoder) count() int {
	b := d.take(4)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(d.src)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) key() string {
	n := d.uint()
	if n >= 2 {
		if n-2 >= uint64(len(d.keys)) {
			d.fail()
			return ""
		}
		return d.keys[n-2]
	}
	s := d.text()
	if n == 1 {
		d.keys = append(d.keys, s)
	}
	return s
}

// value reads a value; boxed and big numbers are told by typ.
func (d *decoder) value(depth int) (v item.Value, typ string) {
	if depth > maxNested {
		d.fail()
		return v, ""
	}
	switch d.byte() {
	case tagUndefined:
		return item.Undefined, ""
	case tagNull:
		return item.Null, ""
	case tagFalse:
		return item.False, ""
	case tagTrue:
		return item.True, ""
	case tagDouble:
		return item.Number(d.double()), ""
	case tagInt:
		n := uint32(d.uint())
		return item.Number(float64(int32(n>>1) ^ -int32(n&1))), ""
	case tagString:
		return item.String(d.text()), ""
	case tagDate:
		return item.Date(d.double()), ""
	case tagBigInt:
		return item.String(d.text()), "bigint"
	case tagBoxed:
		v, _ = d.value(depth + 1)
		return v, "object"
	case tagArray:
		elems := make([]item.Value, d.count())
		for i := range elems {
			elems[i], _ = d.value(depth + 1)
		}
		return item.Array(elems), ""
	case tagObject:
		n := d.count()
		o := item.NewObject(n)
		for range n {
			key := d.key()
			m, _ := d.value(depth + 1)
			o.Set(key, m)
		}
		return o.Value(), ""
	}
	d.fail()
	return v, ""
}

// decodeAll reads the values that a message consists of.
func decodeAll(src []byte, dst []item.Value) ([]item.Value, error) {
	if len(src) == 0 {
		return dst, nil
	}
	d := decoder{src: src}
	for len(d.src) > 0 && d.err == nil {
		v, _ := d.value(0)
		dst = append(dst, v)
	}
	return dst, d.err
}
