package cli

import (
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// statusStyle gives a status of a run, step, workflow or check its colour.
func statusStyle(status string) iostreams.Style {
	switch status {
	case wire.RunSuccess, wire.WorkflowActive, wire.CheckOK:
		return iostreams.Green
	case wire.RunError, wire.WorkflowFailed, wire.CheckFail, statusRefused, "halted":
		return iostreams.Red
	case wire.RunWaiting, wire.CheckWarn, wire.WorkflowActivating, "rebuilding":
		return iostreams.Yellow
	case wire.RunRunning:
		return iostreams.Cyan
	}
	return iostreams.Dim
}

// statusCell is a cell with a coloured status.
func statusCell(status string) iostreams.Cell {
	return iostreams.Cell{Text: status, Style: statusStyle(status), Whole: true}
}
