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

// stepRun is a run of a step; expression.NewestRun is the newest.
func (v *view) stepRun(step string, run int) (*workflow.StepRun, error) {
	if _, ok := v.run.Graph().StepNamed(step); !ok {
		return nil, expression.ErrNoStep
	}
	runs := v.run.StepRuns(step)
	if run == expression.NewestRun {
		run = len(runs) - 1
	}
	switch {
	case len(runs) == 0:
		return nil, expression.ErrNotRun
	case run < 0 || run >= len(runs):
		return nil, expression.ErrNoRun
	}
	return runs[run], nil
}

// Output is what a run of a step emitted on one output.
func (v *view) Output(step string, output, run int) ([]item.Item, error) {
	s, err := v.stepRun(step, run)
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
	if _, ok := v.run.Graph().StepNamed(step); !ok {
		return item.Item{}, expression.ErrNoStep
	}
	if !v.run.Graph().Leads(step, v.action.Ref.Step) {
		return item.Item{}, expression.ErrNoPath
	}
	it, err := v.run.Trace(v.action.Ref.Source, v.input, i, step, v.load)
	var pair *workflow.PairError
	switch {
	case errors.As(err, &pair):
		return it, &expression.PairError{Step: pair.Step}
	case errors.Is(err, workflow.ErrNotRun):
		return it, expression.ErrNotRun
	case errors.Is(err, workflow.ErrManyPairs):
		return it, expression.ErrManyPairs
	case errors.Is(err, workflow.ErrOtherWay):
		return it, expression.ErrOtherBranch
	case errors.Is(err, workflow.ErrNoItem):
		return it, expression.ErrNoItem
	}
	return it, err
}

// Step is what is known of a step beside its outputs. A step that has not run
// tells its parameters too.
func (v *view) Step(name string) (expression.StepInfo, bool) {
	s, ok := v.run.Graph().StepNamed(name)
	if !ok {
		return expression.StepInfo{}, false
	}
	info := expression.StepInfo{Params: v.program.params[s.Index]()}
	if runs := v.run.StepRuns(name); len(runs) > 0 {
		info.Runs = len(runs)
		info.Context = runs[len(runs)-1].State.Get("context")
	}
	return info, true
}

// Variable gives what else has a name.
func (v *view) Variable(name string) (item.Value, bool) {
	started := &v.run.Started
	step := &v.run.Graph().Steps[v.action.Step]
	switch name {
	case "$workflow":
		return item.NewObject(3).Set("active", item.Bool(started.Mode != events.ModeManual)).
			Set("id", item.String(started.Workflow)).Set("name", item.String(started.WorkflowName)).Value(), true
	case "$execution":
		mode := "production"
		if started.Mode == events.ModeManual {
			mode = "test"
		}
		return item.NewObject(4).Set("id", item.String(v.id)).Set("mode", item.String(mode)).
			Set("resumeUrl", v.resumeURL("/webhook-waiting/")).Set("resumeFormUrl", v.resumeURL("/form-waiting/")).Value(), true
	case "$executionId":
		return item.String(v.id), true
	case "$mode":
		return item.String(started.Mode), true
	case "$prevNode":
		return v.previous(), true
	case "$nodeVersion":
		return item.Number(step.Version), true
	case "$nodeId":
		return item.String(step.ID), true
	case "$webhookId":
		return item.String(step.WebhookID), step.WebhookID != ""
	case "$parameter":
		return v.program.params[v.action.Step](), true
	case "$vars":
		return item.NewObject(0).Value(), true
	}
	return item.Undefined, false
}

// resumeURL is where the run can be called while it waits.
func (v *view) resumeURL(prefix string) item.Value {
	started := &v.run.Started
	at := ""
	if v.workspace != events.DefaultWorkspace {
		at = "/w/" + v.workspace
	}
	return item.String(started.BaseURL + at + prefix + v.id + "?signature=" + ResumeSignature(started))
}

func (v *view) previous() item.Value {
	o := item.NewObject(3)
	if v.input < len(v.action.Ref.Source) {
		s := v.action.Ref.Source[v.input]
		o.Set("name", item.String(s.Step)).Set("outputIndex", item.Int(s.Output)).Set("runIndex", item.Int(s.RunIndex))
	}
	return o.Value()
}
