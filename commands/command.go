package commands

import (
	"errors"

	"github.com/jobsprint/jobsprint/events"
)

// Meta is what surrounds a command: who gives it, and how it is recognised
// when it comes again.
type Meta struct {
	Workspace string
	// Actor is an opaque id, never a name.
	Actor string
	// IdempotencyKey is the caller's; empty: the command has none.
	IdempotencyKey string
	// Body is what the caller sent, for telling a repeat from another command
	// under the same key.
	Body        []byte
	Correlation string
	Causation   string
	Traceparent string
}

// Outcome is what a command led to.
type Outcome struct {
	// ID is the aggregate's id.
	ID       string
	Revision uint64
	// Version is the workflow version concerned; 0 where none is.
	Version int
	// Freshness is a cursor behind the last commit: a query that covers it
	// sees the command's effect.
	Freshness events.Cursor
	// Repeated is set when the command had been carried out before.
	Repeated bool
}

// Code is the stable name of a refusal.
type Code string

// Codes of refusals.
const (
	CodeInvalid             Code = "invalid"              // what was sent is wrong
	CodeNotFound            Code = "not-found"            // there is no such thing
	CodeDenied              Code = "denied"               // the actor may not
	CodeArchived            Code = "archived"             // it takes no more commands
	CodeInactive            Code = "inactive"             // the workflow has no active version
	CodeNotRunnable         Code = "not-runnable"         // the workflow has problems that keep it from running
	CodeRouteTaken          Code = "route-taken"          // another workflow holds the route
	CodeConflict            Code = "conflict"             // it has moved on; load and try again
	CodeEnded               Code = "run-ended"            // the run has ended
	CodeIdempotencyExpired  Code = "idempotency-expired"  // the key is older than what is remembered
	CodeIdempotencyMismatch Code = "idempotency-mismatch" // the key came with another body
	CodeTooManyRuns         Code = "too-many-runs"        // admission: try again later
	CodeTooLarge            Code = "too-large"            // over a named limit
	CodeUnavailable         Code = "unavailable"          // the log cannot be written now
	CodeUnsigned            Code = "invalid-signature"    // the address is not the whole of what was told
	CodeGone                Code = "gone"                 // older than what is kept
)

// Error is a refusal: nothing has changed. Message is for a person and says
// what to do; Pointer is the JSON pointer to what is wrong, where there is one.
type Error struct {
	Code    Code
	Message string
	Pointer string
	// Details lists single problems, one sentence each.
	Details []string
	Err     error
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of a refusal; CodeUnavailable for ErrUnavailable and "" for
// any other error.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Code
	case errors.Is(err, ErrConflict):
		return CodeConflict
	case errors.Is(err, ErrTooLarge):
		return CodeTooLarge
	case errors.Is(err, ErrUnavailable):
		return CodeUnavailable
	case errors.Is(err, ErrGone):
		return CodeGone
	}
	return ""
}
