package expression

import "github.com/jobsprint/jobsprint/item"

// step is a compiled link of a chain.
type step struct {
	do       func(f *frame, v item.Value) item.Value
	optional bool // null or undefined before it ends the chain
	// present, when set, tells whether the method is there: an optional call
	// of one that is not ends the chain.
	present func(v item.Value) bool
}

// chain compiles member accesses and calls.
func (c *compiler) chain(n chain) code {
	base, used := c.chainBase(n)
	var steps []step
	for i := used; i < len(n.links) && c.err == nil; {
		s, taken := c.step(n, i)
		steps = append(steps, s)
		i += taken
	}
	switch {
	case len(steps) == 0:
		return base
	case len(steps) == 1 && steps[0].present == nil:
		return singleStep(base, steps[0])
	}
	return func(f *frame) item.Value {
		v := base(f)
		for i := range steps {
			s := &steps[i]
			if s.optional && v.IsNullish() || s.present != nil && !v.IsNullish() && !s.present(v) {
				return item.Undefined
			}
			v = s.do(f, v)
		}
		return v
	}
}

func singleStep(base code, s step) code {
	do := s.do
	if s.optional {
		return func(f *frame) item.Value {
			v := base(f)
			if v.IsNullish() {
				return item.Undefined
			}
			return do(f, v)
		}
	}
	return func(f *frame) item.Value { return do(f, base(f)) }
}

// chainBase compiles the base with the links that belong to it, such as the
// arguments of a global function, and says how many these are.
func (c *compiler) chainBase(n chain) (code, int) {
	switch base := n.base.(type) {
	case name:
		if _, ok := c.local(base.text); ok {
			break
		}
		if run, used := c.variable(base, n.links); used >= 0 {
			return run, used
		}
		if run, used := c.global(base, n.links); used >= 0 {
			return run, used
		}
	case group:
		if f, ok := base.x.(arrow); ok && n.links[0].kind == linkCall {
			return c.immediate(f, n.links[0]), 1
		}
	}
	return c.compile(n.base), 0
}

// step compiles link i, together with the next one when that calls it.
func (c *compiler) step(n chain, i int) (s step, taken int) {
	c.nodes++
	l := n.links[i]
	s.optional = l.optional
	switch l.kind {
	case linkCall:
		c.unsupported("calling what is no known function", l.at)
	case linkIndex:
		index, at := c.compile(l.index), l.at
		s.do = func(f *frame, v item.Value) item.Value {
			if v.IsNullish() {
				return f.throw()
			}
			return f.element(v, index(f), at)
		}
		if i+1 < len(n.links) && n.links[i+1].kind == linkCall {
			c.unsupported("calling a function whose name is computed", l.at)
		}
	default:
		if deniedNames[l.key] {
			c.fail(denied(c.source, l.key, l.at))
			return s, 1
		}
		if i+1 < len(n.links) && n.links[i+1].kind == linkCall {
			return c.methodCall(n, i), 2
		}
		m := newMember(l.key, l.at)
		s.do = func(f *frame, v item.Value) item.Value { return m.get(f, v) }
	}
	return s, 1
}

// methodCall compiles link i with the call after it.
func (c *compiler) methodCall(n chain, i int) step {
	l, call := n.links[i], n.links[i+1]
	s := step{optional: l.optional}
	kinds, known := c.method(n, i, &s)
	if !known {
		c.unsupported("the function “"+l.key+"”", l.at)
		return s
	}
	if call.optional {
		s.present = func(v item.Value) bool { return kinds(v.Kind()) }
	}
	return s
}

// method fills in what a step does, and tells which kinds of values have the
// method.
func (c *compiler) method(n chain, i int, s *step) (kinds func(item.Kind) bool, known bool) {
	l, call := n.links[i], n.links[i+1]
	if do, ok := callbacks[l.key]; ok {
		c.builds = true
		s.do = c.callbackMethod(do, call)
		return func(k item.Kind) bool { return k == item.KindArray }, true
	}
	if sorting[l.key] {
		if (l.key == "sort" || l.key == "reverse") && !freshBefore(n, i) {
			c.unsupported("“"+l.key+"” on a list that others see (write [...list]."+l.key+"())", l.at)
		}
		c.builds = true
		s.do = c.sortMethod(l.key, call)
		return func(k item.Kind) bool { return k == item.KindArray }, true
	}
	if c.extension(n, i, s) {
		return func(item.Kind) bool { return true }, true
	}
	m, ok := methods[l.key]
	if !ok {
		return nil, false
	}
	c.builds = true
	name, args := l.key, c.arguments(call.args)
	s.do = func(f *frame, v item.Value) item.Value {
		if v.IsNullish() {
			return f.throw()
		}
		do := m.of(v.Kind())
		base := len(f.stack)
		args(f)
		if do == nil || v.Kind() == item.KindObject && hasOwn(v, name) { // a member of data is no function
			f.throw()
		}
		if !f.failed && f.charge(1) {
			v = do(f, v, f.stack[base:len(f.stack):len(f.stack)])
		}
		f.stack = f.stack[:base]
		return v
	}
	return func(k item.Kind) bool { return m.of(k) != nil }, true
}

// freshLists are methods and functions whose list nobody else has.
var freshLists = setOf("map filter slice concat flat flatMap split toSorted toReversed sort reverse keys values entries of")

// freshBefore tells whether the list before link i was made by this chain, so
// that changing it in place is not seen elsewhere.
func freshBefore(n chain, i int) bool {
	if i == 0 {
		base := n.base
		if g, ok := base.(group); ok {
			base = g.x
		}
		_, ok := base.(arrayLiteral)
		return ok
	}
	return i >= 2 && n.links[i-1].kind == linkCall && n.links[i-2].kind == linkMember && freshLists[n.links[i-2].key]
}
