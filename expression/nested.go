package expression

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
)

// Nested compiles a JSON value whose texts, at any depth, may be expressions,
// with the engine e. The program is constant when none of them reads
// anything; else it builds the value anew for each item. An error of one text
// is the error of the whole value for that item. Compile errors say where in
// the value the text stands; [errors.As] finds the *Error in them.
func Nested(e Engine, raw item.Value) (Program, error) {
	if s, ok := raw.Str(); ok {
		return e.Compile(s)
	}
	n := &nested{source: raw}
	root, err := n.compile(e, raw, "", 0)
	if err != nil {
		return nil, err
	}
	n.root = root
	return n, nil
}

// nested builds a value around the programs of its texts.
type nested struct {
	source item.Value
	root   builder
	leaves []Program // those that are not constant, in the order of the value
	reads  Reads
}

// builder makes one value for item i from the outcomes of the leaves. A
// builder without leaf, elements and members is constant.
type builder struct {
	constant item.Value
	leaf     int // index in nested.leaves plus 1; 0: none
	elems    []builder
	members  []memberBuilder
}

type memberBuilder struct {
	key string
	builder
}

func (b *builder) fixed() bool { return b.leaf == 0 && b.elems == nil && b.members == nil }

func (n *nested) compile(e Engine, v item.Value, path string, depth int) (builder, error) {
	if depth > maxValueDepth {
		return builder{}, &Error{Code: CodeLimit, Message: "The parameter is nested too deeply", Source: path}
	}
	switch v.Kind() {
	case item.KindString:
		return n.compileText(e, v, path)
	case item.KindArray:
		return n.compileArray(e, v, path, depth)
	case item.KindObject:
		return n.compileObject(e, v, path, depth)
	default:
		return builder{constant: v}, nil
	}
}

func (n *nested) compileText(e Engine, v item.Value, path string) (builder, error) {
	s, _ := v.Str()
	p, err := e.Compile(s)
	if err != nil {
		return builder{}, fmt.Errorf("%s: %w", path, err)
	}
	if c, ok := p.Constant(); ok {
		return builder{constant: c}, nil
	}
	n.leaves = append(n.leaves, p)
	n.reads = n.reads.merge(p.Reads())
	return builder{leaf: len(n.leaves)}, nil
}

func (n *nested) compileArray(e Engine, v item.Value, path string, depth int) (builder, error) {
	elems, _ := v.Elems()
	made := make([]builder, len(elems))
	values := make([]item.Value, len(elems))
	fixed := true
	for i, x := range elems {
		b, err := n.compile(e, x, path+"["+strconv.Itoa(i)+"]", depth+1)
		if err != nil {
			return builder{}, err
		}
		made[i], values[i] = b, b.constant
		fixed = fixed && b.fixed()
	}
	if fixed {
		return builder{constant: item.Array(values)}, nil
	}
	return builder{elems: made}, nil
}

func (n *nested) compileObject(e Engine, v item.Value, path string, depth int) (builder, error) {
	o, _ := v.Obj()
	made := make([]memberBuilder, o.Len())
	values := item.NewObject(o.Len())
	fixed := true
	for i := range made {
		key, x := o.At(i)
		b, err := n.compile(e, x, memberPath(path, key), depth+1)
		if err != nil {
			return builder{}, err
		}
		made[i] = memberBuilder{key, b}
		values.Set(key, b.constant)
		fixed = fixed && b.fixed()
	}
	if fixed {
		return builder{constant: values.Value()}, nil
	}
	return builder{members: made}, nil
}

func memberPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (n *nested) Source() string { return n.source.JSON() }
func (n *nested) Reads() Reads   { return n.reads }

func (n *nested) Constant() (item.Value, bool) { return n.root.constant, n.root.fixed() }

// Eval evaluates each text for the whole batch, then builds the values.
func (n *nested) Eval(ctx context.Context, b *Batch, out []Outcome) error {
	outcomes := make([][]Outcome, len(n.leaves))
	for i, leaf := range n.leaves {
		outcomes[i] = make([]Outcome, len(out))
		if err := leaf.Eval(ctx, b, outcomes[i]); err != nil {
			return err
		}
	}
	for i := range out {
		if out[i].Err = firstError(outcomes, i); out[i].Err != nil {
			out[i].Value = item.Undefined
			continue
		}
		out[i].Value = n.root.build(outcomes, i)
	}
	return ctx.Err()
}

func firstError(outcomes [][]Outcome, i int) error {
	for _, leaf := range outcomes {
		if leaf[i].Err != nil {
			return leaf[i].Err
		}
	}
	return nil
}

func (b *builder) build(outcomes [][]Outcome, i int) item.Value {
	switch {
	case b.leaf > 0:
		return outcomes[b.leaf-1][i].Value
	case b.elems != nil:
		values := make([]item.Value, len(b.elems))
		for at := range b.elems {
			values[at] = b.elems[at].build(outcomes, i)
		}
		return item.Array(values)
	case b.members != nil:
		o := item.NewObject(len(b.members))
		for at := range b.members {
			m := &b.members[at]
			o.Set(m.key, m.build(outcomes, i))
		}
		return o.Value()
	default:
		return b.constant
	}
}

// merge joins what two programs read.
func (r Reads) merge(x Reads) Reads {
	return Reads{
		Steps:   union(r.Steps, x.Steps),
		Paired:  union(r.Paired, x.Paired),
		Dynamic: r.Dynamic || x.Dynamic,
	}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(slices.Clip(a), s)
		}
	}
	return a
}
