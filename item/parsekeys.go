package item

// keyCache remembers keys of the text that is read, so that the items of a list share theirs. A slot holds the last key
// that fell into it.
type keyCache [64]string

func (c *keyCache) slot(key []byte) *string {
	if len(key) == 0 {
		return &c[0]
	}
	return &c[(len(key)*7+int(key[0])+int(key[len(key)-1])*5)%len(c)]
}

// keySet finds repeated keys of one object while it is read. Up to linearSet keys it looks at those that share a bit
// of a small filter with the new one; beyond, it keeps an index, which the object then has for free.
type keySet struct {
	start int // where the object's members start on the parser's stack
	seen  uint64
	index *keyIndex
}

const linearSet = 24

// find returns the position of key among the object's members, or -1, and notes it as seen.
func (s *keySet) find(stack []member, key string) int {
	members := stack[s.start:]
	if s.index != nil {
		return s.index.find(members, key)
	}
	bit := uint64(1) << keyBit(key)
	if s.seen&bit != 0 {
		return findLinear(members, key)
	}
	s.seen |= bit
	return -1
}

func keyBit(key string) int {
	if key == "" {
		return 0
	}
	return (len(key)*11 + int(key[0])*3 + int(key[len(key)-1])) & 63
}

// added notes the member just put on the stack.
func (s *keySet) added(stack []member, key string) {
	members := stack[s.start:]
	switch {
	case s.index == nil && len(members) <= linearSet:
	case s.index == nil || s.index.full(len(members)):
		s.index = newKeyIndex(members, 2*len(members))
	default:
		*s.index.slot(members, key) = uint32(len(members))
	}
}

// object makes the object of its members.
func (s *keySet) object(members []member) *Object {
	ints, moved := orderKeys(members)
	o := &Object{members: members, ints: ints}
	if s.index != nil && !moved {
		o.index.Store(s.index)
	}
	return o
}
