package flow

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// ManualTrigger begins a run that a person or a command starts: n8n's
// "manualTrigger". It emits the run's input.
func ManualTrigger() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.manualTrigger",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Manual trigger",
		Doc:      "Begins a run that is started by hand; the input given to the run is its output.",
		Group:    "trigger",
		Icon:     "play",
		Trigger:  true,
		Outputs:  []string{"main"},
		Fields:   []nodes.Field{{Name: "notice", Label: "Starts by hand: from an editor, the command line or the API", Kind: "notice"}},
		Examples: []nodes.Example{{
			Name: "The run's input is the output", Params: `{}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}},
		New: func(*nodes.Compile) (nodes.Node, error) { return start{}, nil },
	}
}

// start emits what the run was given.
type start struct{}

// Run passes the run's input on; an item without an ancestor gets its own
// index, as n8n does for the first step.
func (start) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([]item.Item, len(in.First()))
	for i, it := range in.First() {
		if it.Paired.Form() == item.FormNone {
			it.Paired = item.PairOf(i)
		}
		out[i] = it
	}
	return nodes.One(out), nil
}
