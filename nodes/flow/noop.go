package flow

import "github.com/jobsprint/jobsprint/nodes"

// NoOp passes its items on: n8n's "noOp".
func NoOp() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.noOp",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "No operation",
		Doc:      "Passes every item on unchanged; useful to name a place in a workflow.",
		Group:    "flow",
		Icon:     "arrow-right",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Examples: []nodes.Example{{
			Name: "Items pass", Params: `{}`, In: `[{"a":1},{"a":2}]`, Out: `[[{"a":1},{"a":2}]]`,
		}},
		New: func(*nodes.Compile) (nodes.Node, error) { return pass{}, nil },
	}
}

// pass hands on its first input.
type pass struct{}

// Run passes the items on.
func (pass) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	return nodes.One(nodes.PassOn(in.First())), nil
}
