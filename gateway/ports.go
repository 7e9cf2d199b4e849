package gateway

import (
	"context"
	"io"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/workflow"
)

// Commands changes workflows. *commands.Executor is one.
type Commands interface {
	CreateWorkflow(ctx context.Context, m commands.Meta, raw []byte, name string) (commands.Created, error)
	ReviseWorkflow(ctx context.Context, m commands.Meta, id string, raw []byte, ifVersion int) (commands.Created, error)
	ActivateWorkflow(ctx context.Context, m commands.Meta, id string, version int) (commands.Outcome, error)
	DeactivateWorkflow(ctx context.Context, m commands.Meta, id string) (commands.Outcome, error)
	ArchiveWorkflow(ctx context.Context, m commands.Meta, id string) (commands.Outcome, error)
	Definition(ctx context.Context, workspace, id string) (commands.Definition, error)
	// Graph is a checked version of a workflow.
	Graph(ctx context.Context, workspace, id string, version int) (*workflow.Graph, error)
}

// Engine runs workflows. *handlers.Engine is one.
type Engine interface {
	Start(ctx context.Context, r handlers.StartRequest) (handlers.Started, error)
	// Reserve makes the id of a run for which payloads are stored before it starts.
	Reserve(ctx context.Context, workspace string) handlers.Reservation
	// Resume brings a request to a run that waits for one.
	Resume(ctx context.Context, r handlers.ResumeRequest) (handlers.Resumed, error)
	Cancel(ctx context.Context, m commands.Meta, run, reason string) (commands.Outcome, error)
	Replay(ctx context.Context, workspace, run string) (handlers.Replay, error)
	Execution(ctx context.Context, workspace, run string) ([]byte, error)
}

// Routes finds what listens on a webhook's path. *handlers.Routes is one.
type Routes interface {
	Match(ctx context.Context, workspace, method, path string) (handlers.Match, error)
}

// Live gives ticks of running steps between commits. *handlers.Live is one.
type Live interface {
	Subscribe(run string) (<-chan handlers.Tick, func())
}

// Log reads the log. OverStreams makes one of *streams.Log.
type Log interface {
	Load(ctx context.Context, id events.AggregateID, after events.Head, fn func(*events.Recorded) error) (events.Head, error)
	Head(ctx context.Context) (events.Cursor, error)
	// Follow reads every event stream behind a cursor.
	Follow(from events.Cursor) Tail
}

// Tail is a reader of the log's end.
type Tail interface {
	// Next blocks until there is at least one commit.
	Next(ctx context.Context) ([]*events.Recorded, error)
	Close()
}

// Payloads reads what is too large for an event. *streams.Payloads is one.
type Payloads interface {
	Get(ctx context.Context, workspace string, ref item.Ref) ([]byte, error)
	Open(ctx context.Context, workspace string, ref item.Ref) (io.ReadCloser, error)
}

// Queries reads the read models. *projections.Queries is one.
type Queries interface {
	Runs(ctx context.Context, f projections.RunFilter) (projections.Page[projections.RunRow], error)
	Run(ctx context.Context, workspace, id string) (projections.RunRow, error)
	Workflows(ctx context.Context, f projections.WorkflowFilter) (projections.Page[projections.WorkflowRow], error)
}

// Projections says how far the read models are. *projections.Projector is one.
type Projections interface {
	Wait(ctx context.Context, atLeast events.Cursor) error
	Status(ctx context.Context) []projections.Status
	Rebuild(ctx context.Context, name string, progress func(done, total int64)) error
}

// Doctor checks what the server depends on.
type Doctor func(ctx context.Context) []wire.Check
