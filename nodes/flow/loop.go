package flow

import (
	"math"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// LoopOverItems gives its items in batches, one batch a run: n8n's
// "splitInBatches".
func LoopOverItems() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.splitInBatches",
		Versions: []float64{1, 2, 3},
		Class:    nodes.Pure,
		Name:     "Loop over items",
		Doc:      "Gives its items in batches: the next one whenever the loop comes back to it. In the end it gives all items that came back.",
		Group:    "flow",
		Icon:     "repeat",
		Inputs:   []string{"main"},
		Outputs:  []string{"done", "loop"},
		Fields: []nodes.Field{
			nodes.NumberField("batchSize", "Size of a batch", 1, "How many items a batch has; 10 before type version 3 where nothing is said."),
			nodes.OptionsField("options", "Options", nodes.FlagField("reset", "Reset", false, "Begins anew with the items that come in; mostly an expression.")),
		},
		Ignored: []string{"splitInBatchesNotice"},
		Examples: []nodes.Example{{
			Name: "The first batch", Params: `{"batchSize":2}`, In: `[{"a":1},{"a":2},{"a":3}]`, Out: `[[],[{"a":1},{"a":2}]]`,
		}, {
			Name: "Type version 2", Version: 2, Params: `{}`, In: `[{"a":1},{"a":2}]`, Out: `[[{"a":1},{"a":2}],[]]`,
		}, {
			Name: "Type version 1", Version: 1, Params: `{"batchSize":1}`, In: `[{"a":1},{"a":2}]`, Out: `[[{"a":1}]]`,
		}},
		New: newLoop,
	}
}

// loop keeps no items in its state: only where those lie that it has still to
// give, so that a round costs what its batch costs.
type loop struct {
	version float64
	size    nodes.Param[item.Value]
	reset   nodes.Param[item.Value]
}

func newLoop(c *nodes.Compile) (nodes.Node, error) {
	size := 10
	if c.Version >= 3 {
		size = 1
	}
	return &loop{c.Version, nodes.Any(c, "batchSize", item.Int(size)), nodes.Any(c, "options.reset", item.False)}, nil
}

// Inputs is 1.
func (l *loop) Inputs() int { return 1 }

// Outputs is 2, and 1 in version 1.
func (l *loop) Outputs() int {
	if l.version < 2 {
		return 1
	}
	return 2
}

// loopState is where a loop stands.
type loopState struct {
	first int // the run whose input is given in batches
	given int // how many of its items were given
	round int // the number of the batch, from 0
	last  int // the number of the last one
}

// Run gives the next batch or, after the last one, all that came back.
func (l *loop) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	if len(items) == 0 {
		return nodes.Result{Outputs: make([][]item.Item, l.Outputs())}, nil
	}
	size, err := l.batchSize(c)
	if err != nil {
		return nodes.Result{}, err
	}
	reset, err := l.reset.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	state := readLoop(c.State)
	if reset.Truthy() || c.State.IsUndefined() {
		state = loopState{first: c.Batch.RunIndex, last: rounds(len(items), size)}
	} else {
		state.round++
		earlier, err := c.Earlier(state.first)
		if err != nil {
			return nodes.Result{}, err
		}
		items = earlier.First()
	}
	batch := slice(items, state.given, size)
	back := c.Batch.RunIndex - state.first
	for i := range batch {
		batch[i].Paired = item.PairOf(state.given + i)
		if back > 0 {
			batch[i].Paired = pairFrom(c, state.given+i, state.first)
		}
	}
	state.given += len(batch)
	left := len(items) - state.given
	result := nodes.Result{State: l.value(c, state, left == 0, len(batch) == 0)}
	if len(batch) > 0 || back == 0 {
		result.Outputs = l.outputs(batch, nil)
		return result, nil
	}
	result.Silent = l.version < 2
	done, err := l.came(c, in, state)
	result.Outputs = l.outputs(nil, done)
	return result, err
}

// outputs orders the outputs as the version has them.
func (l *loop) outputs(batch, done []item.Item) [][]item.Item {
	switch {
	case l.version < 2:
		return [][]item.Item{batch}
	case l.version < 3:
		return [][]item.Item{batch, done}
	}
	return [][]item.Item{done, batch}
}

func (l *loop) batchSize(c *nodes.Call) (int, error) {
	v, err := l.size.At(c, 0)
	if err != nil {
		return 0, err
	}
	n := v.ToNumber()
	if math.IsNaN(n) || n < 0 {
		return 0, nil
	}
	return int(min(n, math.MaxInt32)), nil
}

func rounds(items, size int) int {
	if size == 0 {
		return 0
	}
	return (items + size - 1) / size
}

func slice(items []item.Item, from, size int) []item.Item {
	from = min(from, len(items))
	return append([]item.Item(nil), items[from:min(from+size, len(items))]...)
}

// came gives all items that came back to the loop.
func (l *loop) came(c *nodes.Call, in nodes.Inputs, state loopState) ([]item.Item, error) {
	if l.version < 2 {
		return nil, nil
	}
	var all []item.Item
	for run := state.first + 1; run <= c.Batch.RunIndex; run++ {
		round := in
		if run < c.Batch.RunIndex {
			var err error
			if round, err = c.Earlier(run); err != nil {
				return nil, err
			}
		}
		for i, it := range round.First() {
			it.Paired = pairFrom(c, i, run)
			all = append(all, it)
		}
	}
	return all, nil
}

// pairFrom names item i of the input that a run of the step got.
func pairFrom(c *nodes.Call, i, run int) item.Paired {
	if c.Origin != nil {
		if origin, ok := c.Origin(run); ok {
			return item.PairFrom(i, origin)
		}
	}
	return item.PairOf(i)
}

func readLoop(v item.Value) loopState {
	n := func(name string) int { return int(v.Get(name).ToNumber()) }
	if v.IsUndefined() {
		return loopState{}
	}
	return loopState{n("first"), n("given"), n("round"), n("last")}
}

// value is the state with what expressions see of it: all that n8n tells but the
// items that are left and those that came back, which would make each round cost
// as much as all of them.
func (l *loop) value(c *nodes.Call, s loopState, noneLeft, done bool) item.Value {
	context := item.NewObject(5).
		Set("currentRunIndex", item.Int(s.round)).
		Set("maxRunIndex", item.Int(s.last))
	if c.Origin != nil {
		if from, ok := c.Origin(s.first); ok {
			context.Set("sourceData", item.NewObject(3).Set("previousNode", item.String(from.Step)).
				Set("previousNodeOutput", item.Int(from.Output)).Set("previousNodeRun", item.Int(from.Run)).Value())
		}
	}
	context.Set("noItemsLeft", item.Bool(noneLeft))
	if l.version >= 2 {
		context.Set("done", item.Bool(done))
	}
	return item.NewObject(5).
		Set("first", item.Int(s.first)).Set("given", item.Int(s.given)).
		Set("round", item.Int(s.round)).Set("last", item.Int(s.last)).
		Set("context", context.Value()).Value()
}
