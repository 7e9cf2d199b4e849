package wire

import (
	"encoding/json"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Statuses of a run.
const (
	RunRunning  = "running"
	RunWaiting  = "waiting"
	RunSuccess  = "success"
	RunError    = "error"
	RunCanceled = "canceled"
)

// Run is a run as it stands.
type Run struct {
	ID           string    `json:"id"`
	Workflow     string    `json:"workflow"`
	WorkflowName string    `json:"workflowName,omitempty"`
	Version      int       `json:"version"`
	Mode         string    `json:"mode"`
	Status       string    `json:"status"`
	StartedAt    time.Time `json:"startedAt,omitzero"`
	EndedAt      time.Time `json:"endedAt,omitzero"`
	LastStep     string    `json:"lastStep,omitempty"`
	Error        string    `json:"error,omitempty"`
	// Steps counts the step runs that have finished.
	Steps     int       `json:"steps"`
	WaitUntil time.Time `json:"waitUntil,omitzero"`
	Revision  uint64    `json:"revision"`
	// WaitsFor is what it waits for: "time", "child", "webhook" or "form".
	WaitsFor string `json:"waitsFor,omitempty"`
	// Parent is the step of another run that has started it.
	Parent *RunParent `json:"parent,omitempty"`
}

// RunParent is a step of a run.
type RunParent struct {
	Run      string `json:"run"`
	Step     string `json:"step"`
	RunIndex int    `json:"runIndex"`
	// Item is the input item that the step has started the run for.
	Item int `json:"item"`
}

// Ended reports whether the run has come to its end.
func (r Run) Ended() bool {
	return r.Status == RunSuccess || r.Status == RunError || r.Status == RunCanceled
}

// StartRun is the body of POST /v1/workflows/{id}/runs.
type StartRun struct {
	// Input is an object (the start item's json) or an array of objects
	// (several items); undefined: one empty item.
	Input item.Value `json:"input,omitzero"`
	// Version is a version's number, 0 for the active one, or NewestVersion.
	Version int `json:"version,omitempty"`
	// Start names the step to begin with; empty: the workflow's start step.
	Start string `json:"start,omitempty"`
	// Pinned says whether steps emit what is pinned to them; nil: they do.
	Pinned *bool `json:"pinned,omitempty"`
}

// NewestVersion asks for the newest version, active or not.
const NewestVersion = -1

// StartedRun answers a start. Status and what follows are given when the caller
// waited for the end.
type StartedRun struct {
	ID string `json:"id"`
	// Repeated is set when the idempotency key had started this run before.
	Repeated bool `json:"repeated,omitempty"`
	// Run is the run as it stood when the wait ended; nil: nobody waited.
	Run *Run `json:"run,omitempty"`
}

// Done answers a command that changes one thing.
type Done struct {
	ID       string `json:"id"`
	Revision uint64 `json:"revision"`
	Repeated bool   `json:"repeated,omitempty"`
}

// Aggregate names what an event is about.
type Aggregate struct {
	Kind      string `json:"kind"`
	Workspace string `json:"workspace"`
	ID        string `json:"id"`
}

// Event is one fact of the log.
type Event struct {
	Aggregate Aggregate `json:"aggregate"`
	// Revision is the commit's place in the aggregate's chain, from 1, and
	// Index the event's place in the commit, from 0.
	Revision uint64    `json:"revision"`
	Index    int       `json:"index"`
	Type     string    `json:"type"`
	Version  int       `json:"version"`
	At       time.Time `json:"at"`
	// Data is the event's JSON in the version in which it was stored, or null
	// when its content was erased.
	Data json.RawMessage `json:"data"`
	// Cursor is the place behind the event. In /v1/events only: on a stream it
	// is the SSE id.
	Cursor string `json:"cursor,omitempty"`
	// Commit is given in lists only.
	Commit *Commit `json:"commit,omitempty"`
}

// Items is one page of a step's output.
type Items struct {
	Step     string `json:"step"`
	RunIndex int    `json:"runIndex"`
	Output   int    `json:"output"`
	// Total is the number of items of the output; Items are those from Offset.
	Total  int             `json:"total"`
	Offset int             `json:"offset"`
	Items  json.RawMessage `json:"items"`
}

// Tick is a step's state between commits: for the live view, not stored.
type Tick struct {
	Run        string    `json:"run"`
	Step       string    `json:"step"`
	RunIndex   int       `json:"runIndex"`
	Status     string    `json:"status"`
	At         time.Time `json:"at"`
	DurationUS int64     `json:"durationUS,omitempty"`
}

// EventPage is a page of events, oldest first. Next is the token, on /v1/events
// the cursor, behind the page.
type EventPage struct {
	Items []Event `json:"items"`
	Next  string  `json:"next,omitempty"`
	// More is set when the page ended before the log did.
	More bool `json:"more,omitempty"`
}

// Commit is what an event's envelope says about the commit that holds it.
type Commit struct {
	Hash        string `json:"hash"`
	Prev        string `json:"prev,omitempty"`
	CommandID   string `json:"commandId,omitempty"`
	Command     string `json:"command,omitempty"`
	Actor       string `json:"actor,omitempty"`
	Correlation string `json:"correlation,omitempty"`
	Causation   string `json:"causation,omitempty"`
	Traceparent string `json:"traceparent,omitempty"`
	// Bytes is the size of the stored body.
	Bytes int `json:"bytes"`
}

// Replay is what came out when a run was computed again from its record.
type Replay struct {
	Run      string `json:"run"`
	Workflow string `json:"workflow"`
	Version  int    `json:"version"`
	Status   string `json:"status"`
	Equal    bool   `json:"equal"`
	Commits  int    `json:"commits"`
	Events   int    `json:"events"`
	// Recomputed counts the steps that were computed again, FromRecord those
	// that were taken from the record.
	Recomputed  int          `json:"recomputed"`
	FromRecord  int          `json:"fromRecord"`
	Differences []Difference `json:"differences"`
}

// Difference is one place where a replay does not agree with the record.
type Difference struct {
	Step       string `json:"step,omitempty"`
	RunIndex   int    `json:"runIndex"`
	What       string `json:"what"`
	Recorded   string `json:"recorded"`
	Recomputed string `json:"recomputed"`
	// Follows is set when an earlier difference explains this one.
	Follows bool `json:"follows,omitempty"`
}
