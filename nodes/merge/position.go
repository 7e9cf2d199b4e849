package merge

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// byPosition combines the first items of all inputs, the second ones, and so on.
type byPosition struct {
	unpaired nodes.Param[bool]
	clash    clashParams
	newer    bool // version 3
}

func newByPosition(c *nodes.Compile) *byPosition {
	return &byPosition{nodes.Flag(c, "options.includeUnpaired", false), newClash(c), c.Version >= 3}
}

// Run combines.
func (p *byPosition) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if len(c.Batch.Items) == 0 {
		return nodes.One(nil), nil
	}
	cl, err := p.clash.at(c)
	if err != nil {
		return nodes.Result{}, err
	}
	unpaired, err := p.unpaired.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	rows := 0
	for i, items := range in {
		switch {
		case unpaired || !p.newer && (len(in[0]) == 0 || len(in[len(in)-1]) == 0):
			rows = max(rows, len(items)) // version 2 lets an input without items go
		case i == 0 || len(items) < rows:
			rows = len(items)
		}
	}
	if rows == 0 && p.newer {
		hint := item.NewObject(1).Set("message", item.String(`Consider enabling "Include Any Unpaired Items" in options or check your inputs`)).Value()
		return nodes.Result{Outputs: [][]item.Item{nil}, Hints: []item.Value{hint}}, nil
	}
	out := make([]item.Item, 0, rows)
	for row := range rows {
		out = append(out, p.row(cl, in, row))
	}
	return nodes.One(out), nil
}

// row combines the items of one row. Since version 3 the input that is preferred
// is merged once more at the end, with its names as they are.
func (p *byPosition) row(cl clash, in nodes.Inputs, row int) item.Item {
	var entries []entry
	for i, items := range in {
		if row < len(items) {
			entries = append(entries, entryOf(items, row, i))
		}
	}
	if !p.newer {
		return p.oldRow(cl, entries)
	}
	preferred := len(in)
	if cl.prefer > 0 {
		preferred = cl.prefer
	}
	var again []entry
	if preferred <= len(in) && row < len(in[preferred-1]) {
		again = []entry{entryOf(in[preferred-1], row, preferred-1)}
	}
	if cl.suffix {
		for i := range entries {
			entries[i] = entries[i].suffixed()
		}
	}
	return cl.combine(append(entries, again...))
}

func (p *byPosition) oldRow(cl clash, entries []entry) item.Item {
	if cl.suffix {
		for i := range entries {
			entries[i] = entries[i].suffixed()
		}
	}
	if len(entries) == 1 {
		it := entries[0].Item
		it.Paired = item.PairInput(entries[0].pair.Item, entries[0].pair.Input)
		return it
	}
	if cl.prefer == 1 && len(entries) == 2 {
		entries[0], entries[1] = entries[1], entries[0]
	}
	return cl.combine(entries)
}

// all combines each item of the first input with each of the second.
type all struct{ clash clashParams }

// Run combines. The input that is preferred is merged over the other, and is the
// inner one.
func (x *all) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if len(a) == 0 || len(b) == 0 {
		return nodes.One(nil), nil
	}
	cl, err := x.clash.at(c)
	if err != nil {
		return nodes.Result{}, err
	}
	if n := len(a) * len(b); n > MaxItems {
		return nodes.Result{}, tooMany(n)
	}
	out := make([]item.Item, 0, len(a)*len(b))
	outer, inner, first := a, b, 0
	if cl.prefer == 1 && !cl.suffix {
		outer, inner, first = b, a, 1
	}
	for i := range outer {
		for k := range inner {
			entries := []entry{entryOf(outer, i, first), entryOf(inner, k, 1-first)}
			if cl.suffix {
				entries = []entry{entries[0].suffixed(), entries[1].suffixed()}
			}
			out = append(out, cl.combine(entries))
		}
	}
	return nodes.One(out), nil
}
