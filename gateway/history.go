package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/projections"
)

// runNotFound refuses a run that is not there.
func runNotFound(id string) error {
	return refuse(codeNotFound, "There is no run "+id+".").param("id")
}

// mustExist refuses a run that the log does not know.
func (g *Gateway) mustExist(ctx context.Context, workspace, id string) error {
	_, err := g.Log.Load(ctx, events.Run(workspace, id), events.Head{}, func(*events.Recorded) error { return errEnough })
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err == nil:
		return runNotFound(id)
	}
	return err
}

// run gives a run from the read model. When that does not know it yet, or fresh
// is asked for, the run's own history says how it is.
func (g *Gateway) run(ctx context.Context, workspace, id string, fresh bool) (wire.Run, error) {
	if !fresh {
		row, err := g.Queries.Run(ctx, workspace, id)
		if !errors.Is(err, projections.ErrNotFound) {
			return runJSON(row), err
		}
	}
	run := wire.Run{ID: id}
	_, err := g.Log.Load(ctx, events.Run(workspace, id), events.Head{}, func(r *events.Recorded) error {
		return applyToRun(&run, r)
	})
	if err == nil && run.Revision == 0 {
		err = runNotFound(id)
	}
	return run, err
}

// applyToRun folds one commit into what is said of a run.
func applyToRun(run *wire.Run, r *events.Recorded) error {
	run.Revision = r.Revision
	for i := range r.Len() {
		if r.TypeAt(i).Name == stepCompletedName {
			run.Status = wire.RunRunning
			run.Steps++
			continue
		}
		e, err := r.Event(i)
		if err != nil {
			return err
		}
		switch e := e.(type) {
		case events.RunStarted:
			run.Workflow, run.WorkflowName, run.Version = e.Workflow, e.WorkflowName, e.Version
			run.Mode, run.Status, run.StartedAt = e.Mode, wire.RunRunning, r.At
			run.Parent = parentJSON(e.Parent)
		case events.StepFailed:
			run.Status, run.LastStep, run.Error = wire.RunRunning, e.Step, e.Error.Message
			if e.Retry.IsZero() {
				run.Steps++
			}
		case events.StepWaiting:
			run.Status, run.WaitUntil, run.LastStep, run.WaitsFor = wire.RunWaiting, e.Until, e.Step, e.Kind
		case events.RunEnded:
			run.Status, run.EndedAt, run.LastStep, run.Error = e.Status, r.At, e.LastStep, e.Reason
			if e.Error != nil {
				run.Error = e.Error.Message
			}
		}
	}
	if run.Status != wire.RunWaiting {
		run.WaitUntil, run.WaitsFor = time.Time{}, ""
	}
	return nil
}

var stepCompletedName = events.StepCompleted{}.EventType().Name

// awaitEnd waits for the end of a run and gives the place behind it.
func (g *Gateway) awaitEnd(ctx context.Context, workspace, id string) (events.Cursor, error) {
	f := &follower{g: g, filter: filter{workspace: workspace, run: id}, untilEnd: true, out: nothing{}}
	err := f.follow(ctx)
	return f.at, err
}

// nothing is a sink for who only waits.
type nothing struct{}

func (nothing) event(events.Cursor, *events.Recorded, int) error { return nil }
func (nothing) shared(*message, int) error                       { return nil }
func (nothing) idle(ctx context.Context, s *subscription) (*message, error) {
	select {
	case m, ok := <-s.messages:
		return received(m, ok, s)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Limits of a page of events.
const (
	defaultEvents = 200
	maxEvents     = 1000
	// maxPageBytes ends a page of events or items early.
	maxPageBytes = 8 << 20
)

// eventPage collects a page of events as JSON.
type eventPage struct {
	body  []byte
	count int
	limit int
}

func newEventPage(limit int) *eventPage { return &eventPage{body: []byte(`{"items":[`), limit: limit} }

func (p *eventPage) full() bool { return p.count >= p.limit || len(p.body) >= maxPageBytes }

func (p *eventPage) add(r *events.Recorded, i int, cursor string) {
	if p.count > 0 {
		p.body = append(p.body, ',')
	}
	p.count++
	p.body = appendEvent(p.body, r, i)
	p.body = appendCommit(p.body, r)
	p.body = append(appendMember(p.body, "cursor", cursor), '}')
}

func (p *eventPage) done(next string, more bool) []byte {
	p.body = append(p.body, ']')
	p.body = appendMember(p.body, "next", next)
	if more {
		p.body = append(p.body, `,"more":true`...)
	}
	return append(p.body, "}\n"...)
}

// runEvents answers a run's history, from its own chain.
func (g *Gateway) runEvents(w http.ResponseWriter, r *http.Request) error {
	id, err := runID(r)
	if err != nil {
		return err
	}
	limit, err := number(r, "limit", defaultEvents, 1, maxEvents)
	if err != nil {
		return err
	}
	after, err := parsePlace(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	page := newEventPage(limit)
	next := ""
	head, err := g.Log.Load(r.Context(), events.Run(workspaceOf(r), id), events.Head{}, func(rec *events.Recorded) error {
		for i := range rec.Len() {
			switch {
			case !after.before(rec.Revision, i):
				continue
			case page.full():
				return errEnough
			}
			page.add(rec, i, "")
			next = place{rec.Revision, i}.String()
		}
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return writeBytes(w, http.StatusOK, page.done(next, false))
	case err != nil:
		return err
	case head.Revision == 0:
		return runNotFound(id)
	}
	return writeBytes(w, http.StatusOK, page.done("", false))
}

// place is where an event stands in its aggregate's chain.
type place struct {
	revision uint64
	index    int
}

// String gives the token of a page that begins behind the place.
func (p place) String() string { return fmt.Sprintf("%d.%d", p.revision, p.index) }

func parsePlace(token string) (place, error) {
	if token == "" {
		return place{index: -1}, nil
	}
	revision, index, ok := strings.Cut(token, ".")
	rev, err := strconv.ParseUint(revision, 10, 63)
	i, ierr := strconv.Atoi(index)
	if !ok || err != nil || ierr != nil || i < 0 {
		return place{}, refuse(codeInvalidParameter, fmt.Sprintf("%.40q is not a page token of this list; begin without one.", token)).param("after")
	}
	return place{rev, i}, nil
}

func (p place) before(revision uint64, index int) bool {
	return revision > p.revision || revision == p.revision && index > p.index
}

// runItems answers a page of what a step emitted.
func (g *Gateway) runItems(w http.ResponseWriter, r *http.Request) error {
	id, err := runID(r)
	if err != nil {
		return err
	}
	q, err := readItemsQuery(r)
	if err != nil {
		return err
	}
	out, err := g.findOutput(r.Context(), workspaceOf(r), id, &q)
	if err != nil {
		return err
	}
	items, err := g.itemsOf(r.Context(), workspaceOf(r), out)
	if err != nil {
		return err
	}
	answer := wire.Items{Step: q.step, RunIndex: q.runIndex, Output: q.output, Total: len(items), Offset: q.offset, Items: []byte("[]")}
	if q.offset < len(items) {
		answer.Items = item.AppendItems(nil, items[q.offset:min(q.offset+q.limit, len(items))])
	}
	return writeJSON(w, http.StatusOK, answer)
}

type itemsQuery struct {
	step                            string
	runIndex, output, offset, limit int
}

func readItemsQuery(r *http.Request) (q itemsQuery, err error) {
	q.step = r.URL.Query().Get("step")
	if len(q.step) > maxStepName {
		return q, refuse(codeInvalidParameter, "The name is too long for a step's.").param("step")
	}
	for _, p := range []struct {
		name         string
		to           *int
		fallback, lo int
		hi           int
	}{
		{"runIndex", &q.runIndex, -1, 0, 1 << 30}, {"output", &q.output, 0, 0, 1 << 16},
		{"offset", &q.offset, 0, 0, 1 << 30}, {"limit", &q.limit, 50, 1, maxPage},
	} {
		if *p.to, err = number(r, p.name, p.fallback, p.lo, p.hi); err != nil {
			return q, err
		}
	}
	return q, nil
}

// findOutput looks through the run's history for what a step emitted. Without a
// run index it is the step's last run; without a step the last step that ran.
func (g *Gateway) findOutput(ctx context.Context, workspace, id string, q *itemsQuery) (events.Output, error) {
	s := outputSearch{step: q.step, runIndex: q.runIndex}
	head, err := g.Log.Load(ctx, events.Run(workspace, id), events.Head{}, s.look)
	switch {
	case err != nil:
		return events.Output{}, err
	case head.Revision == 0:
		return events.Output{}, runNotFound(id)
	case !s.found:
		return events.Output{}, refuse(codeNotFound, fmt.Sprintf("The run has no finished run of the step %.80q.", q.step)).param("step")
	}
	q.step, q.runIndex = s.ref.Step, s.ref.RunIndex
	if q.output >= len(s.outputs) {
		if q.output == 0 {
			return events.Output{}, nil
		}
		return events.Output{}, refuse(codeNotFound, fmt.Sprintf("The step emitted on %d outputs only.", len(s.outputs))).param("output")
	}
	out := s.outputs[q.output]
	if out.Pass {
		return s.passed(q.output), nil
	}
	return out, nil
}

// outputSearch walks a run's history.
type outputSearch struct {
	step     string
	runIndex int

	input   []events.Output
	found   bool
	ref     events.StepRef
	outputs []events.Output
}

func (s *outputSearch) look(r *events.Recorded) error {
	for i := range r.Len() {
		e, err := r.Event(i)
		if err != nil {
			return err
		}
		switch e := e.(type) {
		case events.RunStarted:
			s.input = e.Input
		case events.StepCompleted:
			s.take(e.StepRef, e.Outputs)
		case events.StepWaiting:
			s.take(e.StepRef, e.Outputs)
		}
	}
	return nil
}

// take remembers a match. A step that waited and then completed without outputs
// of its own emits those of the wait.
func (s *outputSearch) take(ref events.StepRef, outputs []events.Output) {
	if s.step != "" && s.step != ref.Step || s.runIndex >= 0 && s.runIndex != ref.RunIndex {
		return
	}
	if s.found && len(outputs) == 0 && s.ref.Step == ref.Step && s.ref.RunIndex == ref.RunIndex {
		return
	}
	s.found, s.ref, s.outputs = true, ref, outputs
}

func (s *outputSearch) passed(output int) events.Output {
	if output < len(s.input) {
		return s.input[output]
	}
	return events.Output{}
}

// itemsOf reads the items of an output, from the payload store when they are
// there.
func (g *Gateway) itemsOf(ctx context.Context, workspace string, out events.Output) ([]item.Item, error) {
	if out.Ref.IsZero() || out.Items != nil {
		return out.Items, nil
	}
	data, err := g.Payloads.Get(ctx, workspace, out.Ref)
	if err != nil {
		return nil, refuse(codePayloadMissing, "").because(err)
	}
	items, err := item.ParseItems(data)
	if err != nil {
		return nil, refuse(codePayloadMissing, "").because(err)
	}
	return items, nil
}
