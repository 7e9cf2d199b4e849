package gateway

import (
	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/streams"
)

// The rooms below satisfy what the gateway asks for.
var (
	_ Commands    = (*commands.Executor)(nil)
	_ Engine      = (*handlers.Engine)(nil)
	_ Routes      = (*handlers.Routes)(nil)
	_ Live        = (*handlers.Live)(nil)
	_ Payloads    = (*streams.Payloads)(nil)
	_ Queries     = (*projections.Queries)(nil)
	_ Projections = (*projections.Projector)(nil)
)

// OverStreams makes the gateway's view of a log.
func OverStreams(l *streams.Log) Log { return overStreams{l} }

type overStreams struct{ *streams.Log }

// Follow reads every event stream behind a cursor.
func (l overStreams) Follow(from events.Cursor) Tail { return l.Tail(from, streams.TailOptions{}) }
