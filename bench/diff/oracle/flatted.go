package oracle

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
)

// errFlatted: the text is not in the form of the library "flatted".
var errFlatted = errors.New("not the flattened JSON that n8n stores")

// maxFlattedDepth bounds how deep values may be nested.
const maxFlattedDepth = 1000

// unflatten reads JSON as the library "flatted" writes it: an array of values of
// which the first is the whole, and in which every text inside of an object or
// array is the index of the value that is meant. A value that holds itself, which
// that form allows, is cut with null.
func unflatten(text []byte) (item.Value, error) {
	v, err := item.Parse(text, item.Limits{MaxBytes: len(text), MaxDepth: maxFlattedDepth, MaxValues: 100_000_000})
	if err != nil {
		return item.Undefined, fmt.Errorf("%w: %w", errFlatted, err)
	}
	list, ok := v.Elems()
	if !ok || len(list) == 0 {
		return item.Undefined, errFlatted
	}
	u := unflattener{list: list, done: make([]item.Value, len(list)), state: make([]byte, len(list))}
	whole := u.at(0, 0)
	return whole, u.err
}

// The states of an entry.
const (
	untouched = iota
	begun
	made
)

type unflattener struct {
	list  []item.Value
	done  []item.Value
	state []byte
	err   error
}

// at makes the value of an entry.
func (u *unflattener) at(i, depth int) item.Value {
	switch {
	case depth > maxFlattedDepth:
		u.err = fmt.Errorf("%w: it is nested deeper than %d", errFlatted, maxFlattedDepth)
		return item.Null
	case u.state[i] == made:
		return u.done[i]
	case u.state[i] == begun:
		return item.Null
	}
	u.state[i] = begun
	v := u.list[i]
	if list, ok := v.Elems(); ok {
		out := make([]item.Value, len(list))
		for k, e := range list {
			out[k] = u.meant(e, depth)
		}
		v = item.Array(out)
	} else if o, ok := v.Obj(); ok {
		b := item.NewObject(o.Len())
		for key, e := range o.All() {
			b.Set(key, u.meant(e, depth))
		}
		v = b.Value()
	}
	u.state[i], u.done[i] = made, v
	return v
}

// meant is the value that stands for a member: a text is an index.
func (u *unflattener) meant(v item.Value, depth int) item.Value {
	text, ok := v.Str()
	if !ok {
		return v
	}
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i >= len(u.list) {
		u.err = fmt.Errorf("%w: there is no value %.20q", errFlatted, text)
		return item.Null
	}
	return u.at(i, depth+1)
}
