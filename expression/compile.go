package expression

import (
	"context"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// compiler turns the syntax trees of one template into closures. The first
// error is kept; what is compiled after it is not used.
type compiler struct {
	source string
	err    error
	scope  []binding // parameters in sight, innermost last
	locals int       // places needed for parameters
	nodes  int       // how much was compiled: what one pass through it costs
	reads  Reads
	// batchReads and localReads count places that read the batch and
	// parameters: code that adds none is constant.
	batchReads, localReads int
	builds                 bool
}

// binding is a parameter and its place in frame.locals.
type binding struct {
	name string
	slot int
}

// compileTemplate compiles a source that begins with "=".
func compileTemplate(source string) (Program, error) {
	parts := splitTemplate(source)
	c := &compiler{source: source}
	p := &program{source: source, whole: len(parts) == 1 && parts[0].code}
	for _, part := range parts {
		if !part.code {
			p.pieces = append(p.pieces, piece{text: part.text})
			continue
		}
		tree, err := parseRegion(source, part.start, part.start+len(part.text))
		if err != nil {
			return nil, err
		}
		p.pieces = append(p.pieces, piece{run: c.compile(tree)})
	}
	if c.err != nil {
		return nil, c.err
	}
	p.reads, p.locals, p.builds = c.reads, c.locals, c.builds
	if c.batchReads == 0 {
		p.constant, p.fixed = fold(source, c.locals, p.evalOne)
	}
	return p, nil
}

// fold evaluates what reads nothing. ok is false when it fails or takes too
// much: then each batch finds out for itself.
func fold(source string, locals int, eval func(*frame) item.Value) (v item.Value, ok bool) {
	b := &Batch{Items: make([]item.Item, 1), Limits: Limits{Operations: foldOperations, OutputBytes: foldOutputBytes}}
	f := newFrame(context.Background(), b, source, locals)
	f.begin(0)
	v = eval(f)
	return v, f.err == nil && f.ended == nil
}

func (c *compiler) fail(err error) code {
	if c.err == nil {
		c.err = err
	}
	return constant(item.Undefined)
}

func (c *compiler) unsupported(what string, at span) code {
	return c.fail(unsupported(c.source, what, at))
}

func constant(v item.Value) code { return func(*frame) item.Value { return v } }

// compile compiles one node.
func (c *compiler) compile(n node) code {
	c.nodes++
	switch n := n.(type) {
	case literal:
		return constant(n.value)
	case group:
		return c.compile(n.x)
	case name:
		return c.name(n)
	case unary:
		return c.unary(n)
	case binary:
		return c.binary(n)
	case conditional:
		test, yes, no := c.compile(n.test), c.compile(n.yes), c.compile(n.no)
		return func(f *frame) item.Value {
			if test(f).Truthy() {
				return yes(f)
			}
			return no(f)
		}
	case arrayLiteral:
		return c.array(n)
	case objectLiteral:
		return c.object(n)
	case templateLiteral:
		return c.template(n)
	case chain:
		return c.chain(n)
	default:
		return c.unsupported("a function here (it can only be given to map, filter and the like)", n.place())
	}
}

// compileAll compiles several nodes.
func (c *compiler) compileAll(nodes []node) []code {
	codes := make([]code, len(nodes))
	for i, n := range nodes {
		codes[i] = c.compile(n)
	}
	return codes
}

var constants = map[string]item.Value{"undefined": item.Undefined, "NaN": nan, "Infinity": infinity}

// name compiles a variable that stands alone.
func (c *compiler) name(n name) code {
	if slot, ok := c.local(n.text); ok {
		c.localReads++
		return func(f *frame) item.Value { return f.locals[slot] }
	}
	if v, ok := constants[n.text]; ok {
		return constant(v)
	}
	if run, used := c.variable(n, nil); used >= 0 {
		return run
	}
	switch {
	case namespaces[n.text] != nil || functions[n.text] != nil:
		return c.unsupported("“"+n.text+"” without a call", n.span)
	case deniedNames[n.text]:
		return c.fail(denied(c.source, n.text, n.span))
	}
	return c.unsupported("the variable “"+n.text+"”"+variableHint(n.text), n.span)
}

func variableHint(name string) string {
	switch {
	case name == "$now" || name == "$today" || name == "DateTime" || name == "Date":
		return " (this engine knows no dates)"
	case strings.HasPrefix(name, "$"):
		return ""
	}
	return " (for a field of the item write $json." + name + ")"
}

func (c *compiler) local(name string) (slot int, ok bool) {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].name == name {
			return c.scope[i].slot, true
		}
	}
	return 0, false
}

func (c *compiler) array(n arrayLiteral) code {
	c.builds = true
	elems := c.arguments(n.elems)
	return func(f *frame) item.Value {
		base := len(f.stack)
		elems(f)
		made := append([]item.Value(nil), f.stack[base:]...)
		f.stack = f.stack[:base]
		if !f.charge(1 + len(made)) {
			return item.Undefined
		}
		return item.Array(made)
	}
}

// arguments compiles what pushes the values of a list onto frame.stack.
func (c *compiler) arguments(args []argument) func(*frame) {
	nodes := make([]node, len(args))
	spreads := false
	for i, a := range args {
		nodes[i] = a.node
		spreads = spreads || a.spread
	}
	codes := c.compileAll(nodes)
	if !spreads {
		return func(f *frame) {
			for _, run := range codes {
				f.stack = append(f.stack, run(f))
			}
		}
	}
	return func(f *frame) {
		for i, run := range codes {
			v := run(f)
			if args[i].spread {
				f.stack = f.iterate(f.stack, v)
			} else {
				f.stack = append(f.stack, v)
			}
		}
	}
}

// iterate appends what for…of gives for a value.
func (f *frame) iterate(dst []item.Value, v item.Value) []item.Value {
	if elems, ok := v.Elems(); ok {
		if !f.charge(len(elems)) {
			return dst
		}
		return append(dst, elems...)
	}
	s, ok := v.Str()
	if !ok {
		f.throw()
		return dst
	}
	if !f.charge(len(s)) {
		return dst
	}
	for s != "" {
		size := charLength(s)
		dst = append(dst, item.String(s[:size]))
		s = s[size:]
	}
	return dst
}

func (c *compiler) template(n templateLiteral) code {
	exprs := c.compileAll(n.exprs)
	texts := n.texts
	return func(f *frame) item.Value {
		var buffer [128]byte
		dst := append(buffer[:0], texts[0]...)
		for i, run := range exprs {
			v := run(f)
			if v.Kind() == item.KindArray && !f.weigh(v) {
				return item.Undefined
			}
			before := len(dst)
			dst = item.AppendText(v.AppendString(dst), texts[i+1])
			if !f.grown(before, len(dst)) {
				return item.Undefined
			}
		}
		return item.String(string(dst))
	}
}

// objectPart is a compiled member of an object literal.
type objectPart struct {
	key      string
	computed code
	value    code
	spread   bool
}

func (c *compiler) object(n objectLiteral) code {
	c.builds = true
	parts := make([]objectPart, len(n.members))
	for i, m := range n.members {
		parts[i] = objectPart{key: m.key, spread: m.spread}
		if m.computed != nil {
			parts[i].computed = c.compile(m.computed)
		}
		parts[i].value = c.compile(m.value)
	}
	return func(f *frame) item.Value {
		if !f.charge(1 + len(parts)) {
			return item.Undefined
		}
		o := item.NewObject(len(parts))
		for i := range parts {
			f.setPart(o, &parts[i])
		}
		return o.Value()
	}
}

func (f *frame) setPart(o *item.ObjectBuilder, p *objectPart) {
	if p.spread {
		f.assign(o, p.value(f))
		return
	}
	key := p.key
	if p.computed != nil {
		key = f.text(p.computed(f))
	}
	o.Set(key, p.value(f))
}

// assign copies the own members of v, as {...v} does.
func (f *frame) assign(o *item.ObjectBuilder, v item.Value) {
	f.eachMember(v, func(key string, e item.Value) { o.Set(key, e) })
}
