package projections

import (
	"context"
	"errors"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

// FromLog makes a Source of the event log.
func FromLog(l *streams.Log) Source { return logSource{l} }

type logSource struct{ log *streams.Log }

// Follow tails all event streams, those included that begin later.
func (s logSource) Follow(from events.Cursor) Reader {
	return logReader{s.log.Tail(from, streams.TailOptions{MaxBatch: maxBatchCommits})}
}

// Head is the log's watermark.
func (s logSource) Head(ctx context.Context) (events.Cursor, error) { return s.log.Head(ctx) }

// ReadAt reads one commit.
func (s logSource) ReadAt(ctx context.Context, p events.Position) (*events.Recorded, error) {
	c, err := s.log.ReadAt(ctx, p)
	return c, classify(err, p)
}

type logReader struct {
	tail *streams.Tail
}

// Next reads on; what is wrong with the log itself comes as *Unreadable.
func (r logReader) Next(ctx context.Context) ([]*events.Recorded, error) {
	list, err := r.tail.Next(ctx)
	return list, classify(err, events.Position{})
}

// Close ends the tail.
func (r logReader) Close() { r.tail.Close() }

// classify tells what is wrong with the log, which stays wrong, from what may
// pass.
func classify(err error, p events.Position) error {
	var gap *streams.GapError
	var damage *commands.DamageError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &gap):
		return &Unreadable{ReasonGap, events.Position{Stream: gap.Stream, Seq: gap.Seq}, err}
	case errors.As(err, &damage):
		return &Unreadable{ReasonDamage, damage.Position, err}
	case errors.Is(err, streams.ErrCursorAhead):
		return &Unreadable{ReasonAhead, p, err}
	}
	return err
}
