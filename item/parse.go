package item

import (
	"sync"
	"unsafe"
)

// Parse reads one JSON text as JSON.parse does, within l. The value keeps nothing of data. Errors are *[SyntaxError].
func Parse(data []byte, l Limits) (Value, error) {
	p := parsers.Get().(*parser)
	p.data, p.limits = data, l.withDefaults()
	v, ok := p.document()
	var err error
	if !ok {
		err = p.err.locate(data, p.path)
	}
	p.reset()
	parsers.Put(p)
	return v, err
}

// MustParse is [Parse] for constants and tests: it panics when s is not valid.
func MustParse(s string) Value {
	v, err := Parse([]byte(s), Limits{})
	if err != nil {
		panic(err)
	}
	return v
}

const (
	// chunkBytes is the size of the blocks that hold the text of small strings. It is a trade: one allocation for many
	// strings, but one string that is kept keeps its whole block.
	chunkBytes = 4 << 10
	// longText is the length from which a string gets memory of its own.
	longText = 512
	// scratchKept is how many entries of scratch space a parser may keep between uses.
	scratchKept = 4 << 10
)

var parsers = sync.Pool{New: func() any { return new(parser) }}

// parser reads by recursive descent. Members and elements of unfinished containers lie on two stacks; a finished
// container takes its own off in one exact copy.
type parser struct {
	data    []byte
	pos     int
	limits  Limits
	depth   int
	values  int
	elems   []Value
	members []member
	chunk   []byte // text of strings; only ever appended to
	buf     []byte // one string with escapes, while it is decoded
	keys    keyCache
	err     *SyntaxError
	path    []step // way to the error, innermost first
}

// reset drops what belongs to the text that was read and keeps scratch space for the next.
func (p *parser) reset() {
	elems, members, buf := p.elems, p.members, p.buf
	clear(elems) // not empty after an error only
	clear(members)
	*p = parser{}
	if cap(elems) <= scratchKept {
		p.elems = elems[:0]
	}
	if cap(members) <= scratchKept {
		p.members = members[:0]
	}
	if cap(buf) <= scratchKept {
		p.buf = buf[:0]
	}
}

func (p *parser) document() (Value, bool) {
	if len(p.data) > p.limits.MaxBytes {
		return p.failLimit(ErrTooLarge, p.limits.MaxBytes, "the text is longer than %d bytes; send less", p.limits.MaxBytes)
	}
	p.space()
	v, ok := p.value()
	if !ok {
		return v, false
	}
	p.space()
	if p.pos < len(p.data) {
		return p.fail("expected nothing more after the value")
	}
	return v, true
}

// space skips white space.
func (p *parser) space() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\n', '\r', '\t':
			p.pos++
		default:
			return
		}
	}
}

// at reports whether the next byte is c.
func (p *parser) at(c byte) bool {
	return p.pos < len(p.data) && p.data[p.pos] == c
}

// value reads the value that starts at pos.
func (p *parser) value() (Value, bool) {
	if p.values++; p.values > p.limits.MaxValues {
		return p.failLimit(ErrTooMany, p.pos, "there are more than %d values; send less", p.limits.MaxValues)
	}
	if p.pos == len(p.data) {
		return p.fail("expected a value")
	}
	switch c := p.data[p.pos]; c {
	case '"':
		s, ok := p.text(false)
		return String(s), ok
	case '{':
		return p.object()
	case '[':
		return p.array()
	case 't':
		return p.literal("true", True)
	case 'f':
		return p.literal("false", False)
	case 'n':
		return p.literal("null", Null)
	default:
		if c != '-' && c-'0' > 9 {
			return p.fail("expected a value")
		}
	}
	f, n := parseJSONNumber(p.data[p.pos:])
	if n == 0 {
		return p.fail("this is not a JSON number")
	}
	p.pos += n
	return Number(f), true
}

func (p *parser) literal(word string, v Value) (Value, bool) {
	if rest := p.data[p.pos:]; len(rest) < len(word) || string(rest[:len(word)]) != word {
		return p.fail("expected a value")
	}
	p.pos += len(word)
	return v, true
}

// enter steps into the container that starts at pos.
func (p *parser) enter() bool {
	if p.depth++; p.depth > p.limits.MaxDepth {
		p.failLimit(ErrTooDeep, p.pos, "arrays and objects are nested more than %d deep; flatten the data", p.limits.MaxDepth)
		return false
	}
	p.pos++
	p.space()
	return true
}

// leave steps out of the container that ends at pos.
func (p *parser) leave() {
	p.depth--
	p.pos++
}

func (p *parser) array() (Value, bool) {
	if !p.enter() {
		return Undefined, false
	}
	start := len(p.elems)
	for !p.at(']') || len(p.elems) > start { // a comma must not be followed by ]
		index := len(p.elems) - start // not after an error: the inner value then leaves its elements behind
		v, ok := p.value()
		if !ok {
			p.path = append(p.path, step{index: index})
			return Undefined, false
		}
		p.elems = append(p.elems, v)
		p.space()
		if p.at(']') {
			break
		}
		if !p.at(',') {
			return p.fail("expected ',' or ']'")
		}
		p.pos++
		p.space()
	}
	p.leave()
	elems := make([]Value, len(p.elems)-start)
	copy(elems, p.elems[start:])
	clear(p.elems[start:])
	p.elems = p.elems[:start]
	return Array(elems), true
}

func (p *parser) object() (Value, bool) {
	if !p.enter() {
		return Undefined, false
	}
	keys := keySet{start: len(p.members)}
	for first := true; !first || !p.at('}'); first = false {
		if !p.member(&keys) {
			return Undefined, false
		}
		p.space()
		if p.at('}') {
			break
		}
		if !p.at(',') {
			return p.fail("expected ',' or '}'")
		}
		p.pos++
		p.space()
	}
	p.leave()
	members := make([]member, len(p.members)-keys.start)
	copy(members, p.members[keys.start:])
	clear(p.members[keys.start:])
	p.members = p.members[:keys.start]
	return Value{any: keys.object(members)}, true
}

// member reads key, colon and value.
func (p *parser) member(keys *keySet) bool {
	if !p.at('"') {
		p.fail("expected a key in double quotes")
		return false
	}
	keyAt := p.pos
	key, ok := p.text(true)
	if !ok {
		return false
	}
	known := keys.find(p.members, key)
	if known >= 0 && p.limits.RejectDuplicates {
		p.failAt(ErrDuplicateKey, keyAt, "the key "+quote(key)+" stands twice in one object; remove one")
		p.path = append(p.path, step{key: key, index: -1})
		return false
	}
	p.space()
	if !p.at(':') {
		p.fail("expected ':' after the key")
		return false
	}
	p.pos++
	p.space()
	v, ok := p.value()
	if !ok {
		p.path = append(p.path, step{key: key, index: -1})
		return false
	}
	if known >= 0 {
		p.members[keys.start+known].val = v
		return true
	}
	p.members = append(p.members, member{key, v})
	keys.added(p.members, key)
	return true
}

// intern returns b as a string in the parser's block of text.
func (p *parser) intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) >= longText {
		return string(b)
	}
	if len(b) > cap(p.chunk)-len(p.chunk) {
		rest := len(p.data) - p.pos + len(b) // all that can still come, but for bad bytes, which grow
		p.chunk = make([]byte, 0, min(rest, chunkBytes))
	}
	at := len(p.chunk)
	p.chunk = append(p.chunk, b...)
	return unsafe.String(&p.chunk[at], len(b))
}
