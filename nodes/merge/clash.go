package merge

import (
	"strconv"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// clash says what becomes of fields that several items have.
type clash struct {
	suffix  bool // every name gets the number of its input
	open    bool // nothing was chosen
	last    bool // the last input was chosen by that word
	prefer  int  // the input, from 1, whose values count; 0: the last one
	shallow bool // nested values are not merged but replaced
	fill    bool // empty values replace nothing
}

// clashParams are the parameters of a clash.
type clashParams struct {
	resolve, mode nodes.Param[string]
	fill          nodes.Param[bool]
}

func newClash(c *nodes.Compile) clashParams {
	path := "options.clashHandling.values."
	return clashParams{nodes.Text(c, path+"resolveClash", ""), nodes.Text(c, path+"mergeMode", "deepMerge"), nodes.Flag(c, path+"overrideEmpty", false)}
}

// preferences are how a preferred input is written: "preferInput" and its number.
const preferences = "preferInput"

func (p clashParams) at(c *nodes.Call) (clash, error) {
	texts, err := textsAt(c, p.resolve, p.mode)
	if err != nil {
		return clash{}, err
	}
	fill, err := p.fill.At(c, 0)
	if err != nil {
		return clash{}, err
	}
	cl := clash{open: texts[0] == "", last: texts[0] == "preferLast", suffix: texts[0] == "addSuffix", shallow: texts[1] == "shallowMerge", fill: fill}
	if resolve := texts[0]; len(resolve) > len(preferences) && resolve[:len(preferences)] == preferences {
		cl.prefer, err = strconv.Atoi(resolve[len(preferences):])
		if err != nil {
			return cl, nodes.Fail("merge.clash", "'"+resolve+"' is not a way to handle clashes; choose addSuffix, preferLast or preferInput with a number", -1)
		}
	}
	return cl, nil
}

// entry is an item and where it comes from.
type entry struct {
	item.Item
	pair item.Pair
}

func entryOf(items []item.Item, i, input int) entry {
	return entry{items[i], item.Pair{Item: i, Input: input}}
}

// suffixed gives the item with the number of its input behind every name.
func (e entry) suffixed() entry {
	o, ok := e.JSON.Obj()
	if !ok {
		return e
	}
	out := item.NewObject(o.Len())
	for name, v := range o.All() {
		out.Set(name+"_"+strconv.Itoa(e.pair.Input+1), v)
	}
	e.JSON = out.Value()
	return e
}

// combine makes one item of many; what comes later counts.
func (cl clash) combine(entries []entry) item.Item {
	var out item.Item
	out.JSON = item.NewObject(0).Value()
	pairs := make([]item.Pair, len(entries))
	for i, e := range entries {
		pairs[i] = e.pair
		if i == 0 {
			out.JSON, out.Binary = e.JSON, e.Binary
			continue
		}
		out.JSON = cl.merged(out.JSON, e.JSON)
		for b := range e.Binary.Len() {
			out.Binary = out.Binary.With(e.Binary.At(b))
		}
	}
	out.Paired = item.Pairs(pairs)
	return out
}

// merged gives the members of two objects; those of the second count.
func (cl clash) merged(a, b item.Value) item.Value {
	x, isObject := a.Obj()
	y, ok := b.Obj()
	if !isObject || !ok {
		return b
	}
	out := item.FromObject(x)
	for name, v := range y.All() {
		old, has := out.Get(name)
		if has {
			v = cl.value(old, v)
		}
		out.Set(name, v)
	}
	return out.Value()
}

// value is what two values of a field make.
func (cl clash) value(old, v item.Value) item.Value {
	if cl.fill && !old.IsUndefined() && isBlank(v) {
		return old
	}
	if cl.shallow {
		return v
	}
	switch v.Kind() {
	case item.KindUndefined:
		return old
	case item.KindObject:
		if old.Kind() == item.KindObject {
			return cl.merged(old, v)
		}
	case item.KindArray:
		if elems, ok := old.Elems(); ok {
			return cl.mergedLists(elems, v)
		}
	}
	return v
}

// mergedLists merges lists element by element.
func (cl clash) mergedLists(a []item.Value, b item.Value) item.Value {
	elems, _ := b.Elems()
	out := make([]item.Value, max(len(a), len(elems)))
	copy(out, a)
	for i, v := range elems {
		if i < len(a) {
			v = cl.value(a[i], v)
		}
		out[i] = v
	}
	return item.Array(out)
}

// isBlank reports whether a value is null, missing or an empty text.
func isBlank(v item.Value) bool {
	text, isText := v.Str()
	return v.IsNullish() || isText && text == ""
}
