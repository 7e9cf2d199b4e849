package projections

import (
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

// Reason is the stable code of a halt.
type Reason string

// Why a projection halts.
const (
	ReasonGap    Reason = "gap"     // a commit is missing in a stream
	ReasonHash   Reason = "hash"    // the log holds another commit than the one applied
	ReasonAhead  Reason = "ahead"   // the read model knows more than the log
	ReasonNewer  Reason = "newer"   // an event of a later version of Jobsprint
	ReasonDamage Reason = "damage"  // a commit that cannot be read
	ReasonStore  Reason = "storage" // the database refuses the rows
)

// Halted is the alarm of a projection that stopped at a place where going on
// would make it wrong. Nothing behind the place is applied.
type Halted struct {
	Projection string
	Reason     Reason
	// Stream and Seq name the commit at which it stopped.
	Stream string
	Seq    uint64
	// Detail is a sentence that says what was found.
	Detail string
	// Err is the cause, where there is one.
	Err error
}

// Error says what is wrong and what to do about it.
func (h *Halted) Error() string {
	return fmt.Sprintf("projection %s has stopped at %s %d: %s; %s", h.Projection, h.Stream, h.Seq, h.Detail, h.Reason.remedy())
}

// Unwrap gives the cause.
func (h *Halted) Unwrap() error { return h.Err }

func (r Reason) remedy() string {
	switch r {
	case ReasonGap, ReasonDamage:
		return `run "jobsprint doctor" to see what the log has lost; the read model keeps its last good state`
	case ReasonNewer:
		return "run the version of Jobsprint that wrote it, or a later one"
	case ReasonStore:
		return `check the disk and start again, or run "jobsprint projections rebuild"`
	}
	return `run "jobsprint doctor" to check the log, then "jobsprint projections rebuild"`
}

// Errors of waiting and querying, matched by errors.Is.
var (
	// ErrBehind: the read model has not reached the wanted place in time. Ask
	// again, or ask without demanding freshness.
	ErrBehind = errors.New("the read model has not caught up yet")
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrBadPage: the page token was not made by this query.
	ErrBadPage = errors.New("this page token is not valid; start again without one")
	// ErrBadFilter: a filter names a status that does not exist, or a limit
	// out of range.
	ErrBadFilter = errors.New("bad filter")
	// ErrRebuilding: the tables are being built in a new form, and the old
	// ones cannot answer.
	ErrRebuilding = errors.New("the read model is being rebuilt; ask again shortly")
	// ErrUnknown: there is no projection of that name.
	ErrUnknown = errors.New("no such projection")
	// ErrRunning: the projector, or a rebuild, is already running.
	ErrRunning = errors.New("the projector is already running")
	// ErrClosed: the projector was closed.
	ErrClosed = errors.New("the projector is closed")
)

// place is a cursor's place in one stream, with the hash of the commit there.
type place struct {
	seq  uint64
	hash events.Hash
}
