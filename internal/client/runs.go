package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

const runsPath = "/v1/runs"

func runPath(id, rest string) string { return runsPath + "/" + url.PathEscape(id) + rest }

// startBody is wire.StartRun as it is sent: a version may be a word.
type startBody struct {
	Input   item.Value `json:"input,omitzero"`
	Version any        `json:"version,omitempty"`
	Start   string     `json:"start,omitempty"`
	Pinned  *bool      `json:"pinned,omitempty"`
}

// StartRun starts a run. With a wait it returns when the run has ended, or the
// wait is over: Run says how the run stood then.
func (c *Client) StartRun(ctx context.Context, workflow string, s wire.StartRun, wait time.Duration) (wire.StartedRun, error) {
	body := startBody{Input: s.Input, Start: s.Start, Pinned: s.Pinned}
	switch {
	case s.Version == wire.NewestVersion:
		body.Version = "newest"
	case s.Version != 0:
		body.Version = s.Version
	}
	q := params{}
	if wait > 0 {
		q.set("wait", wait.String())
	}
	return command[wire.StartedRun](ctx, c, workflowPath(workflow, "/runs"), q.values(), body)
}

// RunFilter says which runs a list holds.
type RunFilter struct {
	Workflow string
	Parent   string // the run that has started them
	Status   []string
	After    string // Next of the page before
	Limit    int    // 0: 50; at most 500
}

// Runs lists runs, newest first.
func (c *Client) Runs(ctx context.Context, f RunFilter) (wire.Page[wire.Run], error) {
	q := params{}.set("workflow", f.Workflow).set("parent", f.Parent).list("status", f.Status).set("after", f.After).int("limit", f.Limit)
	return query[wire.Page[wire.Run]](ctx, c, runsPath, q.values())
}

// Run gives one run.
func (c *Client) Run(ctx context.Context, id string) (wire.Run, error) {
	return query[wire.Run](ctx, c, runPath(id, ""), nil)
}

type reasonBody struct {
	Reason string `json:"reason,omitempty"`
}

// CancelRun ends a run. The reason is shown with the run; it may be empty.
func (c *Client) CancelRun(ctx context.Context, id, reason string) (wire.Done, error) {
	return command[wire.Done](ctx, c, runPath(id, "/cancel"), nil, reasonBody{reason})
}

// RunEvents gives a page of a run's history, oldest first.
func (c *Client) RunEvents(ctx context.Context, id, after string, limit int) (wire.EventPage, error) {
	return query[wire.EventPage](ctx, c, runPath(id, "/events"), params{}.set("after", after).int("limit", limit).values())
}

// ItemsQuery says which items of a run are wanted.
type ItemsQuery struct {
	Step string // empty: the last step that ran
	// RunIndex counts the runs of a step in loops, from 0; negative: the last.
	RunIndex, Output, Offset int
	Limit                    int // 0: 50; at most 500
}

// RunItems gives a page of what a step emitted.
func (c *Client) RunItems(ctx context.Context, id string, i ItemsQuery) (wire.Items, error) {
	q := params{}.set("step", i.Step).int("output", i.Output).int("offset", i.Offset).int("limit", i.Limit)
	if i.RunIndex >= 0 {
		q.set("runIndex", strconv.Itoa(i.RunIndex))
	}
	return query[wire.Items](ctx, c, runPath(id, "/items"), q.values())
}

// Execution gives a run as n8n prints an execution.
func (c *Client) Execution(ctx context.Context, id string) (json.RawMessage, error) {
	return c.call(ctx, http.MethodGet, runPath(id, "/execution"), nil, nil)
}

// Replay computes a run again from its record and compares.
func (c *Client) Replay(ctx context.Context, id string) (wire.Replay, error) {
	return command[wire.Replay](ctx, c, runPath(id, "/replay"), nil, nil)
}
