package projections

import (
	"context"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

// Source is the log as the runtime reads it.
type Source interface {
	// Follow reads all event streams behind a cursor, in order within each.
	Follow(from events.Cursor) Reader
	// Head is the last acknowledged position of each stream.
	Head(ctx context.Context) (events.Cursor, error)
	// ReadAt gives one commit by stream and sequence.
	ReadAt(ctx context.Context, p events.Position) (*events.Recorded, error)
}

// Reader reads on from a cursor.
type Reader interface {
	// Next blocks until there is at least one commit, ctx ends, or reading on
	// is impossible: a *Unreadable, or any other error, which may pass.
	Next(ctx context.Context) ([]*events.Recorded, error)
	// Close may be called once Next has returned.
	Close()
}

// Unreadable is what a Reader meets when the log itself is wrong at a place.
type Unreadable struct {
	Reason   Reason // ReasonGap, ReasonAhead, ReasonDamage or ReasonNewer
	Position events.Position
	Err      error
}

// Error names the place and the cause.
func (u *Unreadable) Error() string {
	return fmt.Sprintf("read %s %d: %v", u.Position.Stream, u.Position.Seq, u.Err)
}

// Unwrap gives the cause.
func (u *Unreadable) Unwrap() error { return u.Err }
