package item

import (
	"cmp"
	"iter"
	"slices"
	"sync/atomic"
)

// member is one key with its value.
type member struct {
	key string
	val Value
}

// Object is an ordered, immutable set of members. Its keys stand in JavaScript's order: canonical array indexes
// (0..2^32-2) ascending, then all others in the order of insertion. The nil Object is empty and may be used.
type Object struct {
	members []member
	ints    int // how many of the first members have integer-like keys
	// index is made at the first search of an object with more than linearKeys members and never changes; two
	// goroutines that make it at once make the same.
	index atomic.Pointer[keyIndex]
}

// Len returns the number of members.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

// At returns the key and value of member i in JavaScript's order. It panics when i is out of range.
func (o *Object) At(i int) (key string, v Value) {
	m := &o.members[i]
	return m.key, m.val
}

// Get returns the member under key, or Undefined and false.
func (o *Object) Get(key string) (v Value, ok bool) {
	i := o.find(key)
	if i < 0 {
		return Undefined, false
	}
	return o.members[i].val, true
}

// All walks the members in JavaScript's order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if o == nil {
			return
		}
		for i := range o.members {
			if !yield(o.members[i].key, o.members[i].val) {
				return
			}
		}
	}
}

// Value returns o as a value; nil gives an empty object.
func (o *Object) Value() Value {
	if o == nil {
		o = &Object{}
	}
	return Value{any: o}
}

// With returns an object that has v under key: in place when the key exists, else at its place in JavaScript's order.
// It costs one copy of the member list; for many changes at once use an [ObjectBuilder].
func (o *Object) With(key string, v Value) *Object {
	if o == nil {
		o = &Object{}
	}
	if i := o.findOnce(key); i >= 0 {
		return o.replace(i, v)
	}
	at, ints := len(o.members), o.ints
	if n, ok := arrayIndex(key); ok {
		at, ints = o.intPosition(n), ints+1
	}
	members := make([]member, len(o.members)+1)
	copy(members, o.members[:at])
	members[at] = member{key, v}
	copy(members[at+1:], o.members[at:])
	return &Object{members: members, ints: ints}
}

// replace returns a copy of o with v at position i. The keys stay where they are, so the index is shared.
func (o *Object) replace(i int, v Value) *Object {
	members := make([]member, len(o.members))
	copy(members, o.members)
	members[i].val = v
	n := &Object{members: members, ints: o.ints}
	if x := o.index.Load(); x != nil {
		n.index.Store(x)
	}
	return n
}

// Without returns an object that lacks key; o itself when it has no such member.
func (o *Object) Without(key string) *Object {
	i := o.findOnce(key)
	if i < 0 {
		return o
	}
	members := make([]member, 0, len(o.members)-1)
	members = append(members, o.members[:i]...)
	members = append(members, o.members[i+1:]...)
	ints := o.ints
	if i < ints {
		ints--
	}
	return &Object{members: members, ints: ints}
}

// find returns the position of key, or -1.
func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if len(o.members) <= linearKeys {
		return findLinear(o.members, key)
	}
	x := o.index.Load()
	if x == nil {
		x = newKeyIndex(o.members, len(o.members))
		o.index.Store(x)
	}
	return x.find(o.members, key)
}

// findOnce is find for a change, which copies all members anyway: it walks objects of common size rather than make an
// index for an object that is about to be replaced.
func (o *Object) findOnce(key string) int {
	const walked = 64
	if o != nil && len(o.members) <= walked && o.index.Load() == nil {
		return findLinear(o.members, key)
	}
	return o.find(key)
}

// intPosition returns where the integer-like key n, which o lacks, belongs.
func (o *Object) intPosition(n uint32) int {
	at, _ := slices.BinarySearchFunc(o.members[:o.ints], n, func(m member, n uint32) int {
		have, _ := arrayIndex(m.key)
		return cmp.Compare(have, n)
	})
	return at
}

// orderKeys moves integer-like keys to the front, ascending. It returns how many there are and whether any member
// moved. Keys must be distinct.
func orderKeys(members []member) (ints int, moved bool) {
	ordered := true
	var last uint32
	for i := range members {
		n, ok := arrayIndex(members[i].key)
		if !ok {
			continue
		}
		ordered = ordered && ints == i && (ints == 0 || n > last)
		last = n
		ints++
	}
	if !ordered {
		slices.SortStableFunc(members, compareKeys)
	}
	return ints, !ordered
}

func compareKeys(a, b member) int {
	x, xInt := arrayIndex(a.key)
	y, yInt := arrayIndex(b.key)
	switch {
	case xInt && yInt:
		return cmp.Compare(x, y)
	case xInt:
		return -1
	case yInt:
		return 1
	default:
		return 0
	}
}

// arrayIndex returns the number that key is the canonical text of, when it is an array index: 0..2^32-2.
func arrayIndex(key string) (n uint32, ok bool) {
	if len(key) == 0 || len(key) > 10 || key[0] > '9' || key[0] < '0' {
		return 0, false
	}
	if key[0] == '0' {
		return 0, len(key) == 1
	}
	var sum uint64
	for i := range len(key) {
		d := key[i] - '0'
		if d > 9 {
			return 0, false
		}
		sum = sum*10 + uint64(d)
	}
	return uint32(sum), sum < 1<<32-1
}
