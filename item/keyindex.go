package item

import "hash/maphash"

// linearKeys is the number of members up to which a search walks the list: comparing lengths and a few bytes is
// cheaper than a hash.
const linearKeys = 8

// keySeed makes the hashes of keys unpredictable, so that nobody can send an object whose keys all collide. It never
// shows: order and results do not depend on it.
var keySeed = maphash.MakeSeed()

// keyIndex finds the position of a key: an open-addressed table of positions plus one, zero being free, at most half
// full. Keys themselves stay in the member list.
type keyIndex struct {
	slots []uint32
}

// newKeyIndex makes an index of members with room for capacity keys. Dead members are left out.
func newKeyIndex(members []member, capacity int) *keyIndex {
	size := 16
	for size < 2*capacity {
		size *= 2
	}
	x := &keyIndex{slots: make([]uint32, size)}
	for i := range members {
		if !members[i].dead() {
			*x.slot(members, members[i].key) = uint32(i + 1)
		}
	}
	return x
}

// slot returns the slot that holds key, or the free one where it belongs.
func (x *keyIndex) slot(members []member, key string) *uint32 {
	mask := uint64(len(x.slots) - 1)
	for at := maphash.String(keySeed, key) & mask; ; at = (at + 1) & mask {
		s := &x.slots[at]
		if *s == 0 || members[*s-1].key == key {
			return s
		}
	}
}

// find returns the position of key, or -1.
func (x *keyIndex) find(members []member, key string) int {
	return int(*x.slot(members, key)) - 1
}

// full reports whether the table has no room for another of n keys.
func (x *keyIndex) full(n int) bool { return 2*(n+1) > len(x.slots) }

// findLinear returns the position of key among living members, or -1. Keys of one object often share length and start
// (field_1, field_2), so the last byte is looked at first.
func findLinear(members []member, key string) int {
	if key == "" {
		return findEmpty(members)
	}
	end := len(key) - 1
	last := key[end]
	for i := range members {
		k := members[i].key
		if len(k) == end+1 && k[end] == last && k == key && !members[i].dead() {
			return i
		}
	}
	return -1
}

func findEmpty(members []member) int {
	for i := range members {
		if members[i].key == "" && !members[i].dead() {
			return i
		}
	}
	return -1
}
