package expression

import (
	"slices"

	"github.com/jobsprint/jobsprint/item"
)

// lambda is a compiled arrow function, or a global function that is handed
// over by name.
type lambda struct {
	params []binder
	rest   binder // nil: none
	body   code
	cost   int
	native native // set: instead of the rest
}

// binder puts an argument into its place or takes it apart.
type binder func(f *frame, v item.Value)

// call evaluates the function for arguments, of which any number may be
// missing.
func (l *lambda) call(f *frame, args []item.Value) item.Value {
	if !f.charge(l.cost) {
		return item.Undefined
	}
	if l.native != nil {
		return l.native(f, item.Undefined, args)
	}
	for i, bind := range l.params {
		v := item.Undefined
		if i < len(args) {
			v = args[i]
		}
		bind(f, v)
	}
	if l.rest != nil {
		l.rest(f, item.Array(slices.Clone(args[min(len(l.params), len(args)):])))
	}
	return l.body(f)
}

// lambda compiles the function that a call is given as its first argument.
func (c *compiler) lambda(call link) *lambda {
	if len(call.args) == 0 || call.args[0].spread {
		c.unsupported("this call without a function", call.at)
		return nil
	}
	switch x := call.args[0].node.(type) {
	case arrow:
		return c.arrow(x)
	case name:
		if _, ok := c.local(x.text); !ok && functions[x.text] != nil {
			return &lambda{native: functions[x.text], cost: 1}
		}
	}
	c.unsupported("a function that is not written out here", call.args[0].place())
	return nil
}

func (c *compiler) arrow(n arrow) *lambda {
	outer, before := len(c.scope), c.nodes
	l := &lambda{}
	for i := range n.params {
		l.params = append(l.params, c.pattern(&n.params[i]))
	}
	if n.rest != nil {
		l.rest = c.pattern(n.rest)
	}
	l.body = c.compile(n.body)
	l.cost = 1 + c.nodes - before
	c.scope = c.scope[:outer]
	return l
}

// immediate compiles (x => …)(argument).
func (c *compiler) immediate(n arrow, call link) code {
	args := c.arguments(call.args)
	l := c.arrow(n)
	return func(f *frame) item.Value {
		base := len(f.stack)
		args(f)
		v := item.Undefined
		if !f.failed {
			v = l.call(f, f.stack[base:])
		}
		f.stack = f.stack[:base]
		return v
	}
}

// pattern compiles a parameter with its default value.
func (c *compiler) pattern(p *pattern) binder {
	c.nodes++
	var fallback code
	if p.fallback != nil {
		fallback = c.compile(p.fallback)
	}
	bind := c.binding(p)
	if fallback == nil {
		return bind
	}
	return func(f *frame, v item.Value) {
		if v.IsUndefined() {
			v = fallback(f)
		}
		bind(f, v)
	}
}

func (c *compiler) binding(p *pattern) binder {
	switch p.kind {
	case patternList:
		return c.listBinding(p)
	case patternObject:
		return c.objectBinding(p)
	}
	slot := c.locals
	c.locals++
	c.scope = append(c.scope, binding{p.name, slot})
	return func(f *frame, v item.Value) { f.locals[slot] = v }
}

func (c *compiler) listBinding(p *pattern) binder {
	binders := make([]binder, len(p.list))
	for i, e := range p.list {
		if e != nil {
			binders[i] = c.pattern(e)
		}
	}
	var rest binder
	if p.rest != nil {
		rest = c.pattern(p.rest)
	}
	return func(f *frame, v item.Value) {
		elems, ok := v.Elems()
		if !ok {
			elems = f.iterate(nil, v)
		}
		for i, bind := range binders {
			e := item.Undefined
			if i < len(elems) {
				e = elems[i]
			}
			if bind != nil {
				bind(f, e)
			}
		}
		if rest != nil && f.charge(len(elems)) {
			rest(f, item.Array(slices.Clone(elems[min(len(binders), len(elems)):])))
		}
	}
}

func (c *compiler) objectBinding(p *pattern) binder {
	binders := make([]binder, len(p.members))
	members := make([]*member, len(p.members))
	for i, m := range p.members {
		members[i] = newMember(m.key, m.value.at)
		binders[i] = c.pattern(m.value)
	}
	var rest binder
	if p.rest != nil {
		rest = c.pattern(p.rest)
	}
	return func(f *frame, v item.Value) {
		if v.IsNullish() {
			f.throw()
			return
		}
		for i, bind := range binders {
			bind(f, members[i].get(f, v))
		}
		if rest != nil {
			rest(f, f.without(v, members))
		}
	}
}

// without copies the members of v but those named.
func (f *frame) without(v item.Value, members []*member) item.Value {
	o := item.NewObject(0)
	f.assign(o, v)
	for _, m := range members {
		o.Delete(m.key)
	}
	return o.Value()
}
