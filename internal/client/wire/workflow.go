package wire

import "time"

// Statuses of a workflow.
const (
	WorkflowInactive   = "inactive"
	WorkflowActivating = "activating"
	WorkflowActive     = "active"
	WorkflowFailed     = "failed" // the last activation failed; Reasons say why
	WorkflowArchived   = "archived"
)

// Workflow is a definition as it stands.
type Workflow struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
	// Version is the newest version; ActiveVersion the one that runs, 0: none.
	Version       int       `json:"version"`
	ActiveVersion int       `json:"activeVersion,omitempty"`
	CreatedAt     time.Time `json:"createdAt,omitzero"`
	UpdatedAt     time.Time `json:"updatedAt,omitzero"`
	// Reasons say why the last activation failed.
	Reasons []string `json:"reasons,omitempty"`
	// Problems are what the import found. Given by create and revise only.
	Problems []WorkflowProblem `json:"problems,omitzero"`
	// Repeated is set when the command had been carried out before.
	Repeated bool `json:"repeated,omitempty"`
}

// WorkflowProblem is something in a definition that needs attention; a blocking
// one keeps it from being activated.
type WorkflowProblem struct {
	Code     string `json:"code"`
	Step     string `json:"step,omitempty"`
	Pointer  string `json:"pointer,omitempty"`
	Message  string `json:"message"`
	Blocking bool   `json:"blocking"`
}

// Page is one page of a list, newest first. Next is the token of the next page,
// given as the parameter "after"; empty: this is the last.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}
