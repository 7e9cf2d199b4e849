package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// The outputs of a comparison.
const (
	onlyA = iota
	same
	different
	onlyB
)

// compare puts the items of two inputs side by side.
type compare struct {
	version                 float64
	pairs                   []pairParams
	resolve, prefer, except nodes.Param[string]
	skip, multiple          nodes.Param[string]
	fuzzy, oldFuzzy, plain  nodes.Param[bool]
}

func newCompare(c *nodes.Compile) nodes.Node {
	resolve := "preferInput2"
	if c.Version > 2 {
		resolve = "includeBoth"
	}
	return &compare{
		version: c.Version, pairs: newPairs(c), resolve: nodes.Text(c, "resolve", resolve), prefer: nodes.Text(c, "preferWhenMix", "input1"),
		except: nodes.Text(c, "exceptWhenMix", ""), skip: nodes.Text(c, "options.skipFields", ""), multiple: nodes.Text(c, "options.multipleMatches", "first"),
		fuzzy: nodes.Flag(c, "fuzzyCompare", false), oldFuzzy: nodes.Flag(c, "options.fuzzyCompare", false), plain: nodes.Flag(c, "options.disableDotNotation", false),
	}
}

// comparing is one run.
type comparing struct {
	matcher
	a, b            []item.Item
	resolve, prefer string
	except, skip    []string
	first           bool
	alikeValues     func(a, b item.Value) bool // how fields are compared
	labels          [2]string
	blanks          bool // empty values are shown as null
	out             [][]item.Item
	mixed           map[item.Pair]*item.ObjectBuilder // by preferred item
	mixes           []mix
}

// mix is an output item whose fields are still to come.
type mix struct {
	at     int
	object *item.ObjectBuilder
}

func (d *compare) at(c *nodes.Call) (*comparing, error) {
	texts, err := textsAt(c, d.resolve, d.prefer, d.except, d.skip, d.multiple)
	if err != nil {
		return nil, err
	}
	flags, err := flagsAt(c, d.fuzzy, d.oldFuzzy, d.plain)
	if err != nil {
		return nil, err
	}
	r := &comparing{resolve: texts[0], prefer: texts[1], except: fields.List(texts[2]), skip: fields.List(texts[3]), first: texts[4] == "first",
		alikeValues: item.Equal, labels: [2]string{"inputA", "inputB"}, out: make([][]item.Item, 4), mixed: map[item.Pair]*item.ObjectBuilder{}}
	fuzzy := flags[0]
	if d.version < 2 {
		fuzzy, r.labels, r.blanks = flags[1], [2]string{"input1", "input2"}, true
	}
	if fuzzy {
		r.equal, r.alikeValues = fuzzyValue, fuzzyPresent
		if d.version > 2 {
			r.alikeValues = fuzzyValue
		}
	}
	r.Plain = flags[2]
	if r.pairs, err = pairsAt(c, d.pairs); err != nil {
		return nil, err
	}
	if err := checkPairs(r.pairs); err != nil {
		return nil, err
	}
	for _, name := range r.skip {
		if r.Plain && strings.Contains(name, ".") {
			return nil, nodes.Fail("compare.skip", fmt.Sprintf("Dot notation is disabled, but field to skip comparing '%s' contains dot", name), -1)
		}
	}
	return r, nil
}

// checkFields: up to version 2.1 a field must be there in some item of its input.
func (r *comparing) checkFields() error {
	for _, pair := range r.pairs {
		for _, side := range []struct {
			items       []item.Item
			name, input string
		}{{r.a, pair.first, "A"}, {r.b, pair.second, "B"}} {
			if len(side.items) > 0 && len(r.Missing(side.items, []string{side.name})) > 0 {
				return nodes.Fail("compare.field", fmt.Sprintf("Field '%s' is not present in any of items in 'Input %s'", side.name, side.input), -1)
			}
		}
	}
	return nil
}

// Run compares.
func (d *compare) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if len(a)+len(b) == 0 {
		return nodes.Result{Outputs: make([][]item.Item, 4)}, nil
	}
	r, err := d.at(c)
	if err != nil {
		return nodes.Result{}, err
	}
	r.a, r.b = a, b
	if d.version < 2.2 {
		if err := r.checkFields(); err != nil {
			return nodes.Result{}, err
		}
	}
	m := r.match(a, b, r.first)
	if m.count > MaxItems {
		return nodes.Result{}, tooMany(m.count)
	}
	for i, found := range m.found {
		if len(found) == 0 {
			r.put(onlyA, entryOf(a, i, 0))
		}
		for _, k := range found {
			r.compare(i, k)
		}
	}
	for k, matched := range m.matched {
		if !matched {
			r.put(onlyB, entryOf(b, k, 1))
		}
	}
	for _, mix := range r.mixes {
		r.out[different][mix.at].JSON = mix.object.Value()
	}
	return nodes.Result{Outputs: r.out}, nil
}

func (r *comparing) put(output int, e entry) {
	e.Paired = item.PairInput(e.pair.Item, e.pair.Input)
	r.out[output] = append(r.out[output], e.Item)
}

// compare compares two items that match.
func (r *comparing) compare(i, k int) {
	a, b := entryOf(r.a, i, 0), entryOf(r.b, k, 1)
	x, y := a.JSON, b.JSON
	for _, name := range r.skip {
		x, y = r.Unset(x, name), r.Unset(y, name)
	}
	if r.alike(x, y) {
		if r.equal != nil && r.resolve == "preferInput2" {
			a = b
		}
		r.put(same, a)
		return
	}
	switch r.resolve {
	case "preferInput1":
		r.put(different, a)
	case "preferInput2":
		r.put(different, b)
	case "mix":
		if r.prefer == "input1" {
			r.mix(a, b)
		} else {
			r.mix(b, a)
		}
	default:
		pairs := item.Pairs([]item.Pair{a.pair, b.pair})
		r.out[different] = append(r.out[different], item.Item{JSON: r.both(a.JSON, b.JSON), Paired: pairs})
	}
}

// alike compares the members of two objects: all, or where they are compared
// loosely those of the first.
func (r *comparing) alike(x, y item.Value) bool {
	names := memberNames(x, y)
	if r.equal != nil {
		names = memberNames(x, item.Undefined)
	}
	for _, name := range names {
		if !r.alikeValues(x.Get(name), y.Get(name)) {
			return false
		}
	}
	return true
}

// memberNames are the names of the members of either object, those of the first
// in front.
func memberNames(x, y item.Value) []string {
	var names []string
	a, _ := x.Obj()
	for name := range a.All() {
		names = append(names, name)
	}
	b, _ := y.Obj()
	for name := range b.All() {
		if _, has := a.Get(name); !has {
			names = append(names, name)
		}
	}
	return names
}

// both shows the fields by which the items were matched, those that are the same
// and those that differ.
func (r *comparing) both(a, b item.Value) item.Value {
	keys, alike, differ, skipped := item.NewObject(1), item.NewObject(4), item.NewObject(4), item.NewObject(0)
	for _, pair := range r.pairs {
		if v := a.Get(pair.first); !v.IsUndefined() {
			keys.Set(pair.first, v)
		}
	}
	for _, name := range memberNames(a, b) {
		x, y := a.Get(name), b.Get(name)
		switch {
		case r.alikeValues(x, y):
			alike.Set(name, r.shown(x))
		case slices.Contains(r.skip, name):
			skipped.Set(name, r.sides(x, y))
		default:
			x, y, left := r.skipInside(name, x, y)
			if !left.IsUndefined() {
				skipped.Set(name, left)
			}
			differ.Set(name, r.sides(x, y))
		}
	}
	out := item.NewObject(4).Set("keys", keys.Value()).Set("same", alike.Value()).Set("different", differ.Value())
	if skipped.Len() > 0 {
		out.Set("skipped", skipped.Value())
	}
	return out.Value()
}

// skipInside takes what may differ out of a field's nested values, and gives it on
// its own.
func (r *comparing) skipInside(field string, x, y item.Value) (a, b, left item.Value) {
	inA, inB := item.NewObject(0).Value(), item.NewObject(0).Value()
	found := false
	for _, name := range r.skip {
		inner, ok := strings.CutPrefix(name, field+".")
		if !ok || r.Plain {
			continue
		}
		found = true
		inA, inB = r.Set(inA, inner, r.Get(x, inner)), r.Set(inB, inner, r.Get(y, inner))
		x, y = r.Unset(x, inner), r.Unset(y, inner)
	}
	if found {
		left = item.NewObject(2).Set(r.labels[0], inA).Set(r.labels[1], inB).Value()
	}
	return x, y, left
}

func (r *comparing) sides(x, y item.Value) item.Value {
	return item.NewObject(2).Set(r.labels[0], r.shown(x)).Set(r.labels[1], r.shown(y)).Value()
}

// shown is a value as a difference shows it.
func (r *comparing) shown(v item.Value) item.Value {
	if v.IsUndefined() || r.blanks && !v.Truthy() {
		return item.Null
	}
	return v
}

// mix gives the preferred item with some fields of the other. An item that is
// preferred more than once shows what it got last.
func (r *comparing) mix(preferred, other entry) {
	object := r.mixed[preferred.pair]
	if object == nil {
		o, _ := preferred.JSON.Obj()
		object = item.FromObject(o)
		r.mixed[preferred.pair] = object
	}
	for _, name := range r.except {
		v := r.Get(other.JSON, name)
		if v.IsUndefined() {
			v = item.Null
		}
		object.Set(name, v)
	}
	r.put(different, preferred)
	r.mixes = append(r.mixes, mix{len(r.out[different]) - 1, object})
}
