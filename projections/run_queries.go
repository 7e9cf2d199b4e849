package projections

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// RunRow is a run as lists show it.
type RunRow struct {
	ID, Workspace, Workflow, WorkflowName string
	// Version is that of the workflow.
	Version int
	// Mode is what started it, such as events.ModeWebhook.
	Mode string
	// Status is RunRunning, RunWaiting, RunSuccess, RunError or RunCanceled.
	Status string
	// StartedAt and EndedAt are the deciders' clocks; EndedAt is zero while
	// the run is open.
	StartedAt, EndedAt time.Time
	// LastStep is known when a step failed or waits, and at the end.
	LastStep string
	// Error is the newest error's message, at most 1,000 bytes.
	Error string
	// Steps counts the executions of steps that are over.
	Steps int
	// WaitUntil is set while it waits for a time.
	WaitUntil time.Time
	// WaitKind is what it waits for: events.WaitTime and its like; empty also for
	// another attempt at a step.
	WaitKind string
	// Revision is that of the newest commit that the row holds.
	Revision uint64
	// Parent is the step of another run that has started it; zero: none.
	Parent events.ParentStep
}

// RunFilter says which runs a list holds.
type RunFilter struct {
	// Workspace; empty means events.DefaultWorkspace.
	Workspace string
	// Workflow; empty means all.
	Workflow string
	// Parent is the run that has started them; empty means all.
	Parent string
	// Status; none means all.
	Status []string
	// After is the Next of the page before.
	After string
	// Limit 0 means DefaultPageLimit; MaxPageLimit at most.
	Limit int
}

var runStatuses = []string{RunRunning, RunWaiting, RunSuccess, RunError, RunCanceled}

const runColumns = "id, workspace, workflow, workflow_name, version, mode, status, started_at, ended_at, last_step, error, steps, wait_until, revision, wait_kind, parent, parent_step, parent_run_index, parent_item"

// notShort hides runs that are not to be kept once they have succeeded.
var notShort = map[string]string{RunSuccess: "short = 0"}

// Runs lists runs, newest first. Errors: ErrBadPage, ErrBadFilter,
// ErrRebuilding.
func (q *Queries) Runs(ctx context.Context, f RunFilter) (Page[RunRow], error) {
	l := listing{table: "runs", columns: runColumns, order: "started_at", extra: notShort, where: []string{"workspace = ?"}}
	l.args = []any{workspaceOr(f.Workspace)}
	if f.Workflow != "" {
		l.where, l.args = append(l.where, "workflow = ?"), append(l.args, f.Workflow)
	}
	if f.Parent != "" {
		l.where, l.args = append(l.where, "parent = ?"), append(l.args, f.Parent)
	}
	if err := l.bound(f.Status, runStatuses, f.After, f.Limit); err != nil {
		return Page[RunRow]{}, err
	}
	query, args := l.query()
	list, err := q.runs(ctx, query, args)
	return pageOf(list, l.limit, func(r RunRow) mark { return mark{nanos(r.StartedAt), r.ID} }), err
}

// bound takes over and checks what all lists have in common.
func (l *listing) bound(status, all []string, after string, limit int) (err error) {
	l.statuses = all
	if len(status) > 0 {
		l.statuses = slices.Compact(slices.Sorted(slices.Values(status)))
		for _, s := range l.statuses {
			if !slices.Contains(all, s) {
				return fmt.Errorf("%w: status %q is none of %v", ErrBadFilter, s, all)
			}
		}
	}
	if l.limit, err = pageLimit(limit); err != nil {
		return err
	}
	l.after, err = parseMark(after)
	return err
}

func workspaceOr(ws string) string {
	if ws == "" {
		return events.DefaultWorkspace
	}
	return ws
}

func (q *Queries) runs(ctx context.Context, query string, args []any) ([]RunRow, error) {
	var list []RunRow
	err := q.each(ctx, "runs", query, args, func(scan func(...any) error) error {
		var r RunRow
		var started, ended, wait int64
		err := scan(&r.ID, &r.Workspace, &r.Workflow, &r.WorkflowName, &r.Version, &r.Mode, &r.Status, &started, &ended, &r.LastStep, &r.Error, &r.Steps, &wait, &r.Revision,
			&r.WaitKind, &r.Parent.Run, &r.Parent.Step, &r.Parent.RunIndex, &r.Parent.Item)
		r.StartedAt, r.EndedAt, r.WaitUntil = fromNanos(started), fromNanos(ended), fromNanos(wait)
		list = append(list, r)
		return err
	})
	return list, err
}

// Run is one run. Errors: ErrNotFound, ErrRebuilding.
func (q *Queries) Run(ctx context.Context, workspace, id string) (RunRow, error) {
	list, err := q.runs(ctx, "SELECT "+runColumns+" FROM runs WHERE workspace = ? AND id = ?", []any{workspaceOr(workspace), id})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("run %s: %w", id, ErrNotFound)
	}
	if err != nil {
		return RunRow{}, err
	}
	return list[0], nil
}

// OpenRuns calls fn for every run of all workspaces that is not over, as of
// one moment, with what it waits for and until when. An error of fn ends it and
// is returned as it is.
func (q *Queries) OpenRuns(ctx context.Context, fn func(workspace, id, status, waitKind string, waitUntil time.Time) error) error {
	query := "SELECT workspace, id, status, wait_kind, wait_until FROM runs WHERE status IN (?, ?)"
	return q.each(ctx, "runs", query, []any{RunRunning, RunWaiting}, func(scan func(...any) error) error {
		var workspace, id, status, kind string
		var wait int64
		if err := scan(&workspace, &id, &status, &kind, &wait); err != nil {
			return err
		}
		return fn(workspace, id, status, kind, fromNanos(wait))
	})
}

// RunStats counts the runs of one workflow, or of all, by status.
type RunStats struct {
	Running, Waiting, Success, Error, Canceled int64
	// Ended is how many of them are over, and MeanDuration the mean of their
	// lengths from the first commit to the last.
	Ended        int64
	MeanDuration time.Duration
}

// Stats counts the runs that began at or after since. Workflow "" means all of
// the workspace. It reads the rows that it counts: keep since near.
func (q *Queries) Stats(ctx context.Context, workspace, workflow string, since time.Time) (RunStats, error) {
	query := "SELECT status, COUNT(*), COALESCE(SUM(CASE WHEN ended_at > 0 THEN ended_at - started_at ELSE 0 END), 0), " +
		"COALESCE(SUM(CASE WHEN ended_at > 0 THEN 1 ELSE 0 END), 0) " +
		"FROM runs WHERE workspace = ? AND status IN (?, ?, ?, ?, ?) AND started_at >= ?"
	args := []any{workspaceOr(workspace), RunRunning, RunWaiting, RunSuccess, RunError, RunCanceled, nanos(since)}
	if workflow != "" {
		query, args = query+" AND workflow = ?", append(args, workflow)
	}
	var s RunStats
	var total int64
	err := q.each(ctx, "runs", query+" GROUP BY status", args, func(scan func(...any) error) error {
		var status string
		var n, length, ended int64
		if err := scan(&status, &n, &length, &ended); err != nil {
			return err
		}
		*s.counter(status) += n
		total, s.Ended = total+length, s.Ended+ended
		return nil
	})
	if s.Ended > 0 {
		s.MeanDuration = time.Duration(total / s.Ended)
	}
	return s, err
}

func (s *RunStats) counter(status string) *int64 {
	switch status {
	case RunRunning:
		return &s.Running
	case RunWaiting:
		return &s.Waiting
	case RunSuccess:
		return &s.Success
	case RunError:
		return &s.Error
	}
	return &s.Canceled
}
