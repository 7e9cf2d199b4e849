package gateway_test

import (
	"context"

	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/projections"
)

// ticker is a source of ticks that a test feeds.
type ticker chan handlers.Tick

func (c ticker) Subscribe(string) (<-chan handlers.Tick, func()) { return c, func() {} }

func tickOf(run string) handlers.Tick {
	return handlers.Tick{Run: run, Step: "Wait", Status: handlers.TickRunning, DurationUS: 7}
}

func startNewest(input item.Value) wire.StartRun {
	return wire.StartRun{Input: input, Version: wire.NewestVersion}
}

// routesTo matches every path with one step.
type routesTo struct{ node nodes.Webhook }

func (r routesTo) Match(context.Context, string, string, string) (handlers.Match, error) {
	return handlers.Match{Node: r.node}, nil
}

// emptyModels are read models that have not got anywhere yet.
type emptyModels struct{ gateway.Queries }

func (emptyModels) Run(context.Context, string, string) (projections.RunRow, error) {
	return projections.RunRow{}, projections.ErrNotFound
}
