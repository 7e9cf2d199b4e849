package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/workflow"
)

// Limits of runs.
const (
	// MaxRunWait bounds how long a start may wait for the run's end.
	MaxRunWait = 10 * time.Minute
	// MaxReasonBytes is the longest reason of a cancellation.
	MaxReasonBytes = 1000
	maxStepName    = 1000
)

func (g *Gateway) runOperations() []operation {
	return []operation{
		{Name: "runs.start", Method: "POST", Path: "/v1/workflows/{id}/runs", Query: []string{"wait"}, Handle: g.startRun},
		{Name: "runs.list", Method: "GET", Path: "/v1/runs", Query: []string{"workflow", "parent", "status", "limit", "after"}, Reads: true, Handle: g.listRuns},
		{Name: "runs.get", Method: "GET", Path: "/v1/runs/{id}", Reads: true, Handle: g.getRun},
		{Name: "runs.cancel", Method: "POST", Path: "/v1/runs/{id}/cancel", Handle: g.cancelRun},
		{Name: "runs.replay", Method: "POST", Path: "/v1/runs/{id}/replay", Handle: g.replayRun},
		{Name: "runs.events", Method: "GET", Path: "/v1/runs/{id}/events", Query: []string{"after", "limit"}, Handle: g.runEvents},
		{Name: "runs.items", Method: "GET", Path: "/v1/runs/{id}/items", Query: []string{"step", "runIndex", "output", "offset", "limit"}, Handle: g.runItems},
		{Name: "runs.execution", Method: "GET", Path: "/v1/runs/{id}/execution", Handle: g.runExecution},
	}
}

func (g *Gateway) startRun(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "workflow")
	if err != nil {
		return err
	}
	wait, err := duration(r, "wait", MaxRunWait)
	if err != nil {
		return err
	}
	f, body, err := readForm(w, r)
	if err != nil {
		return err
	}
	version := f.version("version")
	start := f.text("start", maxStepName)
	input := f.items("input")
	pinned := f.flag("pinned", true)
	if err := f.done(); err != nil {
		return err
	}
	m, err := metaOf(r, body)
	if err != nil {
		return err
	}
	request := handlers.StartRequest{
		Meta: m, Workflow: id, Version: version, Start: start, Input: input,
		Mode: events.ModeManual, BaseURL: g.baseURL(r), Pinned: pinned,
	}
	if err := g.inputForStart(r.Context(), &request); err != nil {
		return err
	}
	started, err := g.Engine.Start(r.Context(), request)
	if err != nil {
		return err
	}
	setFreshness(w, started.Freshness)
	w.Header().Set("Location", "/v1/runs/"+started.Run)
	return g.writeStarted(w, r, started, wait)
}

// writeStarted answers a start, at once or when the run has ended.
func (g *Gateway) writeStarted(w http.ResponseWriter, r *http.Request, started handlers.Started, wait time.Duration) error {
	answer := wire.StartedRun{ID: started.Run, Repeated: started.Repeated}
	if wait == 0 {
		return writeJSON(w, http.StatusAccepted, answer)
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	end, err := g.awaitEnd(ctx, workspaceOf(r), started.Run)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	setFreshness(w, end)
	run, err := g.run(r.Context(), workspaceOf(r), started.Run, true)
	if err != nil {
		return err
	}
	answer.Run = &run
	if !run.Ended() {
		return writeJSON(w, http.StatusAccepted, answer)
	}
	return writeJSON(w, http.StatusOK, answer)
}

// inputForStart gives a webhook step what was sent as the body of a request, as
// it expects it, when a run is started by hand there.
func (g *Gateway) inputForStart(ctx context.Context, r *handlers.StartRequest) error {
	if r.Input == nil {
		return nil
	}
	version, err := g.versionToRun(ctx, r)
	if err != nil || version == 0 {
		return err
	}
	graph, err := g.Commands.Graph(ctx, r.Meta.Workspace, r.Workflow, version)
	if err != nil || !beginsAtWebhook(graph, r.Start) {
		return err
	}
	for i, it := range r.Input {
		r.Input[i].JSON = item.NewObject(4).Set("headers", emptyObject).Set("params", emptyObject).
			Set("query", emptyObject).Set("body", it.JSON).Value()
	}
	return nil
}

// versionToRun is the number of the version that a start asks for; 0 when there
// is none, which the engine refuses better.
func (g *Gateway) versionToRun(ctx context.Context, r *handlers.StartRequest) (int, error) {
	if r.Version > 0 {
		return r.Version, nil
	}
	d, err := g.Commands.Definition(ctx, r.Meta.Workspace, r.Workflow)
	if r.Version == wire.NewestVersion {
		return d.Version, err
	}
	return d.ActiveVersion, err
}

// beginsAtWebhook reports whether a run by hand begins at a step with routes:
// the one that is named, or else the first trigger when all have routes.
func beginsAtWebhook(g *workflow.Graph, start string) bool {
	if start != "" {
		s, ok := g.StepNamed(start)
		return ok && len(g.Types[s.Index].Routes) > 0
	}
	for _, i := range g.Starts {
		if len(g.Types[i].Routes) == 0 {
			return false
		}
	}
	return len(g.Starts) > 0
}

// version reads a version: a number, "newest" or "active".
func (f *form) version(name string) int {
	v := f.value(name)
	if s, ok := v.Str(); ok {
		switch s {
		case "newest":
			return wire.NewestVersion
		case "active":
			return 0
		}
		f.fault(codeInvalid, name, `must be a whole number from 1, "newest" or "active"`)
		return 0
	}
	return f.whole(name, 0, 1)
}

// maxInputItems bounds the items of a run's input.
const maxInputItems = 100_000

// items reads a run's input: an object is one item's json, an array several.
func (f *form) items(name string) []item.Item {
	v := f.value(name)
	if v.IsUndefined() {
		return nil
	}
	if _, ok := v.Obj(); ok {
		return []item.Item{{JSON: v}}
	}
	elems, ok := v.Elems()
	switch {
	case !ok:
		f.fault(codeInvalid, name, "must be an object (one item's json) or an array of objects, not "+article(v.Kind()))
		return nil
	case len(elems) > maxInputItems:
		f.fault(codeTooLarge, name, fmt.Sprintf("may have %d items; this has %d", maxInputItems, len(elems)))
		return nil
	}
	list := make([]item.Item, len(elems))
	for i, e := range elems {
		if _, ok := e.Obj(); !ok {
			f.fault(codeInvalid, name, "must be an object, not "+article(e.Kind()), strconv.Itoa(i))
			return nil
		}
		list[i].JSON = e
	}
	return list
}

func (g *Gateway) listRuns(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", 0, 1, maxPage)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := projections.RunFilter{
		Workspace: workspaceOf(r), Workflow: q.Get("workflow"), Parent: q.Get("parent"), Status: list(q["status"]), After: q.Get("after"), Limit: limit,
	}
	if f.Workflow != "" && !isID(f.Workflow) {
		return refuse(codeInvalidID, fmt.Sprintf("%.80q is not the id of a workflow.", f.Workflow)).param("workflow")
	}
	if f.Parent != "" && !isID(f.Parent) {
		return refuse(codeInvalidID, fmt.Sprintf("%.80q is not the id of a run.", f.Parent)).param("parent")
	}
	page, err := g.Queries.Runs(r.Context(), f)
	if err != nil {
		return err
	}
	out := wire.Page[wire.Run]{Items: make([]wire.Run, len(page.Items)), Next: page.Next}
	for i, row := range page.Items {
		out.Items[i] = runJSON(row)
	}
	return writeJSON(w, http.StatusOK, out)
}

func runJSON(r projections.RunRow) wire.Run {
	return wire.Run{
		ID: r.ID, Workflow: r.Workflow, WorkflowName: r.WorkflowName, Version: r.Version, Mode: r.Mode, Status: r.Status,
		StartedAt: r.StartedAt, EndedAt: r.EndedAt, LastStep: r.LastStep, Error: r.Error, Steps: r.Steps,
		WaitUntil: r.WaitUntil, Revision: r.Revision, WaitsFor: r.WaitKind, Parent: parentJSON(r.Parent),
	}
}

func parentJSON(p events.ParentStep) *wire.RunParent {
	if p.Run == "" {
		return nil
	}
	return &wire.RunParent{Run: p.Run, Step: p.Step, RunIndex: p.RunIndex, Item: p.Item}
}

func (g *Gateway) getRun(w http.ResponseWriter, r *http.Request) error {
	id, err := runID(r)
	if err != nil {
		return err
	}
	run, err := g.run(r.Context(), workspaceOf(r), id, false)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, run)
}

func (g *Gateway) cancelRun(w http.ResponseWriter, r *http.Request) error {
	id, err := runID(r)
	if err != nil {
		return err
	}
	f, body, err := readForm(w, r)
	if err != nil {
		return err
	}
	reason := f.text("reason", MaxReasonBytes)
	if err := f.done(); err != nil {
		return err
	}
	m, err := metaOf(r, body)
	if err != nil {
		return err
	}
	out, err := g.Engine.Cancel(r.Context(), m, id, reason)
	if err != nil {
		return err
	}
	setFreshness(w, out.Freshness)
	return writeJSON(w, http.StatusOK, wire.Done{ID: id, Revision: out.Revision, Repeated: out.Repeated})
}

func (g *Gateway) replayRun(w http.ResponseWriter, r *http.Request) error {
	id, err := runID(r)
	if err != nil {
		return err
	}
	f, _, err := readForm(w, r)
	if err == nil {
		err = f.done()
	}
	if err == nil {
		err = g.mustExist(r.Context(), workspaceOf(r), id)
	}
	if err != nil {
		return err
	}
	replay, err := g.Engine.Replay(r.Context(), workspaceOf(r), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, replay)
}

func (g *Gateway) runExecution(w http.ResponseWriter, r *http.Request) error {
	id, err := runID(r)
	if err == nil {
		err = g.mustExist(r.Context(), workspaceOf(r), id)
	}
	if err != nil {
		return err
	}
	body, err := g.Engine.Execution(r.Context(), workspaceOf(r), id)
	if err != nil {
		return err
	}
	return writeBytes(w, http.StatusOK, body)
}
