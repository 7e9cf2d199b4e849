package projections

import (
	"context"
	"fmt"
	"time"
)

// WorkflowRow is a workflow definition as lists show it.
type WorkflowRow struct {
	ID, Workspace, Name string
	// Status is WorkflowInactive, WorkflowActivating, WorkflowActive,
	// WorkflowFailed or WorkflowArchived.
	Status string
	// Version is the newest one, ActiveVersion the one whose routes are
	// claimed, 0 for none.
	Version, ActiveVersion int
	CreatedAt, UpdatedAt   time.Time
	// Reasons say why the last activation failed.
	Reasons []string
}

// WorkflowFilter says which workflows a list holds; see RunFilter.
type WorkflowFilter struct {
	Workspace string
	// Status; none means all, the archived ones too.
	Status []string
	After  string
	Limit  int
}

var workflowStatuses = []string{WorkflowInactive, WorkflowActivating, WorkflowActive, WorkflowFailed, WorkflowArchived}

const workflowColumns = "id, workspace, name, status, version, active_version, created_at, updated_at, reasons"

// Workflows lists workflows, newest first. Errors: ErrBadPage, ErrBadFilter,
// ErrRebuilding.
func (q *Queries) Workflows(ctx context.Context, f WorkflowFilter) (Page[WorkflowRow], error) {
	l := listing{table: "workflows", columns: workflowColumns, order: "created_at", where: []string{"workspace = ?"}, args: []any{workspaceOr(f.Workspace)}}
	if err := l.bound(f.Status, workflowStatuses, f.After, f.Limit); err != nil {
		return Page[WorkflowRow]{}, err
	}
	query, args := l.query()
	list, err := q.workflows(ctx, query, args)
	return pageOf(list, l.limit, func(r WorkflowRow) mark { return mark{nanos(r.CreatedAt), r.ID} }), err
}

func (q *Queries) workflows(ctx context.Context, query string, args []any) ([]WorkflowRow, error) {
	var list []WorkflowRow
	err := q.each(ctx, "workflows", query, args, func(scan func(...any) error) error {
		var r WorkflowRow
		var created, updated int64
		var reasons string
		err := scan(&r.ID, &r.Workspace, &r.Name, &r.Status, &r.Version, &r.ActiveVersion, &created, &updated, &reasons)
		r.CreatedAt, r.UpdatedAt, r.Reasons = fromNanos(created), fromNanos(updated), decodeReasons(reasons)
		list = append(list, r)
		return err
	})
	return list, err
}

// Workflow is one definition. Errors: ErrNotFound, ErrRebuilding.
func (q *Queries) Workflow(ctx context.Context, workspace, id string) (WorkflowRow, error) {
	list, err := q.workflows(ctx, "SELECT "+workflowColumns+" FROM workflows WHERE workspace = ? AND id = ?", []any{workspaceOr(workspace), id})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("workflow %s: %w", id, ErrNotFound)
	}
	if err != nil {
		return WorkflowRow{}, err
	}
	return list[0], nil
}
