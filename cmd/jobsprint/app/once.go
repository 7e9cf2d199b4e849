package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/workflow"
)

// ParkedAfter is the shortest wait that ends an execution of n8n with the
// status "waiting"; it sits out a shorter one. Once takes a run that waits as
// long for ended.
const ParkedAfter = 65 * time.Second

// Pauses between two looks at a run.
const (
	firstLook  = time.Millisecond
	longestGap = 25 * time.Millisecond
)

// actorOnce is who starts the runs of Once.
const actorOnce = "local"

// Once says what Run runs.
type Once struct {
	Workflow []byte // n8n's JSON
	Name     string // where the workflow has none
	// Mode is one of the modes of events; empty: events.ModeManual.
	Mode string
	// Input are the items that the start emits; nil: one empty item.
	Input []item.Item
}

// RunOnce stores a workflow, runs it to its end, or until it waits for long, and
// gives the run as n8n prints an execution. Errors: *commands.Error where it
// cannot be stored or started, and the context's.
func (a *App) RunOnce(ctx context.Context, o Once) (item.Value, error) {
	meta := commands.Meta{Workspace: events.DefaultWorkspace, Actor: actorOnce}
	made, err := a.commands.CreateWorkflow(ctx, meta, o.Workflow, o.Name)
	if err != nil {
		return item.Undefined, err
	}
	if o.Mode == "" {
		o.Mode = events.ModeManual
	}
	started, err := a.engine.Start(ctx, handlers.StartRequest{
		Meta: meta, Workflow: made.ID, Version: handlers.NewestVersion, Mode: o.Mode, Input: o.Input,
	})
	if err != nil {
		return item.Undefined, err
	}
	execution, err := a.await(ctx, started.Run)
	if err != nil { // nobody will look at the run again
		stop := context.WithoutCancel(ctx)
		_, canceled := a.engine.Cancel(stop, meta, started.Run, "nobody waits for it")
		var refused *commands.Error
		if errors.As(canceled, &refused) {
			canceled = nil // it has ended meanwhile
		}
		return item.Undefined, errors.Join(err, canceled)
	}
	return execution, nil
}

// await looks at a run until it has ended.
func (a *App) await(ctx context.Context, run string) (item.Value, error) {
	for gap := firstLook; ; gap = min(gap*3/2, longestGap) {
		raw, err := a.engine.Execution(ctx, events.DefaultWorkspace, run)
		if err != nil {
			return item.Undefined, err
		}
		execution, err := item.Parse(raw, item.Limits{MaxBytes: len(raw), MaxDepth: 1000, MaxValues: 100_000_000})
		if err != nil {
			return item.Undefined, fmt.Errorf("read run %s: %w", run, err)
		}
		if execution.Get("stoppedAt").Kind() == item.KindString || a.parked(ctx, run, execution) {
			return execution, nil
		}
		t := time.NewTimer(gap)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return item.Undefined, ctx.Err()
		}
	}
}

// parked tells whether a run waits for so long, or for somebody, that n8n would
// end its process here.
func (a *App) parked(ctx context.Context, run string, execution item.Value) bool {
	if execution.Get("status").ToString() != string(workflow.StatusWaiting) {
		return false
	}
	row, err := a.projector.Queries().Run(ctx, events.DefaultWorkspace, run)
	if err != nil || row.Status != string(workflow.StatusWaiting) {
		return false // the read model is behind
	}
	return row.WaitUntil.IsZero() || time.Until(row.WaitUntil) >= ParkedAfter-time.Second
}
