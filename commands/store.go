package commands

import (
	"context"
	"errors"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// Store is the event store that commands need.
type Store interface {
	// Load calls fn for each commit of the aggregate that lies behind after,
	// in order, having verified revision and hash chain, and returns the head.
	// An aggregate that does not exist has the zero head. An error of fn ends
	// the load and is returned as it is. Errors: *DamageError, ErrUnavailable,
	// ErrGone.
	Load(ctx context.Context, id events.AggregateID, after events.Head, fn func(*events.Recorded) error) (events.Head, error)
	// Append stores one commit behind the expected head, or nothing. When it
	// returns without error the commit is acknowledged: it outlives a crash.
	// The same command id behind the same head again changes nothing and
	// gives the commit that was stored the first time. Errors: ErrConflict,
	// ErrTooLarge, ErrUnavailable, ErrGone.
	Append(ctx context.Context, a Append) (*events.Recorded, error)
}

// Append is one commit to be stored.
type Append struct {
	Aggregate events.AggregateID
	// Expect is the head on which the decision was made.
	Expect events.Head
	Events []events.Event
	// At is the decider's clock.
	At          time.Time
	CommandID   events.ID
	CommandName string
	CommandHash events.Hash
	Actor       string
	Correlation string
	Causation   string
	Traceparent string
}

// Errors of the store, matched by errors.Is.
var (
	// ErrConflict: somebody else appended first; load again and decide again.
	ErrConflict = errors.New("the aggregate has moved on")
	// ErrTooLarge: the commit does not fit into one message.
	ErrTooLarge = errors.New("the commit is too large")
	// ErrUnavailable: the log cannot be written or read now; whether the
	// commit was stored is not known. The same append may be tried again.
	ErrUnavailable = errors.New("the log is not available")
	// ErrGone: the id is older than the oldest slice that is kept.
	ErrGone = errors.New("it is older than what is kept")
)

// DamageError reports a chain that does not verify: a commit that is missing,
// altered, or not decodable.
type DamageError struct {
	Aggregate events.AggregateID
	// Revision is the first revision that is wrong.
	Revision uint64
	Position events.Position
	Detail   string
}

// Error names the aggregate, the revision and what is wrong.
func (e *DamageError) Error() string {
	return "the log is damaged at " + e.Aggregate.String() + ": " + e.Detail + "; run \"jobsprint doctor\""
}
