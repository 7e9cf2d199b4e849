package expression

import (
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
)

// outputKey names an output of a step; branchOutput stands for the one that
// leads to the current step.
type outputKey struct {
	step   string
	output int
}

const branchOutput = -1

// output is what Data gave for an outputKey, kept for the batch.
type output struct {
	items []item.Item
	err   error
	value item.Value // of all items; undefined until needed
}

// output reads an output once for the batch.
func (f *frame) output(key outputKey) *output {
	if o := f.outputs[key]; o != nil {
		return o
	}
	o := &output{err: ErrNotRun}
	if f.batch.Data != nil {
		number := key.output
		if number == branchOutput {
			number = f.batch.Data.Branch(key.step)
		}
		o.items, o.err = f.batch.Data.Output(key.step, number, NewestRun)
	}
	if f.outputs == nil {
		f.outputs = map[outputKey]*output{}
	}
	f.outputs[key] = o
	return o
}

// items reads an output; nil after a failure.
func (f *frame) items(key outputKey, at span) *output {
	o := f.output(key)
	if o.err != nil {
		f.dataError(o.err, key, at)
		return nil
	}
	return o
}

// all is the output as an array of items.
func (f *frame) all(o *output) item.Value {
	if o == nil {
		return item.Undefined
	}
	if o.value.IsUndefined() {
		if !f.charge(1 + len(o.items)) {
			return item.Undefined
		}
		o.value = itemValues(o.items)
	}
	return o.value
}

// inputOutput is the key under which the step's own input is kept.
var inputOutput = outputKey{output: -2}

func (f *frame) input() *output {
	if o := f.outputs[inputOutput]; o != nil {
		return o
	}
	if f.outputs == nil {
		f.outputs = map[outputKey]*output{}
	}
	o := &output{items: f.batch.Items}
	f.outputs[inputOutput] = o
	return o
}

// pick returns the first or last item, nil when there is none.
func pick(items []item.Item, last bool) *item.Item {
	switch {
	case len(items) == 0:
		return nil
	case last:
		return &items[len(items)-1]
	}
	return &items[0]
}

// called returns the call after a member link.
func called(links []link, i int) (call link, ok bool) {
	if i+1 >= len(links) || links[i+1].kind != linkCall {
		return link{}, false
	}
	return links[i+1], true
}

// input compiles $input.
func (c *compiler) input(base name, links []link) (code, int) {
	if len(links) == 0 || links[0].kind != linkMember {
		return c.unsupported("$input alone (write $input.item, $input.first(), $input.last() or $input.all())", base.span), 0
	}
	key, at := links[0].key, base.span.to(links[0].at)
	if key == "item" {
		return c.itemLinks(currentItem, links, 1)
	}
	call, ok := called(links, 0)
	if !ok || len(call.args) > 0 || key != "all" && key != "first" && key != "last" {
		return c.unsupported("“$input."+key+"” in this form", at), 0
	}
	if key == "all" {
		c.builds = true
		return c.batch(func(f *frame) item.Value { return f.all(f.input()) }), 2
	}
	last := key == "last"
	return c.itemLinks(func(f *frame) *item.Item { return pick(f.batch.Items, last) }, links, 2)
}

// stepName compiles the name of a step and notes that it is read.
func (c *compiler) stepName(x node, paired bool) func(f *frame) string {
	batch, local := c.batchReads, c.localReads
	run := c.compile(x)
	if c.batchReads == batch && c.localReads == local && c.err == nil {
		v, ok := fold(c.source, c.locals, run)
		if s, isText := v.Str(); ok && isText {
			c.noteRead(s, paired)
			return func(*frame) string { return s }
		}
	}
	c.reads.Dynamic = true
	return func(f *frame) string { return f.text(run(f)) }
}

func (c *compiler) noteRead(step string, paired bool) {
	list := &c.reads.Steps
	if paired {
		list = &c.reads.Paired
	}
	if !slices.Contains(*list, step) {
		*list = append(*list, step)
	}
}

// stepCall compiles $('Step') with what follows.
func (c *compiler) stepCall(base name, links []link) (code, int) {
	if len(links) < 2 || links[0].kind != linkCall || len(links[0].args) != 1 || links[0].args[0].spread || links[1].kind != linkMember {
		return c.unsupported("$ in this form (write $('Step name').item, .first(), .last(), .all() or .isExecuted)", base.span), 0
	}
	at := base.span.to(links[0].at)
	argument, key := links[0].args[0].node, links[1].key
	switch key {
	case "item":
		return c.itemLinks(c.paired(c.stepName(argument, true), nil, at), links, 2)
	case "isExecuted":
		return c.isExecuted(c.stepName(argument, false), at), 2
	}
	call, ok := called(links, 1)
	if !ok {
		return c.unsupported("“$(…)."+key+"”", at.to(links[1].at)), 0
	}
	switch key {
	case "itemMatching", "pairedItem":
		if len(call.args) > 1 || key == "itemMatching" && len(call.args) == 0 {
			break
		}
		name := c.stepName(argument, true)
		return c.itemLinks(c.paired(name, c.optionalArgument(call), at), links, 3)
	case "all", "first", "last":
		if len(call.args) > 1 {
			return c.unsupported("another run than the newest", call.at), 0
		}
		output := c.outputKey(c.stepName(argument, false), c.optionalArgument(call), branchOutput)
		if key == "all" {
			c.builds = true
			return c.batch(func(f *frame) item.Value { return f.all(f.items(output(f), at)) }), 3
		}
		return c.itemLinks(pickFrom(output, key == "last", at), links, 3)
	}
	return c.unsupported("“$(…)."+key+"”", at.to(links[1].at)), 0
}

// pickFrom finds the first or last item of an output.
func pickFrom(key func(*frame) outputKey, last bool, at span) itemSource {
	return func(f *frame) *item.Item {
		o := f.items(key(f), at)
		if o == nil {
			return nil
		}
		return pick(o.items, last)
	}
}

// optionalArgument compiles the only argument of a call; nil when there is
// none.
func (c *compiler) optionalArgument(call link) code {
	if len(call.args) == 0 {
		return nil
	}
	if call.args[0].spread {
		return c.unsupported("... here", call.at)
	}
	return c.compile(call.args[0].node)
}

// outputKey compiles a step's name and output; without a number, or where it
// is undefined, the output is missing.
func (c *compiler) outputKey(name func(*frame) string, number code, missing int) func(*frame) outputKey {
	if number == nil {
		return func(f *frame) outputKey { return outputKey{name(f), missing} }
	}
	return func(f *frame) outputKey {
		key := outputKey{name(f), missing}
		if v := number(f); !v.IsUndefined() {
			key.output = f.position(v)
		}
		return key
	}
}

// position turns a value into the index of an output or item. What is none is an
// error, which makes the expression undefined.
func (f *frame) position(v item.Value) int {
	if n, ok := v.Number(); ok && n >= 0 && n < math.MaxInt32 && n == math.Trunc(n) {
		return int(n)
	}
	f.throw()
	return math.MaxInt32
}

// paired finds the item of a step that the current item, or the one whose
// index is given, was made from.
func (c *compiler) paired(name func(*frame) string, index code, at span) itemSource {
	return func(f *frame) *item.Item {
		step, i := name(f), f.index
		if index != nil {
			if v := index(f); !v.IsUndefined() {
				i = f.position(v)
			}
		}
		if f.failed {
			return nil
		}
		if i < 0 || i >= len(f.batch.Items) || f.batch.Data == nil {
			f.dataError(ErrNoItem, outputKey{step: step}, at)
			return nil
		}
		it, err := f.batch.Data.Paired(i, step)
		if errors.Is(err, ErrOtherBranch) {
			return nil
		}
		if err != nil {
			f.dataError(err, outputKey{step: step}, at)
			return nil
		}
		return &it
	}
}

func (c *compiler) isExecuted(name func(*frame) string, at span) code {
	return c.batch(func(f *frame) item.Value {
		step := name(f)
		switch o := f.output(outputKey{step, 0}); {
		case o.err == nil:
			return item.True
		case errors.Is(o.err, ErrNotRun):
			return item.False
		default:
			f.dataError(o.err, outputKey{step: step}, at)
			return item.Undefined
		}
	})
}

// nodeVariable compiles $node["Step"].json, the item with the same index.
func (c *compiler) nodeVariable(base name, links []link) (code, int) {
	if len(links) < 2 || links[0].kind == linkCall || links[1].kind != linkMember ||
		links[1].key != "json" && links[1].key != "binary" {
		return c.unsupported(`$node in this form (write $node["Step name"].json)`, base.span), 0
	}
	var argument node = literal{links[0].at, item.String(links[0].key)}
	if links[0].kind == linkIndex {
		argument = links[0].index
	}
	at := base.span.to(links[0].at)
	name := c.stepName(argument, false)
	return c.itemLinks(func(f *frame) *item.Item {
		o := f.items(outputKey{name(f), branchOutput}, at)
		if o == nil {
			return nil
		}
		if f.index >= len(o.items) {
			f.fail(CodeReference, "Node '"+name(f)+"' has no item with index "+strconv.Itoa(f.index), at, nil)
			return nil
		}
		return &o.items[f.index]
	}, links, 1)
}

// itemsCall compiles $items(step, output): the items of output 0, or of the
// input when no step is named.
func (c *compiler) itemsCall(base name, links []link) (code, int) {
	if len(links) == 0 || links[0].kind != linkCall || len(links[0].args) > 2 {
		return c.unsupported("$items in this form", base.span), 0
	}
	c.builds = true
	args := links[0].args
	if len(args) == 0 {
		return c.batch(func(f *frame) item.Value { return f.all(f.input()) }), 1
	}
	if args[0].spread || len(args) == 2 && args[1].spread {
		return c.unsupported("... here", links[0].at), 0
	}
	name := c.stepName(args[0].node, false)
	var number code
	if len(args) == 2 {
		number = c.compile(args[1].node)
	}
	key, at := c.outputKey(name, number, 0), base.span.to(links[0].at)
	return c.batch(func(f *frame) item.Value { return f.all(f.items(key(f), at)) }), 1
}
