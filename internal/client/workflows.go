package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

const workflowsPath = "/v1/workflows"

func workflowPath(id, rest string) string { return workflowsPath + "/" + url.PathEscape(id) + rest }

// CreateWorkflow stores a workflow in n8n's JSON format as a new definition.
func (c *Client) CreateWorkflow(ctx context.Context, raw []byte) (wire.Workflow, error) {
	return c.CreateNamedWorkflow(ctx, raw, "")
}

// CreateNamedWorkflow is CreateWorkflow with a name for a workflow that has none
// of its own.
func (c *Client) CreateNamedWorkflow(ctx context.Context, raw []byte, name string) (wire.Workflow, error) {
	query := url.Values{}
	if name != "" {
		query.Set("name", name)
	}
	return decode[wire.Workflow](c.call(ctx, http.MethodPost, workflowsPath, query, raw))
}

// ReviseWorkflow stores a new version. ifVersion, when not 0, must be the newest
// so far.
func (c *Client) ReviseWorkflow(ctx context.Context, id string, raw []byte, ifVersion int) (wire.Workflow, error) {
	return decode[wire.Workflow](c.call(ctx, http.MethodPut, workflowPath(id, ""), nil, raw, func(h http.Header) {
		if ifVersion != 0 {
			h.Set("If-Match", `"`+strconv.Itoa(ifVersion)+`"`)
		}
	}))
}

// WorkflowFilter says which workflows a list holds.
type WorkflowFilter struct {
	Status []string
	After  string // Next of the page before
	Limit  int    // 0: 50; at most 500
}

// Workflows lists workflows, newest first.
func (c *Client) Workflows(ctx context.Context, f WorkflowFilter) (wire.Page[wire.Workflow], error) {
	q := params{}.list("status", f.Status).set("after", f.After).int("limit", f.Limit)
	return query[wire.Page[wire.Workflow]](ctx, c, workflowsPath, q.values())
}

// Workflow gives one workflow.
func (c *Client) Workflow(ctx context.Context, id string) (wire.Workflow, error) {
	return query[wire.Workflow](ctx, c, workflowPath(id, ""), nil)
}

// ExportWorkflow gives the JSON of a version (0: the newest), byte for byte as
// it was stored.
func (c *Client) ExportWorkflow(ctx context.Context, id string, version int) ([]byte, error) {
	return c.call(ctx, http.MethodGet, workflowPath(id, "/export"), params{}.int("version", version).values(), nil)
}

type versionBody struct {
	Version int `json:"version,omitempty"`
}

// ActivateWorkflow activates a version (0: the newest) and returns when its
// routes are claimed. Status is WorkflowActivating when that takes longer than
// the server waits.
func (c *Client) ActivateWorkflow(ctx context.Context, id string, version int) (wire.Workflow, error) {
	return command[wire.Workflow](ctx, c, workflowPath(id, "/activate"), nil, versionBody{version})
}

// DeactivateWorkflow ends the activation; its routes are released.
func (c *Client) DeactivateWorkflow(ctx context.Context, id string) (wire.Workflow, error) {
	return command[wire.Workflow](ctx, c, workflowPath(id, "/deactivate"), nil, nil)
}

// ArchiveWorkflow retires a workflow: it is kept and takes no more commands.
func (c *Client) ArchiveWorkflow(ctx context.Context, id string) (wire.Workflow, error) {
	return command[wire.Workflow](ctx, c, workflowPath(id, "/archive"), nil, nil)
}
