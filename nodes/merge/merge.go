package merge

import (
	"context"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// MaxInputs is the largest number of inputs that a step may have.
const MaxInputs = 100

// Query runs SQL over the inputs, as the tables input1, input2 and so on, with
// values for the place holders of the query. It gives the rows, and for each the
// items that it was made from; none of these where that cannot be known.
type Query func(ctx context.Context, query string, params []item.Value, inputs nodes.Inputs) ([]item.Value, [][]item.Pair, error)

// Merge joins branches: n8n's "merge". query answers its mode for SQL; nil: there
// is none here.
func Merge(query Query) nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.merge",
		Versions: []float64{1, 2, 2.1, 3, 3.1, 3.2},
		Class:    nodes.Pure,
		Name:     "Merge",
		Doc:      "Waits for its inputs and brings their items together: one after the other, by matching fields, by position, all with all, by SQL, or those of one input.",
		Group:    "flow",
		Icon:     "merge",
		Inputs:   []string{"Input 1", "Input 2"},
		Outputs:  []string{"main"},
		Fields:   mergeFields(),
		Ignored:  []string{"oldVersionNotice", "queryParametersNotice", "chooseBranchMode"},
		Examples: mergeExamples(),
		New:      func(c *nodes.Compile) (nodes.Node, error) { return newMerge(c, query) },
	}
}

// merge is a merge of any mode with its number of inputs.
type merge struct {
	nodes.Node
	inputs int
	needs  []int
}

// Inputs is how many inputs the parameters ask for.
func (m *merge) Inputs() int { return m.inputs }

// Outputs is 1.
func (m *merge) Outputs() int { return 1 }

// Needs lists the inputs that a merge cannot do without: to choose a branch it
// must have the first two.
func (m *merge) Needs() []int { return m.needs }

// Run merges. Inputs that nothing leads to are empty.
func (m *merge) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	for len(in) < m.inputs {
		in = append(in[:len(in):len(in)], nil)
	}
	return m.Node.Run(c, in)
}

func newMerge(c *nodes.Compile, query Query) (nodes.Node, error) {
	m := &merge{inputs: 2}
	if c.Version >= 3 {
		if n := c.FixedNumber("numberInputs", 2); n >= 2 && n <= MaxInputs && n == float64(int(n)) {
			m.inputs = int(n)
		} else {
			c.Problem("numberInputs", "the number of inputs must be a whole number from 2 to %d, not %v", MaxInputs, n)
		}
	}
	if c.FixedText("mode", "append") == "chooseBranch" && c.Version >= 2 {
		m.needs = []int{0, 1}
	}
	var err error
	if c.Version < 2 {
		m.Node, err = newOld(c)
	} else {
		m.Node, err = newMode(c, m.inputs, query)
	}
	return m, err
}

func newMode(c *nodes.Compile, inputs int, query Query) (nodes.Node, error) {
	modes := []string{"combine", "chooseBranch"}
	if c.Version >= 3 {
		modes = append(modes, "combineBySql")
	}
	switch c.Choice("mode", "append", modes...) {
	case "chooseBranch":
		return newChoice(c, inputs), nil
	case "combineBySql":
		return newSQL(c, query), nil
	case "append":
		return appending{}, nil
	}
	var way string
	if c.Version >= 3 {
		way = c.Choice("combineBy", "combineByFields", "combineByPosition", "combineAll")
	} else {
		way = c.Choice("combinationMode", "mergeByFields", "mergeByPosition", "multiplex")
	}
	switch way {
	case "combineByPosition", "mergeByPosition":
		return newByPosition(c), nil
	case "combineAll", "multiplex":
		return &all{newClash(c)}, nil
	}
	return newJoin(c), nil
}
