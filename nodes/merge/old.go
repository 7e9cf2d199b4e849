package merge

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// newOld builds a merge of type version 1.
func newOld(c *nodes.Compile) (nodes.Node, error) {
	switch c.Choice("mode", "append", "keepKeyMatches", "mergeByIndex", "mergeByKey", "multiplex", "passThrough", "removeKeyMatches", "wait") {
	case "keepKeyMatches":
		return &oldKeys{newOldNames(c), true}, nil
	case "removeKeyMatches":
		return &oldKeys{newOldNames(c), false}, nil
	case "mergeByKey":
		return &oldMerge{newOldNames(c), nodes.Text(c, "overwrite", "always")}, nil
	case "mergeByIndex":
		return &oldIndex{nodes.Text(c, "join", "left")}, nil
	case "multiplex":
		return oldAll{}, nil
	case "passThrough":
		return &choice{output: nodes.Text(c, "output", "input1"), number: nodes.Text(c, "useDataOfInput", "1"), inputs: 2}, nil
	case "wait":
		return oldWait{}, nil
	}
	return appending{}, nil
}

// oldNames are the fields that hold the keys of the two inputs.
type oldNames struct{ first, second nodes.Param[string] }

func newOldNames(c *nodes.Compile) oldNames {
	return oldNames{nodes.Text(c, "propertyName1", ""), nodes.Text(c, "propertyName2", "")}
}

// keys reads the keys and the items of the second input by theirs; the last one
// counts.
func (n oldNames) keys(c *nodes.Call, b []item.Item) (names []string, byKey map[string]item.Value, err error) {
	if names, err = textsAt(c, n.first, n.second); err != nil {
		return nil, nil, err
	}
	byKey = make(map[string]item.Value, len(b))
	for i := range b {
		if key := (fields.Access{}).Get(b[i].JSON, names[1]); !key.IsNullish() {
			byKey[key.ToString()] = b[i].JSON
		}
	}
	return names, byKey, nil
}

// isKey reports whether the first input may have such a key: a text, a number or
// null.
func isKey(v item.Value) bool {
	return v.Kind() == item.KindString || v.Kind() == item.KindNumber || v.IsNull()
}

// oldKeys keeps the items of the first input whose key the second has, or those
// whose key it lacks.
type oldKeys struct {
	oldNames
	keep bool
}

// Run keeps or removes.
func (o *oldKeys) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if len(a) == 0 {
		return nodes.One(nil), nil
	}
	names, byKey, err := o.keys(c, b)
	if err != nil {
		return nodes.Result{}, err
	}
	var out []item.Item
	for i, it := range a {
		key := fields.Access{}.Get(it.JSON, names[0])
		_, found := byKey[key.ToString()]
		if (found && isKey(key)) == o.keep {
			it.Paired = item.PairOf(i)
			out = append(out, it)
		}
	}
	return nodes.One(out), nil
}

// oldMerge writes the fields of the second input's item with the same key onto
// each item of the first. Items without a key are left out.
type oldMerge struct {
	oldNames
	overwrite nodes.Param[string]
}

// Run merges.
func (o *oldMerge) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if len(a) == 0 {
		return nodes.One(nil), nil
	}
	names, byKey, err := o.keys(c, b)
	if err != nil {
		return nodes.Result{}, err
	}
	overwrite, err := o.overwrite.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	var out []item.Item
	for i, it := range a {
		key := fields.Access{}.Get(it.JSON, names[0])
		if !isKey(key) {
			continue
		}
		if other, found := byKey[key.ToString()]; found {
			it.JSON = overwritten(it.JSON, other, names[1], overwrite)
		}
		it.Paired = item.PairOf(i)
		out = append(out, it)
	}
	return nodes.One(out), nil
}

// overwritten writes the members of b, but for its key, onto a.
func overwritten(a, b item.Value, key, overwrite string) item.Value {
	x, _ := a.Obj()
	y, _ := b.Obj()
	out := item.FromObject(x)
	for name, v := range y.All() {
		old, has := out.Get(name)
		switch {
		case name == key:
		case overwrite == "always", !has || old.IsUndefined(), overwrite == "blank" && isBlank(old):
			out.Set(name, v)
		}
	}
	return out.Value()
}

// oldIndex merges items of the same position.
type oldIndex struct{ join nodes.Param[string] }

// Run merges.
func (o *oldIndex) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if len(a)+len(b) == 0 {
		return nodes.One(nil), nil
	}
	join, err := o.join.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	n := len(a)
	switch join {
	case "inner":
		n = min(len(a), len(b))
	case "outer":
		n = max(len(a), len(b))
	}
	out := make([]item.Item, 0, n)
	cl := clash{shallow: true}
	for i := range n {
		switch {
		case i >= len(b):
			it := a[i]
			it.Paired = item.PairOf(i)
			out = append(out, it)
		case i >= len(a):
			it := b[i]
			it.Paired = item.PairInput(i, 1)
			out = append(out, it)
		default:
			out = append(out, cl.combine([]entry{entryOf(a, i, 0), entryOf(b, i, 1)}))
		}
	}
	return nodes.One(out), nil
}

// oldAll combines each item of the first input with each of the second, without
// their binary data.
type oldAll struct{}

// Run combines.
func (oldAll) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if n := len(a) * len(b); n > MaxItems {
		return nodes.Result{}, tooMany(n)
	}
	out := make([]item.Item, 0, len(a)*len(b))
	cl := clash{shallow: true}
	for i := range a {
		for k := range b {
			it := cl.combine([]entry{entryOf(a, i, 0), entryOf(b, k, 1)})
			it.Binary = nil
			out = append(out, it)
		}
	}
	return nodes.One(out), nil
}

// oldWait waits for both inputs and gives an empty item.
type oldWait struct{}

// Run gives the item.
func (oldWait) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, _ := twoInputs(in)
	pairs := make([]item.Pair, len(a))
	for i := range pairs {
		pairs[i].Item = i
	}
	return nodes.One([]item.Item{{JSON: item.NewObject(0).Value(), Paired: item.Pairs(pairs)}}), nil
}
