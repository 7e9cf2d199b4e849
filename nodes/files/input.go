package files

import (
	"fmt"
	"math"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/binary"
)

// MaxFile is the largest file that these steps make, in bytes.
const MaxFile = 256 << 20

// load is the content of the binary data called name of an item.
func load(c *nodes.Call, it item.Item, name string, i int) (item.Binary, []byte, error) {
	b, err := nodes.FileOf(it, name, i)
	if err != nil {
		return b, nil, err
	}
	data, err := c.Load(b)
	return b, data, err
}

// store describes data and keeps it.
func store(c *nodes.Call, data []byte, name, mediaType string) (item.Binary, error) {
	if len(data) > MaxFile {
		return item.Binary{}, nodes.Fail("file.limit", fmt.Sprintf("a file may have %d MB at most; make several of it", MaxFile>>20), -1)
	}
	return c.Store(binary.Describe(data, name, mediaType), data)
}

// named gives a file that has no name one that goes with its type.
func named(b item.Binary) item.Binary {
	if b.FileName == "" {
		b.FileName = "file"
		if b.FileExtension != "" {
			b.FileName += "." + b.FileExtension
		}
	}
	return b
}

// fail is an error of item i with a message that n8n words the same.
func fail(i int, format string, args ...any) *nodes.StepError {
	return nodes.Fail("file", fmt.Sprintf(format, args...), i)
}

// blame says of an error which item it belongs to, unless it knows.
func blame(err error, i int) error {
	if _, ok := err.(*nodes.StepError); ok || err == nil { //nolint:errorlint // a wrapped one is not what the person sees
		return err
	}
	return nodes.Fail("file", err.Error(), i)
}

// toBytes is what Node.js makes a buffer of: the bytes of a list, or text in base64.
func toBytes(v item.Value, base64 func(string) []byte) ([]byte, error) {
	if s, ok := v.Str(); ok {
		return base64(s), nil
	}
	if list, ok := v.Elems(); ok {
		out := make([]byte, len(list))
		for i, e := range list {
			if n := e.ToNumber(); n == n && !math.IsInf(n, 0) {
				out[i] = byte(int64(n))
			}
		}
		return out, nil
	}
	what := "an instance of Object"
	switch v.Kind() {
	case item.KindNull, item.KindUndefined:
		what = v.ToString()
	case item.KindNumber, item.KindBool:
		what = "type " + v.Kind().String() + " (" + v.ToString() + ")"
	case item.KindDate:
		what = "an instance of Date"
	}
	return nil, fmt.Errorf("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received %s", what) //nolint:staticcheck // n8n's words
}

// perItem makes an output item of every input item; one that fails may stand for its error.
func perItem(c *nodes.Call, items []item.Item, work func(i int) ([]item.Item, error)) (nodes.Result, error) {
	out := make([]item.Item, 0, len(items))
	for i := range items {
		made, err := work(i)
		if err != nil {
			it, err := c.Failed(i, blame(err, i))
			if err != nil {
				return nodes.Result{}, err
			}
			out = append(out, it)
			continue
		}
		out = append(out, made...)
	}
	return nodes.One(out), nil
}

// pairAll names every input item.
func pairAll(n int) item.Paired {
	list := make([]item.Pair, n)
	for i := range list {
		list[i].Item = i
	}
	return item.Pairs(list)
}

func emptyJSON() item.Value { return item.NewObject(0).Value() }

// without gives an item's binary data without one of them.
func without(b *item.Binaries, name string) *item.Binaries {
	var rest *item.Binaries
	for i := range b.Len() {
		if n, data := b.At(i); n != name {
			rest = rest.With(n, data)
		}
	}
	return rest
}
