package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/workflow"
)

func (g *Gateway) workflowOperations() []operation {
	return []operation{
		{Name: "workflows.create", Method: "POST", Path: "/v1/workflows", Query: []string{"name"}, Handle: g.createWorkflow},
		{Name: "workflows.list", Method: "GET", Path: "/v1/workflows", Query: []string{"status", "limit", "after"}, Reads: true, Handle: g.listWorkflows},
		{Name: "workflows.get", Method: "GET", Path: "/v1/workflows/{id}", Handle: g.getWorkflow},
		{Name: "workflows.revise", Method: "PUT", Path: "/v1/workflows/{id}", Handle: g.reviseWorkflow},
		{Name: "workflows.export", Method: "GET", Path: "/v1/workflows/{id}/export", Query: []string{"version"}, Handle: g.exportWorkflow},
		{Name: "workflows.activate", Method: "POST", Path: "/v1/workflows/{id}/activate", Handle: g.activateWorkflow},
		{Name: "workflows.deactivate", Method: "POST", Path: "/v1/workflows/{id}/deactivate", Handle: g.plainCommand(Commands.DeactivateWorkflow)},
		{Name: "workflows.archive", Method: "POST", Path: "/v1/workflows/{id}/archive", Handle: g.plainCommand(Commands.ArchiveWorkflow)},
	}
}

// readDefinition reads a workflow's JSON. Whether it is one is the import's to
// say: it keeps whatever it can.
func readDefinition(w http.ResponseWriter, r *http.Request) (commands.Meta, []byte, error) {
	if err := wantJSON(r); err != nil {
		return commands.Meta{}, nil, err
	}
	raw, err := readBody(w, r, MaxDefinitionBytes, "A workflow")
	if err != nil {
		return commands.Meta{}, nil, err
	}
	if len(raw) == 0 {
		return commands.Meta{}, nil, refuse(codeInvalid, "The body is empty; send the workflow in n8n's JSON format.")
	}
	m, err := metaOf(r, raw)
	return m, raw, err
}

func (g *Gateway) createWorkflow(w http.ResponseWriter, r *http.Request) error {
	m, raw, err := readDefinition(w, r)
	if err != nil {
		return err
	}
	c, err := g.Commands.CreateWorkflow(r.Context(), m, raw, r.URL.Query().Get("name"))
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/v1/workflows/"+c.ID)
	return writeCreated(w, http.StatusCreated, c)
}

func (g *Gateway) reviseWorkflow(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "workflow")
	if err != nil {
		return err
	}
	expected, err := ifMatch(r)
	if err != nil {
		return err
	}
	m, raw, err := readDefinition(w, r)
	if err != nil {
		return err
	}
	c, err := g.Commands.ReviseWorkflow(r.Context(), m, id, raw, expected)
	if expected != 0 && commands.CodeOf(err) == commands.CodeConflict {
		return refuse(codeVersionMismatch, err.Error()).because(err)
	}
	if err != nil {
		return err
	}
	return writeCreated(w, http.StatusOK, c)
}

func writeCreated(w http.ResponseWriter, status int, c commands.Created) error {
	setFreshness(w, c.Freshness)
	w.Header().Set("ETag", etag(c.Version))
	return writeJSON(w, status, wire.Workflow{
		ID: c.ID, Name: c.Name, Status: c.Status, Version: c.Version, Problems: problemList(c.Problems), Repeated: c.Repeated,
	})
}

func problemList(list []workflow.Problem) []wire.WorkflowProblem {
	out := make([]wire.WorkflowProblem, len(list))
	for i, p := range list {
		out[i] = wire.WorkflowProblem(p)
	}
	return out
}

// etag is the entity tag of a workflow: its newest version.
func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// ifMatch reads the version that a change is based on; 0: any.
func ifMatch(r *http.Request) (int, error) {
	text := r.Header.Get("If-Match")
	if text == "" || text == "*" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.Trim(text, `"`))
	if err != nil || n < 1 {
		return 0, refuse(codeInvalidParameter, fmt.Sprintf("%.40q is not the ETag of a workflow, such as \"3\".", text)).param("If-Match")
	}
	return n, nil
}

func (g *Gateway) listWorkflows(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", 0, 1, maxPage)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page, err := g.Queries.Workflows(r.Context(), projections.WorkflowFilter{
		Workspace: workspaceOf(r), Status: list(q["status"]), After: q.Get("after"), Limit: limit,
	})
	if err != nil {
		return err
	}
	out := wire.Page[wire.Workflow]{Items: make([]wire.Workflow, len(page.Items)), Next: page.Next}
	for i, row := range page.Items {
		out.Items[i] = wire.Workflow{
			ID: row.ID, Name: row.Name, Status: row.Status, Version: row.Version, ActiveVersion: row.ActiveVersion,
			CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, Reasons: row.Reasons,
		}
	}
	return writeJSON(w, http.StatusOK, out)
}

func (g *Gateway) getWorkflow(w http.ResponseWriter, r *http.Request) error {
	d, err := g.definition(r)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(d.Version))
	if notModified(w, r, etag(d.Version)+d.UpdatedAt.String()) {
		return nil
	}
	return writeJSON(w, http.StatusOK, definitionJSON(d))
}

func definitionJSON(d commands.Definition) wire.Workflow {
	return wire.Workflow{
		ID: d.ID, Name: d.Name, Status: d.Status, Version: d.Version, ActiveVersion: d.ActiveVersion,
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, Reasons: d.Reasons,
	}
}

func (g *Gateway) definition(r *http.Request) (commands.Definition, error) {
	id, err := pathID(r, "workflow")
	if err != nil {
		return commands.Definition{}, err
	}
	return g.Commands.Definition(r.Context(), workspaceOf(r), id)
}

// exportWorkflow gives the bytes that were stored, and no others.
func (g *Gateway) exportWorkflow(w http.ResponseWriter, r *http.Request) error {
	version, err := number(r, "version", 0, 1, 1<<31-1)
	if err != nil {
		return err
	}
	d, err := g.definition(r)
	if err != nil {
		return err
	}
	if version == 0 {
		version = d.Version
	}
	raw, ok := d.Raw(version)
	if !ok {
		return refuse(codeNotFound, fmt.Sprintf("The workflow has no version %d; its newest is %d.", version, d.Version)).param("version")
	}
	w.Header().Set("ETag", etag(version))
	if notModified(w, r, etag(version)) {
		return nil
	}
	return writeBytes(w, http.StatusOK, []byte(raw))
}

// notModified answers 304 when the caller has what it asks for.
func notModified(w http.ResponseWriter, r *http.Request, tag string) bool {
	if tag != r.Header.Get("If-None-Match") {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

func (g *Gateway) activateWorkflow(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "workflow")
	if err != nil {
		return err
	}
	f, body, err := readForm(w, r)
	if err != nil {
		return err
	}
	version := f.whole("version", 0, 1)
	if err := f.done(); err != nil {
		return err
	}
	m, err := metaOf(r, body)
	if err != nil {
		return err
	}
	out, err := g.Commands.ActivateWorkflow(r.Context(), m, id, version)
	if err != nil {
		return err
	}
	d, err := g.awaitActivation(r.Context(), m.Workspace, id)
	if err != nil {
		return err
	}
	setFreshness(w, d.Freshness)
	w.Header().Set("ETag", etag(d.Version))
	answer := definitionJSON(d)
	answer.Repeated = out.Repeated
	switch {
	case d.RequestedVersion != 0: // not decided within the time
		return writeJSON(w, http.StatusAccepted, answer)
	case d.Status != commands.StatusActive || len(d.Reasons) > 0:
		return activationFailed(d)
	}
	return writeJSON(w, http.StatusOK, answer)
}

func activationFailed(d commands.Definition) error {
	p := refuse(codeActivationFailed, "The workflow was not activated.")
	for _, reason := range d.Reasons {
		p.Errors = append(p.Errors, wire.Fault{Detail: reason})
	}
	switch {
	case len(d.Reasons) > 0:
		p.Detail = "The workflow was not activated: " + d.Reasons[0]
	case d.Status != commands.StatusFailed:
		p.Detail = "The workflow is " + d.Status + ": another command came between."
	}
	if d.ActiveVersion > 0 {
		p.Detail += fmt.Sprintf(" Version %d stays active.", d.ActiveVersion)
	}
	return p
}

// awaitActivation waits until the requested activation is decided, or the time
// for it is over.
func (g *Gateway) awaitActivation(ctx context.Context, workspace, id string) (commands.Definition, error) {
	wait, cancel := context.WithTimeout(ctx, g.ActivationWait)
	defer cancel()
	pause := time.Millisecond
	for {
		d, err := g.Commands.Definition(ctx, workspace, id)
		if err != nil || d.RequestedVersion == 0 {
			return d, err
		}
		if errors.Is(sleep(wait, pause), context.DeadlineExceeded) || ctx.Err() != nil {
			return d, ctx.Err()
		}
		pause = min(2*pause, 50*time.Millisecond)
	}
}

// sleep waits, or less when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// plainCommand is a command on a workflow that takes nothing but its id.
func (g *Gateway) plainCommand(do func(Commands, context.Context, commands.Meta, string) (commands.Outcome, error)) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := pathID(r, "workflow")
		if err != nil {
			return err
		}
		f, body, err := readForm(w, r)
		if err != nil {
			return err
		}
		if err := f.done(); err != nil {
			return err
		}
		m, err := metaOf(r, body)
		if err != nil {
			return err
		}
		out, err := do(g.Commands, r.Context(), m, id)
		if err != nil {
			return err
		}
		setFreshness(w, out.Freshness)
		d, err := g.Commands.Definition(r.Context(), m.Workspace, id)
		if err != nil {
			return err
		}
		answer := definitionJSON(d)
		answer.Repeated = out.Repeated
		w.Header().Set("ETag", etag(d.Version))
		return writeJSON(w, http.StatusOK, answer)
	}
}
