package projections

import (
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// The statuses of a run in the read model: two of runs that are not over, and
// the three ends that events names.
const (
	RunRunning  = "running"
	RunWaiting  = "waiting"
	RunSuccess  = events.StatusSuccess
	RunError    = events.StatusError
	RunCanceled = events.StatusCanceled
)

// maxErrorBytes bounds the error text that a list row holds; the run's own
// history holds all of it.
const maxErrorBytes = 1000

// Runs keeps one row per run with its newest state. Raise Version when tables
// or meaning change.
//
// The indexes begin with what a list is filtered by and end with the order of
// pages. Lists of several statuses merge one range for each, so that no index
// without status is needed, and finding all open runs is a range too.
var Runs = Projection{
	Name: "runs", Version: 2,
	Tables: []Table{{
		Name: "runs",
		Columns: []Column{
			{"workspace", Text}, {"id", Text}, {"workflow", Text}, {"workflow_name", Text}, {"version", Integer},
			{"mode", Text}, {"status", Text}, {"short", Integer}, {"started_at", Integer}, {"ended_at", Integer},
			{"last_step", Text}, {"error", Text}, {"steps", Integer}, {"wait_until", Integer}, {"revision", Integer},
			{"wait_kind", Text}, {"parent", Text}, {"parent_step", Text}, {"parent_run_index", Integer}, {"parent_item", Integer},
		},
		Key: []string{"workspace", "id"},
		Indexes: [][]string{
			{"status", "workspace", "started_at", "id"},
			{"workspace", "workflow", "status", "started_at", "id"},
			{"workspace", "parent", "status", "started_at", "id"},
		},
	}},
	Apply: Applies(On(runStarted), Seen[events.StepScheduled](stepScheduled), Seen[events.StepCompleted](stepCompleted),
		On(stepFailed), On(stepWaiting), On(runEnded), OnCommit(events.KindRun, runCommit)),
}

func runStarted(m Meta, e events.RunStarted) []Statement {
	cells := []Cell{
		Set("workflow", e.Workflow), Set("workflow_name", e.WorkflowName), Set("version", e.Version),
		Set("mode", e.Mode), Set("status", RunRunning), Set("short", e.Short), Set("started_at", m.At),
	}
	if p := e.Parent; p.Run != "" {
		cells = append(cells, Set("parent", p.Run), Set("parent_step", p.Step), Set("parent_run_index", p.RunIndex), Set("parent_item", p.Item))
	}
	return []Statement{Put("runs", Key(m.Workspace, m.ID), cells...)}
}

// stepScheduled shows that a waiting run went on.
func stepScheduled(m Meta, _ int) []Statement { return changeRun(m, goesOn()...) }

// stepCompleted counts executions of steps; their content is not needed, and
// decoding it would be most of the work.
func stepCompleted(m Meta, n int) []Statement {
	return changeRun(m, append(goesOn(), Add("steps", n))...)
}

// stepFailed counts an execution when there is no other attempt. The error
// shows while the run is retried, and the end of the run replaces it.
func stepFailed(m Meta, e events.StepFailed) []Statement {
	cells := append(goesOn(), Set("last_step", e.Step), Set("error", cut(e.Error.Message, maxErrorBytes)))
	if e.Retry.IsZero() {
		cells = append(cells, Add("steps", 1))
	}
	return changeRun(m, cells...)
}

func stepWaiting(m Meta, e events.StepWaiting) []Statement {
	return changeRun(m, Set("status", RunWaiting), Set("wait_kind", e.Kind), Set("wait_until", e.Until), Set("last_step", e.Step))
}

// runEnded takes a run that is not to be saved out of the read model: its log
// keeps what it was.
func runEnded(m Meta, e events.RunEnded) []Statement {
	if e.Unsaved {
		return []Statement{Delete("runs", Key(m.Workspace, m.ID)...)}
	}
	text := e.Reason
	if e.Error != nil {
		text = e.Error.Message
	}
	return changeRun(m, Set("status", e.Status), Set("ended_at", m.At), Set("wait_kind", ""), Set("wait_until", time.Time{}),
		Set("last_step", e.LastStep), Set("error", cut(text, maxErrorBytes)))
}

func runCommit(m Meta) []Statement { return changeRun(m, Set("revision", m.Revision)) }

func goesOn() []Cell {
	return []Cell{Set("status", RunRunning), Set("wait_kind", ""), Set("wait_until", time.Time{})}
}

func changeRun(m Meta, cells ...Cell) []Statement {
	return []Statement{Change("runs", Key(m.Workspace, m.ID), cells...)}
}
