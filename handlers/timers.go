package handlers

import (
	"context"
	"errors"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

// dueTimers wakes the runs whose timer is due. A firing is a hint: it may be
// late, come twice, or be for a run that has ended.
type dueTimers struct {
	Defaults
	engine *Engine
}

// NewDueTimers makes the handler that wakes waiting runs.
func NewDueTimers(e *Engine) Handler { return dueTimers{engine: e} }

func (dueTimers) Consumer() streams.ConsumerConfig {
	return streams.ConsumerConfig{Name: "timers", Source: streams.DueTimers, AckWait: takeover, MaxInFlight: 64, Backoff: defaultBackoff()}
}

func (h dueTimers) Handle(ctx context.Context, d streams.Delivery) error {
	err := h.engine.Wake(ctx, d.Timer.Run.Workspace, d.Timer.Run.ID)
	switch {
	case commands.CodeOf(err) == commands.CodeNotFound, errors.Is(err, events.ErrRedacted):
		return nil // the run was erased
	case errors.Is(err, commands.ErrGone):
		return nil // its slice is retired
	}
	return err
}
