package handlers

import (
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/workflow"
)

// origin tells where the first input of a run of the step came from; the step may
// keep items of it and hand them out in a later run.
func (m *mailbox) origin(a workflow.Action) func(int) (item.Origin, bool) {
	runs := m.run.StepRuns(a.Ref.Step)
	return func(runIndex int) (item.Origin, bool) {
		var sources []events.Source
		switch {
		case runIndex == a.Ref.RunIndex:
			sources = a.Ref.Source
		case runIndex >= 0 && runIndex < len(runs):
			sources = runs[runIndex].Source
		}
		if len(sources) == 0 || sources[0].Step == "" {
			return item.Origin{}, false
		}
		return item.Origin{Step: sources[0].Step, Output: sources[0].Output, Run: sources[0].RunIndex}, true
	}
}
