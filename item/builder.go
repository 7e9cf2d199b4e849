package item

// ObjectBuilder collects many changes to an object. The zero builder is empty and ready. It may be used further after
// [ObjectBuilder.Object]: objects already handed out do not change. It is not safe for concurrent use.
type ObjectBuilder struct {
	members []member  // in order of insertion; deleted ones stay as dead members until the object is made
	index   *keyIndex // nil until there are more than linearKeys members
	deadN   int
	shared  bool // members belong to an object: copy before the first change
}

// grave is the value of a deleted member; its type is seen nowhere else.
type grave struct{}

func (m *member) dead() bool {
	_, ok := m.val.any.(grave)
	return ok
}

// NewObject returns an empty builder with room for capacity members.
func NewObject(capacity int) *ObjectBuilder {
	return &ObjectBuilder{members: make([]member, 0, max(capacity, 0))}
}

// FromObject returns a builder that starts with the members of o, which may be nil. Nothing is copied before the first
// change.
func FromObject(o *Object) *ObjectBuilder {
	if o == nil {
		return NewObject(0)
	}
	return &ObjectBuilder{members: o.members, shared: true}
}

// Set puts v under key: in place when the key exists, else last. It returns b for chaining.
func (b *ObjectBuilder) Set(key string, v Value) *ObjectBuilder {
	b.own(1)
	if i := b.find(key); i >= 0 {
		b.members[i].val = v
		return b
	}
	b.members = append(b.members, member{key, v})
	if b.index != nil {
		b.indexLast(key)
	}
	return b
}

// indexLast notes the position of the member just appended, in a larger table when the old one is full.
func (b *ObjectBuilder) indexLast(key string) {
	if b.index.full(len(b.members)) {
		b.index = newKeyIndex(b.members, 2*len(b.members))
		return
	}
	*b.index.slot(b.members, key) = uint32(len(b.members))
}

// Delete removes the member under key, if there is one.
func (b *ObjectBuilder) Delete(key string) *ObjectBuilder {
	i := b.find(key)
	if i < 0 {
		return b
	}
	b.own(0)
	b.members[i].val = Value{any: grave{}}
	b.deadN++
	return b
}

// Get returns the member under key, or Undefined and false.
func (b *ObjectBuilder) Get(key string) (v Value, ok bool) {
	i := b.find(key)
	if i < 0 {
		return Undefined, false
	}
	return b.members[i].val, true
}

// Len returns the number of members.
func (b *ObjectBuilder) Len() int { return len(b.members) - b.deadN }

// Object returns the object built so far.
func (b *ObjectBuilder) Object() *Object {
	if b.deadN > 0 {
		b.bury()
	}
	if !b.shared {
		b.index = nil // positions may move, and the object makes its own when it is searched
	}
	b.shared = true
	ints, _ := orderKeys(b.members)
	return &Object{members: b.members[:len(b.members):len(b.members)], ints: ints}
}

// Value returns the object built so far as a value.
func (b *ObjectBuilder) Value() Value { return b.Object().Value() }

// bury drops dead members.
func (b *ObjectBuilder) bury() {
	living := make([]member, 0, b.Len())
	for i := range b.members {
		if !b.members[i].dead() {
			living = append(living, b.members[i])
		}
	}
	b.members, b.deadN, b.index, b.shared = living, 0, nil, false
}

// own makes sure that the members may be changed, with room for extra more when they have to be copied.
func (b *ObjectBuilder) own(extra int) {
	if !b.shared {
		return
	}
	members := make([]member, len(b.members), len(b.members)+extra+len(b.members)/4)
	copy(members, b.members)
	b.members, b.shared = members, false
}

// find returns the position of key among living members, or -1.
func (b *ObjectBuilder) find(key string) int {
	if len(b.members) <= linearKeys {
		return findLinear(b.members, key)
	}
	if b.index == nil {
		b.index = newKeyIndex(b.members, len(b.members)+len(b.members)/2)
	}
	i := b.index.find(b.members, key)
	if i >= 0 && b.members[i].dead() {
		return -1
	}
	return i
}
