package app

import (
	"context"
	"errors"

	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/datadir"
)

// Close ends everything in reverse order: no more requests, streams closed,
// steps in flight finished, read models at the log's end, the folder released.
// When ctx ends it lets go at once; what is unfinished goes on at the next
// start. It may be called again and gives the same answer.
func (a *App) Close(ctx context.Context) error {
	a.closing.Do(func() {
		a.setState(errStopping)
		a.closed = a.shutdown(ctx)
	})
	return a.closed
}

func (a *App) shutdown(ctx context.Context) error {
	errs := []error{a.stopListening(ctx)}
	if a.gateway != nil {
		a.gateway.Close()
	}
	errs = append(errs, a.rest(ctx), a.closeProjections(ctx))
	if a.log != nil {
		errs = append(errs, datadir.RemoveServer(a.conf.DataDir), a.log.Close(ctx))
	}
	return errors.Join(errs...)
}

func (a *App) stopListening(ctx context.Context) error {
	if a.http == nil {
		return nil
	}
	if a.gateway != nil {
		a.gateway.Close() // streams would keep their requests open
	}
	return errors.Join(gateway.Shutdown(ctx, a.http), <-a.served)
}

// closeProjections brings the read models to the log's end, so that the next
// start has nothing to catch up with.
func (a *App) closeProjections(ctx context.Context) error {
	if a.projector == nil {
		return nil
	}
	if a.following != nil {
		if head, err := a.log.Head(ctx); err == nil {
			_ = a.projector.CatchUp(ctx, head) // an alarm was logged when it came
		}
		a.following()
		<-a.followed
	}
	return a.projector.Close()
}
