package handlers

import (
	"fmt"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// A step that has data pinned to it does not run when its workflow is tried by
// hand: it emits these. The first step's are the run's input, unless another is
// given. Runs in production, and those of other runs' steps, pass over them.

// pins reports whether a step of the run emits what is pinned to it. A step that
// is disabled passes on what it got.
func (m *mailbox) pins(step int) bool {
	first := m.run.Executions() == 0 && m.program.Graph.Types[step].Trigger // its input is pinned already
	return m.run.Started.Pinned && !first && !m.program.Graph.Steps[step].Disabled && !m.program.Graph.Pinned(step).IsUndefined()
}

// pinned is what is pinned to a step.
func pinned(g *workflow.Graph, step int) ([]item.Item, *events.StepError) {
	list, ok := g.Pinned(step).Elems()
	if !ok {
		return nil, nodes.Fail("step.pinned", "the data that is pinned to the step is no list of items", -1)
	}
	items := make([]item.Item, len(list))
	for i, v := range list {
		if v.Get("json").Kind() != item.KindObject { // an item of its own, as older versions wrote it
			v = item.NewObject(1).Set("json", v).Value()
		}
		it, err := item.ItemFromValue(item.NewObject(1).Set("json", v.Get("json")).Value())
		if err != nil {
			return nil, nodes.Fail("step.pinned", fmt.Sprintf("item %d that is pinned to the step cannot be read: %v", i, err), -1)
		}
		items[i] = it
	}
	return items, nil
}
