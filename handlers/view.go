package handlers

import (
	"context"
	"errors"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// view is what the expressions of one step run can see of their run. It
// implements expression.Data.
type view struct {
	*mailbox
	ctx    context.Context
	action workflow.Action
	// input is the first input that has items, and items are those.
	input int
	items []item.Item
}

var _ expression.Data = (*view)(nil)

func newView(ctx context.Context, m *mailbox, a workflow.Action, in nodes.Inputs) *view {
	v := &view{mailbox: m, ctx: ctx, action: a}
	for i, list := range in {
		if len(list) > 0 {
			v.input, v.items = i, list
			break
		}
	}
	return v
}

func (v *view) load(out events.Output) ([]item.Item, error) { return v.itemsOf(v.ctx, out) }

// newest is the newest run of a step.
func (v *view) newest(step string) (*workflow.StepRun, error) {
	if _, ok := v.run.Graph().StepNamed(step); !ok {
		return nil, expression.ErrNoStep
	}
	runs := v.run.StepRuns(step)
	if len(runs) == 0 {
		return nil, expression.ErrNotRun
	}
	return runs[len(runs)-1], nil
}

// Output is what the newest run of a step emitted on one output.
func (v *view) Output(step string, output int) ([]item.Item, error) {
	s, err := v.newest(step)
	if err != nil {
		return nil, err
	}
	out, ok := v.run.OutputAt(s, output)
	if !ok {
		return nil, expression.ErrNoOutput
	}
	return v.load(out)
}

// Branch is the output of the step that leads to the step in hand.
func (v *view) Branch(step string) int {
	for _, s := range v.action.Ref.Source {
		if s.Step == step {
			return s.Output
		}
	}
	return v.run.Graph().OutputTo(step, v.action.Ref.Step)
}

// Paired follows the paired items of input item i back to the step.
func (v *view) Paired(i int, step string) (item.Item, error) {
	if _, err := v.newest(step); err != nil {
		return item.Item{}, err
	}
	it, err := v.run.Trace(v.action.Ref.Source, v.input, i, step, v.load)
	switch {
	case errors.Is(err, workflow.ErrNoPair):
		return it, expression.ErrNoPair
	case errors.Is(err, workflow.ErrNotRun):
		return it, expression.ErrNotRun
	}
	return it, err
}

// Variable gives what else has a name.
func (v *view) Variable(name string) (item.Value, bool) {
	started := &v.run.Started
	switch name {
	case "$workflow":
		return item.NewObject(3).Set("id", item.String(started.Workflow)).
			Set("name", item.String(started.WorkflowName)).
			Set("active", item.Bool(started.Mode != events.ModeManual)).Value(), true
	case "$execution":
		mode := "production"
		if started.Mode == events.ModeManual {
			mode = "test"
		}
		return item.NewObject(2).Set("id", item.String(v.id)).Set("mode", item.String(mode)).Value(), true
	case "$prevNode":
		return v.previous(), true
	}
	return item.Undefined, false
}

func (v *view) previous() item.Value {
	o := item.NewObject(3)
	if v.input < len(v.action.Ref.Source) {
		s := v.action.Ref.Source[v.input]
		o.Set("name", item.String(s.Step)).Set("outputIndex", item.Int(s.Output)).Set("runIndex", item.Int(s.RunIndex))
	}
	return o.Value()
}
