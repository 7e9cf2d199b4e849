package handlers

import (
	"context"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// errorTriggerType is the step type that begins a run of an error workflow.
const errorTriggerType = "n8n-nodes-base.errorTrigger"

// raise starts the error workflow of a run that is about to end with an error.
// The run's id follows from the failed run's, and this is done before the end is
// recorded, so that a takeover in between neither loses nor doubles it. What
// keeps the error workflow from starting does not keep the run from ending.
func (m *mailbox) raise(end events.RunEnded) error {
	name, wanted := m.errorWorkflow(end)
	if !wanted {
		return nil
	}
	if err := m.flush(); err != nil {
		return err
	}
	if err := m.startErrorRun(m.engine.work, name, end); err != nil && !m.engine.released() {
		m.engine.Logger.Warn("the error workflow of a run does not start", "run", m.id, "workflow", name, "error", err)
	}
	return nil
}

// errorWorkflow names the workflow to start: the one of the settings, or the
// failed one itself where it has an error trigger. Runs by hand, runs that other
// runs have started and those of error workflows raise nothing: the first are
// looked at, the second are the caller's to report, the third could go on for
// ever.
func (m *mailbox) errorWorkflow(end events.RunEnded) (string, bool) {
	started := &m.run.Started
	if end.Status != events.StatusError || started.Mode != events.ModeWebhook {
		return "", false
	}
	if name := m.run.Graph().Settings.ErrorWorkflow; name != "" {
		return name, true
	}
	return started.Workflow, errorTrigger(m.run.Graph()) >= 0
}

// errorTrigger is the index of a workflow's enabled error trigger; -1: it has
// none.
func errorTrigger(g *workflow.Graph) int {
	for _, i := range g.Starts {
		if g.Steps[i].Type == errorTriggerType {
			return i
		}
	}
	return -1
}

func (m *mailbox) startErrorRun(ctx context.Context, name string, end events.RunEnded) error {
	t, err := m.engine.storedTarget(ctx, m.workspace, "", nodes.Child{Workflow: name})
	if err != nil {
		return err
	}
	trigger := errorTrigger(t.program.Graph)
	if trigger < 0 {
		return nodes.Fail("error-workflow.trigger", "the error workflow has no Error Trigger to begin with", -1)
	}
	first, err := m.engine.firstEvent(t.program.Graph, StartRequest{
		Workflow: t.workflow, Start: t.program.Graph.Steps[trigger].Name, Mode: events.ModeError, BaseURL: m.run.Started.BaseURL,
		Input: []item.Item{{JSON: m.failureReport(end)}},
	}, t.version)
	if err != nil {
		return err
	}
	first.Root, first.Parent = m.root(), events.ParentStep{Run: m.id, Step: end.LastStep}
	run := events.DeriveRunID(m.run.StartedAt, m.root(), m.id, "error")
	return m.engine.startDerived(m.workspace, run, t.program, first)
}

// failureReport is what an error trigger emits, as n8n has it.
func (m *mailbox) failureReport(end events.RunEnded) item.Value {
	started := &m.run.Started
	execution := item.NewObject(5).
		Set("id", item.String(m.id)).
		Set("url", item.String(started.BaseURL+"/v1/runs/"+m.id)).
		Set("error", m.errorValue(end)).
		Set("lastNodeExecuted", item.String(end.LastStep)).
		Set("mode", item.String(started.Mode))
	of := item.NewObject(2).Set("id", item.String(started.Workflow)).Set("name", item.String(started.WorkflowName))
	return item.NewObject(2).Set("execution", execution.Value()).Set("workflow", of.Value()).Value()
}

func (m *mailbox) errorValue(end events.RunEnded) item.Value {
	const kind = "NodeOperationError"
	o := item.NewObject(5).Set("name", item.String(kind))
	if s, ok := m.run.Graph().StepNamed(end.LastStep); ok {
		o.Set("node", item.NewObject(4).Set("name", item.String(s.Name)).Set("type", item.String(s.Type)).
			Set("typeVersion", item.Number(s.Version)).Set("parameters", s.Params).Value())
	}
	if end.Error == nil {
		return o.Value()
	}
	if end.Error.Description != "" {
		o.Set("description", item.String(end.Error.Description))
	}
	return o.Set("message", item.String(end.Error.Message)).
		Set("stack", item.String(kind+": "+end.Error.Message)).Value()
}
