package flow

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// MaxInputs is the largest number of inputs that a step may have.
const MaxInputs = 100

// Merge joins branches: n8n's "merge", in its mode "append" so far.
func Merge() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.merge",
		Versions: []float64{1, 2, 2.1, 3, 3.1, 3.2},
		Class:    nodes.Pure,
		Name:     "Merge",
		Doc:      "Waits for its inputs and gives the items of all of them, one input after the other.",
		Group:    "flow",
		Icon:     "merge",
		Inputs:   []string{"Input 1", "Input 2"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("mode", "Mode", "Only “append” is supported yet.", nodes.Choose("append", "Append")),
			nodes.NumberField("numberInputs", "Number of inputs", 2, "From 2 to 100.").Show(nodes.When("@version", 3, 3.1, 3.2)),
		},
		Ignored: []string{"options", "combineBy", "combinationMode", "fieldsToMatchString", "mergeByFields", "joinMode", "output", "outputDataFrom", "useDataOfInput", "query", "join", "propertyName1", "propertyName2", "overwrite", "resolve"},
		Examples: []nodes.Example{{
			Name: "Two inputs, one after the other", Params: `{}`, In: `[[{"a":1}],[{"b":2},{"b":3}]]`, Out: `[[{"a":1},{"b":2},{"b":3}]]`,
		}, {
			Name: "Three inputs", Params: `{"mode":"append","numberInputs":3}`, In: `[[{"a":1}],[],[{"c":3}]]`, Out: `[[{"a":1},{"c":3}]]`,
		}, {
			Name: "Type version 1", Version: 1, Params: `{}`, In: `[[{"a":1}],[{"b":2}]]`, Out: `[[{"a":1},{"b":2}]]`,
		}},
		New: newMerge,
	}
}

type merge struct{ inputs int }

func newMerge(c *nodes.Compile) (nodes.Node, error) {
	m := &merge{inputs: 2}
	if mode := c.FixedText("mode", "append"); mode != "append" {
		c.Problem("mode", "the mode %q is not supported yet, only \"append\"; append the branches and combine their items in a later step", mode)
	}
	if c.Version < 3 {
		return m, nil
	}
	n := c.FixedNumber("numberInputs", 2)
	if n < 2 || n > MaxInputs || n != float64(int(n)) {
		c.Problem("numberInputs", "the number of inputs must be a whole number from 2 to %d, not %v", MaxInputs, n)
		return m, nil
	}
	m.inputs = int(n)
	return m, nil
}

// Inputs is how many inputs the parameters ask for.
func (m *merge) Inputs() int { return m.inputs }

// Outputs is 1.
func (m *merge) Outputs() int { return 1 }

// Run appends; each item names the input that it came by.
func (m *merge) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	n := 0
	for _, items := range in {
		n += len(items)
	}
	out := make([]item.Item, 0, n)
	for input, items := range in {
		for i, it := range items {
			it.Paired = item.PairInput(i, input)
			out = append(out, it)
		}
	}
	return nodes.One(out), nil
}
