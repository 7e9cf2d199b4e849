package app

import (
	"context"
	"errors"
	"time"

	"github.com/jobsprint/jobsprint/handlers"
)

// openRunsFunc lists the runs that have not ended.
type openRunsFunc = func(ctx context.Context, fn func(workspace, id, status, waitKind string, waitUntil time.Time) error) error

// openRuns is what the engine takes over: every open run for a server. A
// command that holds the folder for a moment leaves them to the next server:
// nobody expects that listing runs makes them act.
func (a *App) openRuns() openRunsFunc {
	if a.conf.Work == Serve {
		return a.projector.Queries().OpenRuns
	}
	return func(context.Context, func(string, string, string, string, time.Time) error) error { return nil }
}

// takeOver brings the engine to work, as much as is wanted.
func (a *App) takeOver(ctx context.Context) (err error) {
	var list []handlers.Handler
	if a.conf.Work >= Activate {
		list = append(list, handlers.NewActivation(a.commands))
	}
	if a.conf.Work >= Run {
		list = append(list, handlers.NewDueTimers(a.engine))
	}
	if err := a.engine.Recover(ctx); err != nil {
		return err
	}
	if len(list) > 0 {
		a.runtime, err = handlers.NewRuntime(handlers.RuntimeConfig{
			Log: a.log, Logger: a.conf.Logger.With("room", "handlers"), Registry: a.registry,
		}, list...)
		if err == nil {
			err = a.runtime.Start(ctx)
		}
		if err != nil {
			a.runtime = nil // Start has ended what it began
			return err
		}
	}
	if a.conf.Work == Serve {
		return a.engine.Routes().Start(ctx)
	}
	return nil
}

// rest ends handlers and engine: steps in flight finish, or are handed over to
// the next start when ctx ends.
func (a *App) rest(ctx context.Context) error {
	var errs []error
	if a.engine != nil {
		a.engine.Routes().Stop()
	}
	if a.runtime != nil {
		errs = append(errs, a.runtime.Shutdown(ctx))
	}
	if a.engine != nil {
		errs = append(errs, a.engine.Shutdown(ctx))
	}
	return errors.Join(errs...)
}
